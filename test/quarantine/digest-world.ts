/** Everything that digests need, with a clock of our own, and what they sent. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { composeNotice } from '../../src/notices/notice.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';
import { newId } from '../../src/platform/ids.ts';
import type { PolicySet } from '../../src/policy/resolved.ts';
import { runDigests, type DigestJobOptions, type DigestRun, type RunOptions } from '../../src/quarantine/digest-job.ts';
import type { PersonalDigest } from '../../src/quarantine/digest-targets.ts';
import { openStore } from '../../src/storage/open.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import { words } from '../../src/words/index.ts';
import { verdictFor } from '../support/held.ts';
import { heldRow } from '../storage/rows.ts';

export const NOTHING_CHOSEN: PersonalDigest = { at: null, days: null, timezone: null, language: null, phrase: null, isStopped: false };

export interface SentDigest {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Ids of the messages that it lists. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface World {
  readonly store: Store;
  readonly personal: Map<string, PersonalDigest>;
  /** What it logged: message texts. */
  readonly logged: string[];
  policies: PolicySet;
  now: number;
  options: DigestJobOptions;
  hold(change?: Partial<HeldRow>): Promise<HeldRow>;
  run(options?: RunOptions): Promise<DigestRun>;
  /** Takes what waits in the outbox. */
  sent(): Promise<readonly SentDigest[]>;
  /** As after a crash: the same files, opened anew. */
  reopen(): Promise<void>;
  close(): Promise<void>;
}

/** @param dir where it may keep its files @param now `2027-05-03T06:00:00Z` */
export async function world(dir: string, policies: PolicySet, now: string): Promise<World> {
  const dataDir = await mkdtemp(join(dir, 'world-'));
  const logged: string[] = [];
  const write = (_facts: unknown, text: string): void => void logged.push(text);
  const log = { ...silentLog, info: write, warn: write, error: write, debug: () => undefined } as unknown as Log;
  const personal = new Map<string, PersonalDigest>();
  const clock = { now: () => it.now };
  let store = await openStore({ dataDir, clock, log: silentLog });
  const optionsOf = (): DigestJobOptions => ({
    digests: store.digests, compose: (notice) => composeNotice(notice, { from: 'no-reply@example.com', sign: null, clock }), words, hostname: 'mx.example.com', clock, log,
    linkMaker: async () => ({ purpose, subject }) => `https://x.example/l/${purpose}.${subject}`,
    places: { home: 'https://x.example/', settings: 'https://x.example/preferences' },
    personalOf: async (address) => personal.get(address) ?? null, policies: () => it.policies,
  });
  const it: World = {
    personal, logged, policies, now: Date.parse(now), options: optionsOf(),
    get store() { return store; },
    hold: async (change = {}) => {
      const recipient = change.recipient ?? 'deniz@example.com';
      const id = newId(it.now);
      const row = heldRow({ id, retryKey: id, file: id, at: it.now, recipient, recipientRaw: recipient, policy: 'company', verdict: JSON.stringify(verdictFor(recipient)), score: 0.95, ...change });
      await store.held.hold([row]);
      return row;
    },
    run: (options) => runDigests(it.options, options),
    sent: async () => {
      const digests: SentDigest[] = [];
      for (;;) {
        const rows = await store.outbox.claim(it.now + 1, 1000, 50);
        if (rows.length === 0) return digests;
        for (const row of rows) {
          const mail = await simpleParser((await store.notices.bytes(row.id)) ?? Buffer.alloc(0));
          const text = mail.text ?? '';
          digests.push({ to: row.recipient, subject: mail.subject ?? '', text, names: [...text.matchAll(/\/l\/look\.([0-9a-z]+)/g)].map((match) => match[1] ?? ''), at: row.createdAt });
          await store.outbox.done(row.id, it.now);
        }
      }
    },
    reopen: async () => {
      await store.close();
      store = await openStore({ dataDir, clock, log: silentLog });
      it.options = optionsOf();
    },
    close: () => store.close(),
  };
  return it;
}
