/**
 * Digests: 10,000 recipients with some held mail each, all due at the same moment: rendered, signed and in the outbox.
 * Put together as the service does it, stopped half way and taken up again by another; how many per second, the memory it takes, and
 * what the signing costs. A process of its own fills the database, so that its memory does not count.
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { dkimSigner } from '../src/notices/dkim.ts';
import { digestParts, openNotices } from '../src/notices/open.ts';
import { newId } from '../src/platform/ids.ts';
import { silentLog, type Log } from '../src/platform/log.ts';
import { buildPolicySet } from '../src/policy/resolve.ts';
import { runDigests, type DigestRun } from '../src/quarantine/digest-job.ts';
import { openStore } from '../src/storage/open.ts';
import type { HeldRow, Store } from '../src/storage/store.ts';
import { startChild } from '../test/support/child.ts';
import { seeded } from './random.ts';
import { forgetPeak, peakBytes, residentBytes } from './process-stats.ts';
import { atLeast, atMost, rounded, type BenchmarkResult } from './statistics.ts';

const RECIPIENTS = Number(process.env['USHER_BENCH_RECIPIENTS'] ?? 10_000);
const MB = 1_000_000;
/** Monday, 08:30 in Istanbul. */
const NOW = Date.UTC(2027, 4, 3, 5, 30);
const clock = { now: () => NOW };
const SUBJECTS = ['Purchase order 4711', 'Our prices for 2027', 'Ayın kumaşları', 'Заказ № 4711', 'Invoice attached', 'Re: Angebot für Ihre Anfrage'];
const VERDICT = { action: 'quarantine', reason: 'spam', qualifiers: [], match: null, spamThreshold: 0.9, certainThreshold: 0.99 };
const FACTS = JSON.stringify({
  v: 1, message: { authors: ['offers@weaving-mill.example'], author: { state: 'pass', by: 'dkim' }, subject: 'x' }, words: [], recipients: null,
  signals: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`signal-${i}`, true])), contributions: [], authentication: {}, scoringFailed: false, envelope: {}, perRecipient: false, decidedAt: 0,
});

/** Between one and eight messages each, four and a half on the average. @returns how many */
async function fill(dir: string): Promise<number> {
  const store = await openStore({ dataDir: dir, clock, log: silentLog });
  const { between, pick, next } = seeded(1);
  let count = 0;
  for (let from = 0; from < RECIPIENTS; from += 500) {
    const rows: HeldRow[] = [];
    for (let i = from; i < Math.min(from + 500, RECIPIENTS); i++) {
      const messages = between(1, 8);
      for (let j = 0; j < messages; j++) rows.push(heldRow(`r${i}@example.com`, NOW - between(1, 20 * 3600_000), pick(SUBJECTS), 0.9 + next() * 0.09));
    }
    for (const row of rows) store.decisions.append({ id: row.decisionId, at: row.at, door: 'smtp', direction: 'in', clientIp: null, helo: '', sender: row.sender, authors: row.sender, subject: row.subject, messageId: null, size: 1, score: row.score, kind: 'spam', model: 'm', revision: 'r', ms: 1, facts: FACTS, recipients: [] });
    await store.decisions.flush();
    await store.held.hold(rows);
    count += rows.length;
  }
  await store.close();
  return count;
}

function heldRow(recipient: string, at: number, subject: string, score: number): HeldRow {
  const id = newId(at);
  return {
    id, retryKey: id, decisionId: id, at, policy: 'built-in', folder: 'Suspected spam', file: id, sender: 'offers@weaving-mill.example', senderRaw: 'offers@weaving-mill.example', recipient, recipientRaw: recipient,
    parameters: '{}', from: 'Weaving mill <offers@weaving-mill.example>', subject, messageId: null, size: 900, headBytes: 0, score, kind: 'spam', reason: 'spam', verdict: JSON.stringify(VERDICT),
    state: 'held', stateAt: at, count: 1, namedAt: null,
  };
}

const begun = performance.now();
const tell = (facts: object, text: string): void => void process.stderr.write(`${rounded((performance.now() - begun) / 1000, 1)} s: ${text} ${JSON.stringify(facts)}\n`);
const log = { ...silentLog, debug: () => undefined, info: tell, warn: tell, error: tell } as unknown as Log;

/** One look, as one process has it; it ends early when so many have been queued. */
async function look(dir: string, keyFile: string, stopAt: number): Promise<DigestRun> {
  const store: Store = await openStore({ dataDir: dir, clock, log });
  const config = { noticesFrom: 'Mail filter <no-reply@example.com>', dkim: { domain: 'example.com', selector: 'usher', keyFile }, publicUrl: 'https://mail.example.com', hostname: 'mx.example.com' };
  const parts = { config, store, clock };
  const policies = buildPolicySet([], { language: 'en', timezone: 'Europe/Istanbul', ourDomains: ['example.com'] }, '0123456789ab');
  let queued = 0;
  const run = await runDigests({ ...digestParts(parts, openNotices(parts)), policies: () => policies, log, queued: () => void queued++ }, { isStopped: () => queued >= stopAt });
  await store.close();
  return run;
}

