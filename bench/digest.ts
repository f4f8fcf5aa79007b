/** Digests: 10,000 recipients with some held mail each, all due at the same moment: rendered, signed and in the outbox; per second, and the memory it takes. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeNotice } from '../src/notices/notice.ts';
import { dkimSigner } from '../src/notices/dkim.ts';
import { silentLog as log } from '../src/platform/log.ts';
import { newId } from '../src/platform/ids.ts';
import { buildPolicySet } from '../src/policy/resolve.ts';
import { runDigests } from '../src/quarantine/digest-job.ts';
import { linkKeys } from '../src/review/keys.ts';
import { linkUrl, makeToken } from '../src/review/tokens.ts';
import { openStore } from '../src/storage/open.ts';
import type { HeldRow, Store } from '../src/storage/store.ts';
import { words } from '../src/words/index.ts';
import { seeded } from './random.ts';
import { forgetPeak, peakBytes, residentBytes } from './process-stats.ts';
import { atLeast, atMost, rounded, type BenchmarkResult } from './statistics.ts';

const RECIPIENTS = 10_000;
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

/** Between one and eight messages each, four and a half on the average. */
async function fill(store: Store): Promise<number> {
  const { between, pick, next } = seeded(1);
  let count = 0;
  for (let from = 0; from < RECIPIENTS; from += 500) {
    const rows: HeldRow[] = [];
    for (let i = from; i < from + 500; i++) {
      const messages = between(1, 8);
      for (let j = 0; j < messages; j++) rows.push(heldRow(`r${i}@example.com`, NOW - between(1, 20 * 3600_000), pick(SUBJECTS), 0.9 + next() * 0.09));
    }
    for (const row of rows) store.decisions.append({ id: row.decisionId, at: row.at, door: 'smtp', direction: 'in', clientIp: null, helo: '', sender: row.sender, authors: row.sender, subject: row.subject, messageId: null, size: 1, score: row.score, kind: 'spam', model: 'm', revision: 'r', ms: 1, facts: FACTS, recipients: [] });
    await store.decisions.flush();
    await store.held.hold(rows);
    count += rows.length;
  }
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

async function measure(dir: string): Promise<BenchmarkResult> {
  const store = await openStore({ dataDir: dir, clock, log });
  const messages = await fill(store);
  const keyFile = join(dir, 'dkim.pem');
  writeFileSync(keyFile, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const sign = dkimSigner({ domain: 'example.com', selector: 'usher', keyFile });
  const policies = buildPolicySet([], { language: 'en', timezone: 'Europe/Istanbul', ourDomains: ['example.com'] }, '0123456789ab');
  const [key] = await linkKeys(store.settings, clock);
  let bytes = 0;
  forgetPeak(process.pid);
  const before = residentBytes(process.pid);
  const begun = performance.now();
  const run = await runDigests({
    digests: store.digests, words, hostname: 'mx.example.com', clock, log, personalOf: async () => null, policies: () => policies,
    compose: async (notice) => {
      const composed = await composeNotice(notice, { from: 'Mail filter <no-reply@example.com>', sign, clock });
      bytes += composed.bytes.length;
      return composed;
    },
    linkMaker: async () => (link) => linkUrl('https://mail.example.com', makeToken(link, key)),
    places: { home: 'https://mail.example.com/', settings: 'https://mail.example.com/preferences' },
  });
  const seconds = (performance.now() - begun) / 1000;
  const peak = peakBytes(process.pid);
  await store.close();
  if (run.queued !== RECIPIENTS || run.listed !== messages) throw new Error(`expected ${RECIPIENTS} digests of ${messages} messages: ${JSON.stringify(run)}`);
  const perSecond = rounded(run.queued / seconds, 0);
  const riseMB = rounded((peak - before) / MB, 0);
  return {
    results: { digests: run.queued, messages, seconds: rounded(seconds, 1), perSecond, meanBytes: Math.round(bytes / run.queued), residentBeforeMB: rounded(before / MB, 0), peakMB: rounded(peak / MB, 0), riseMB },
    targets: [atLeast('digests rendered, signed and queued', 100, perSecond, 'per second'), atMost('memory that the run takes', 150, riseMB, 'MB')],
  };
}

const dir = mkdtempSync(join(tmpdir(), 'usher-bench-digest-'));
try {
  console.log(JSON.stringify(await measure(dir), null, 2));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
