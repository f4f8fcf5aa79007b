/** Maildirs of our own with delivered mail in them, a store that remembers the decisions, and people who move files about. */
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { Maildirs } from '../../src/actions/maildir-file.ts';
import { createMaildirOnward } from '../../src/actions/maildir.ts';
import { folderDirectory } from '../../src/actions/maildir-names.ts';
import { planEdits } from '../../src/actions/headers.ts';
import { startMovesJob, type MovesJob } from '../../src/mailboxes/job.ts';
import { placing } from '../../src/mailboxes/placing.ts';
import { mailAddress } from '../../src/message/envelope.ts';
import { loadModel } from '../../src/model-file.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { newId } from '../../src/platform/ids.ts';
import { silentLog } from '../../src/platform/log.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { envelope as envelopeOf } from './envelope.ts';
import { tempDir } from './temp-dir.ts';

export const HOSTNAME = 'mx.example.com';
export type Folder = 'INBOX' | 'Junk' | string;

export interface MailboxWorld {
  /** Of the store. */
  readonly dataDir: string;
  readonly root: string;
  readonly store: Store;
  readonly lessons: string[];
  /** Delivers, and remembers the decision. @returns its id */
  deliver(to: string, subject: string, options?: { readonly folder?: string; readonly markWith?: string; readonly proven?: boolean; readonly door?: 'smtp' | 'command'; readonly remembered?: boolean }): Promise<string>;
  /** Files of a folder, new and seen. */
  files(to: string, folder: Folder): string[];
  /** As an IMAP server does it: renamed into `cur`, under another name. */
  move(to: string, subject: string, from: Folder, into: Folder, owner?: string): void;
  /** @param aheadMs of the file system's time, which is coarser than ours, the job's is */
  job(aheadMs?: number): MovesJob;
  close(): Promise<void>;
}

let serial = 0;

export async function mailboxWorld(): Promise<MailboxWorld> {
  const { path: dir, remove } = tempDir('mailboxes');
  const root = join(dir, 'mail');
  const clock = systemClock;
  const store = await openStore({ dataDir: dir, clock, log: silentLog });
  const keys = () => markKeys(store.settings, clock);
  const placed = placing(keys, silentLog);
  const maildirs = new Maildirs(root);
  const lessons: string[] = [];
  const jobs: MovesJob[] = [];
  const folderOf = (to: string, folder: Folder): string => (folder === 'INBOX' ? join(root, to) : join(root, to, folderDirectory(folder)));
  const files = (to: string, folder: Folder): string[] => ['new', 'cur'].flatMap((sub) => {
    const path = join(folderOf(to, folder), sub);
    try {
      return readdirSync(path).map((name) => join(path, name));
    } catch {
      return []; // nothing was ever put there
    }
  });
  return {
    root, store, lessons, files, dataDir: dir,
    async deliver(to, subject, { folder, markWith, proven = true, door = 'smtp', remembered = true } = {}) {
      const envelope = { ...envelopeOf({ sender: 'anna@sender.example', recipients: [to], door }), id: newId(clock.now()) };
      const messageId = `<${serial++}@sender.example>`;
      const bytes = Buffer.from(`From: Anna <anna@sender.example>\r\nTo: <${to}>\r\nSubject: ${subject}\r\nMessage-ID: ${messageId}\r\n\r\nOur new pallets of pumps are in stock, order now.\r\n`);
      const action = folder !== undefined ? 'junk-folder' : markWith !== undefined ? 'mark' : 'deliver';
      const verdict = { action, policy: 'company', markWith: markWith ?? null, junkFolder: folder ?? null } as unknown as Verdict;
      const edits = planEdits({ envelope, bytes, subject, score: { score: 0.5, kind: 'spam' }, authenticationResults: 'spf=pass', hostname: HOSTNAME }, [verdict]);
      const [reply] = await createMaildirOnward({ maildirs, hostname: HOSTNAME, clock, log: silentLog, placed }, envelope).deliver({ recipients: [0], edits, mailboxFolder: folder ?? null }, bytes);
      if (reply?.code !== 250) throw new Error(`not delivered: ${reply?.text}`);
      if (remembered) {
        store.decisions.append({
          id: envelope.id, at: envelope.receivedAt, door, direction: 'in', clientIp: null, helo: '', sender: 'anna@sender.example', authors: 'anna@sender.example', subject, messageId, size: bytes.length,
          score: 0.5, kind: 'spam', model: 'm', revision: 'r', ms: 1, facts: JSON.stringify({ v: 1, message: { authors: ['anna@sender.example'], author: { state: proven ? 'pass' : 'none' } } }),
          recipients: [{ recipient: mailAddress(to).key, action, policy: 'company', replyCode: 250, verdict: JSON.stringify(verdict) }],
        });
        await store.decisions.flush();
      }
      return envelope.id;
    },
    move(to, subject, from, into, owner = to) {
      const file = files(to, from).find((path) => readFileSync(path, 'latin1').includes(`${subject}\r\n`));
      if (file === undefined) throw new Error(`no "${subject}" in ${from}`);
      for (const sub of ['tmp', 'new', 'cur']) mkdirSync(join(folderOf(owner, into), sub), { recursive: true });
      renameSync(file, join(folderOf(owner, into), 'cur', `moved${serial++}:2,S`));
    },
    job(aheadMs = 0) {
      const job = startMovesJob({
        store, clock: { now: () => clock.now() + aheadMs }, log: silentLog, keys, root, hostname: HOSTNAME, model: loadModel(null), ourDomains: new Set(['example.com']),
        junkFolders: () => new Set(['Junk']), learnt: (lesson) => void lessons.push(lesson),
      });
      jobs.push(job);
      return job;
    },
    async close() {
      for (const job of jobs) await job.stop();
      await store.close();
      remove();
    },
  };
}