/** What stands in the outbox: one digest for each recipient, and every message named once. */
function inTheEnd(dir: string): { readonly digests: number; readonly recipients: number; readonly named: number; readonly unnamed: number; readonly meanBytes: number } {
  const database = new Database(join(dir, 'usher.sqlite'), { readonly: true });
  const found = database.prepare(`select (select count(*) from notices) as digests, (select count(distinct recipient) from outbox) as recipients,
    (select count(*) from held where named_at is not null) as named, (select count(*) from held where named_at is null) as unnamed, (select avg(length(message)) from notices) as meanBytes`).get() as ReturnType<typeof inTheEnd>;
  database.close();
  return found;
}

/** Milliseconds for one signature, the least of several rounds. */
async function signingMs(dir: string, keyFile: string): Promise<number> {
  const database = new Database(join(dir, 'usher.sqlite'), { readonly: true });
  const { message } = database.prepare('select message from notices limit 1').get() as { message: string };
  database.close();
  const unsigned = Buffer.from(message.replace(/^DKIM-Signature:.*?\r\n(?![ \t])/s, ''), 'latin1');
  const sign = dkimSigner({ domain: 'example.com', selector: 'usher', keyFile });
  let least = Infinity;
  for (let round = 0; round < 5; round++) {
    const from = process.cpuUsage();
    for (let i = 0; i < 50; i++) await sign(unsigned);
    const { user, system } = process.cpuUsage(from);
    least = Math.min(least, (user + system) / 50_000);
  }
  return least;
}

async function measure(dir: string, messages: number): Promise<BenchmarkResult> {
  const keyFile = join(dir, 'dkim.pem');
  writeFileSync(keyFile, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  forgetPeak(process.pid);
  const before = residentBytes(process.pid);
  const from = performance.now();
  const cpuFrom = process.cpuUsage();
  const first = await look(dir, keyFile, RECIPIENTS / 2);
  const second = await look(dir, keyFile, Infinity);
  const seconds = (performance.now() - from) / 1000;
  const { user, system } = process.cpuUsage(cpuFrom);
  const peak = peakBytes(process.pid);
  const { meanBytes, ...end } = inTheEnd(dir);
  if (first.isComplete || !second.isComplete || end.digests !== RECIPIENTS || end.recipients !== RECIPIENTS || end.named !== messages || end.unnamed !== 0) {
    throw new Error(`expected ${RECIPIENTS} digests of ${messages} messages: ${JSON.stringify({ first, second, end })}`);
  }
  const perSecond = rounded(end.digests / seconds, 0);
  const riseMB = rounded((peak - before) / MB, 0);
  const cpuMs = (user + system) / 1000 / end.digests;
  const signMs = await signingMs(dir, keyFile);
  return {
    results: {
      digests: end.digests, messages, stoppedAfter: first.queued, seconds: rounded(seconds, 1), perSecond, cpuMsPerDigest: rounded(cpuMs, 2), signingMsPerDigest: rounded(signMs, 2), signingShareOfCpu: rounded(signMs / cpuMs, 2),
      meanBytes: Math.round(meanBytes), residentBeforeMB: rounded(before / MB, 0), peakMB: rounded(peak / MB, 0), riseMB,
    },
    targets: [atLeast('digests rendered, signed and queued', 200, perSecond, 'per second'), atMost('memory at its peak', 350, rounded(peak / MB, 0), 'MB')],
  };
}

/** As the service is started (package.json). */
const NODE_OPTIONS = ['--max-semi-space-size=16'];

/** Does one part of the work in a process of its own, and gives what that printed. */
async function apart(task: 'fill' | 'measure', dir: string): Promise<string> {
  const child = await startChild(process.execPath, [...NODE_OPTIONS, import.meta.filename, task, dir], { showsErrors: true });
  const { code } = await child.exited;
  if (code !== 0) throw new Error(`${task} ended with ${code}: ${child.output()}`);
  return child.stdout();
}

async function main(): Promise<void> {
  const [task, where] = process.argv.slice(2);
  if (task === 'fill' && where !== undefined) return console.log(await fill(where));
  if (task === 'measure' && where !== undefined) return console.log(JSON.stringify(await measure(where, Number(process.env['MESSAGES'])), null, 2));
  const dir = mkdtempSync(join(tmpdir(), 'usher-bench-digest-'));
  try {
    process.env['MESSAGES'] = await apart('fill', dir);
    console.log((await apart('measure', dir)).trim());
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

await main();
