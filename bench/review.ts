/**
 * The review pages with a million held messages: every page through the web server as a browser asks for it, database and markup
 * included. `USHER_BENCH_ROWS` makes it smaller. Times are of one request at a time, in milliseconds.
 */
import * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import type { Transaction } from '../src/message/envelope.ts';
import { newId } from '../src/platform/ids.ts';
import { silentLog } from '../src/platform/log.ts';
import { buildPolicySet } from '../src/policy/resolve.ts';
import { QuarantineFolders } from '../src/quarantine/folders.ts';
import { readAssets } from '../src/review/open.ts';
import { startSession } from '../src/review/sessions.ts';
import { reviewServer } from '../src/review/server.ts';
import { scopesOf } from '../src/storage/held-scope.ts';
import { foldForSearch } from '../src/storage/held.ts';
import { openStore } from '../src/storage/open.ts';
import type { HeldRow } from '../src/storage/store.ts';
import { words } from '../src/words/index.ts';
import { atMost, percentile, rounded, type Target } from './statistics.ts';

const ROWS = Number(process.env['USHER_BENCH_ROWS'] ?? 1_000_000);
const TIMES = 60;
const BOUND_MS = 50;
const NOW = Date.UTC(2026, 10, 22, 12);
const MAILBOXES = 5_000;
const POLICIES = 20;
const VOCABULARY = 20_000;
const DECIDED = 100_000;
const FACTS = JSON.stringify({
  v: 1, message: { authors: ['a@b.example'], author: { state: 'pass', by: 'dkim' }, score: 0.9, unopened: [] }, authentication: { author: { state: 'pass' } }, signals: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`signal-number-${i}`, 'some value'])),
});
const VERDICT = JSON.stringify({ recipient: 'x', action: 'quarantine', policy: 'p1', revision: 'abc', reason: 'spam', qualifiers: [], match: null });

let seed = 1;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
};
/** Few words are frequent, most are rare (Zipf). */
const rank = (): number => Math.floor(VOCABULARY ** (random(1_000_000) / 1_000_000)) - 1;
const wordOf = (number: number): string => {
  let word = '';
  for (let rest = number * 7919 + 11, i = 0; i < 5; i++, rest = Math.floor(rest / 20) + i * 7) word += 'bcdfghklmnprstvw'[rest % 16]! + 'aeiou'[rest % 5]!;
  return word;
};
/** One row in ten lies in one shared mailbox, as a company's info@ does. */
const mailboxOf = (n: number): string => (n % 10 === 0 ? 'info@example.com' : `person${random(MAILBOXES)}@example.com`);

function rowOf(n: number, at: number): HeldRow {
  const id = newId(at);
  const recipient = mailboxOf(n);
  const sender = `${wordOf(rank())}@${wordOf(random(3_000))}.example`;
  return {
    id, retryKey: `${n}`, decisionId: id, at, policy: `p${random(POLICIES)}`, folder: 'Suspected spam', file: `${id}`, sender, recipient, recipientRaw: recipient, senderRaw: sender, parameters: '{}',
    from: `${wordOf(rank())} ${wordOf(rank())} <${sender}>`, subject: Array.from({ length: 5 }, () => wordOf(rank())).join(' '), messageId: null, size: 9000, headBytes: 100, score: 0.9, kind: 'spam',
    reason: 'spam', verdict: VERDICT, state: n % 7 === 0 ? 'released' : 'held', stateAt: at, count: 1, namedAt: null,
  };
}

/** Straight into the tables: the same rows that `hold` would write. */
function fill(file: string): number {
  const database = new Database(file);
  database.pragma('synchronous = OFF');
  const columns = Object.keys(rowOf(0, NOW)).map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
  const insert = database.prepare(`insert into held (${[...columns, 'search_text', 'mailbox'].map((name) => `"${name}"`).join(', ')}) values (${columns.map(() => '?').join(', ')}, ?, ?)`);
  const index = database.prepare('insert into held_search (text, scope, id) values (?, ?, ?)');
  // Lists ask the decision whether the sender is proven: those of the newest rows are there, as large as they are.
  const decide = database.prepare('insert into decisions (id, at, door, direction, helo, sender, authors, subject, size, score, kind, model, revision, ms, facts) values (?, ?, \'smtp\', \'in\', \'\', ?, ?, ?, 1, 0.9, \'spam\', \'m\', \'r\', 1, ?)');
  const begun = performance.now();
  for (let n = 0; n < ROWS; ) {
    database.exec('begin');
    for (const end = Math.min(ROWS, n + 10_000); n < end; n++) {
      const row = rowOf(n, NOW - (ROWS - n) * 2_000);
      const { mailbox, words: scope } = scopesOf(row.recipient, row.policy, row.at);
      const text = foldForSearch(`${row.subject}\n${row.from}\n${row.sender}\n${row.recipient}`);
      insert.run(...Object.values(row), text, mailbox);
      index.run(text, scope, row.id);
      if (n >= ROWS - DECIDED) decide.run(row.decisionId, row.at, row.sender, row.sender, row.subject, FACTS);
    }
    database.exec('commit');
  }
  database.close();
  return performance.now() - begun;
}

const dataDir = await files.mkdtemp(join(tmpdir(), 'usher-bench-review-'));
try {
  const clock = { now: () => NOW };
  await (await openStore({ dataDir, clock, log: silentLog })).close();
  const fillMs = fill(join(dataDir, 'usher.sqlite'));
  const store = await openStore({ dataDir, clock, log: silentLog });
  const page = (name: string, patterns: readonly string[]) => ({ name, file: `${name}.yaml`, owner: 'office@example.com', appliesTo: patterns.map((pattern) => ({ pattern, place: { file: '', line: 1, column: 1, length: 1 } })), alwaysWelcome: [], neverWelcome: [], forAWhile: [], examples: [], places: {} });
  const set = buildPolicySet(Array.from({ length: POLICIES }, (_, i) => page(`p${i}`, i === 0 ? ['everyone'] : [`*@p${i}.example`])), { language: 'en', timezone: 'UTC', ourDomains: ['example.com'] }, 'abcdef123456');
  const server = reviewServer({
    config: { publicUrl: 'http://127.0.0.1:8025', operators: ['root@example.com'], delegates: { 'info@example.com': ['person1@example.com'] }, ourDomains: ['example.com'], language: 'en', timezone: 'UTC', trustedNetworks: [] },
    store, folders: new QuarantineFolders(join(dataDir, 'quarantine'), files), policies: () => set, words, clock, log: silentLog, queued: () => undefined, assets: readAssets(resolve('src/review/assets')),
    notices: { send: async () => '' },
    assess: async (_transaction: Transaction) => { throw new Error('not measured'); },
  });
  const sessions: Record<string, string> = {};
  for (const address of ['person1@example.com', 'office@example.com', 'root@example.com']) sessions[address] = (await startSession(store.review.sessions, clock, address, 'bench')).secret;

  /** Median, 95th percentile and the slowest, and the processor time, which other work on the machine does not change; each `url` is called anew, so that no two requests need be the same. */
  const measure = async (who: string, url: (i: number) => string): Promise<{ medianMs: number; p95Ms: number; maxMs: number; cpuP95Ms: number }> => {
    const times: number[] = [];
    const cpuTimes: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      const cpu = process.cpuUsage();
      const begun = performance.now();
      const answer = await server.inject({ method: 'GET', url: url(i), headers: { cookie: `usher-session=${sessions[who]}` } });
      times.push(performance.now() - begun);
      const used = process.cpuUsage(cpu);
      cpuTimes.push((used.user + used.system) / 1000);
      if (answer.statusCode !== 200) throw new Error(`${url(i)}: ${answer.statusCode}`);
    }
    return { medianMs: rounded(percentile(times, 0.5), 1), p95Ms: rounded(percentile(times, 0.95), 1), maxMs: rounded(Math.max(...times), 1), cpuP95Ms: rounded(percentile(cpuTimes, 0.95), 1) };
  };
  const cursorAt = async (share: number, mailbox?: string): Promise<string> => {
    const at = NOW - Math.floor((1 - share) * ROWS) * 2_000;
    const { rows: [row] } = await store.review.held.page({ scope: mailbox === undefined ? 'all' : { mailbox }, until: at, limit: 1 });
    return row === undefined ? '' : `${row.at}.${row.id}`;
  };
  const deep = await cursorAt(0.1);
  const deepInfo = await cursorAt(0.1, 'info@example.com');
  const own = 'person1@example.com';
  const info = '/?for=info%40example.com';
  const common = (i: number): string => wordOf(i % 5);
  const rare = (i: number): string => wordOf(VOCABULARY - 1 - i);
  await measure(own, () => '/'); // Warm.
  const results = {
    rows: ROWS, fillSeconds: rounded(fillMs / 1000, 1), databaseMiB: rounded((await files.stat(join(dataDir, 'usher.sqlite'))).size / 2 ** 20, 0),
    ownList: await measure(own, () => '/'),
    ownSearch: await measure(own, (i) => `/?q=${common(i)}`),
    sharedList: await measure(own, () => info),
    sharedListDeep: await measure(own, () => `${info}&show=all&after=${deepInfo}`),
    sharedListOfADay: await measure(own, () => `${info}&from=2026-11-02&to=2026-11-02`),
    sharedSearchCommonWord: await measure(own, (i) => `${info}&q=${common(i)}`),
    sharedSearchOneLetter: await measure(own, (i) => `${info}&q=${'bcdfg'[i % 5]}`),
    sharedSearchRareWord: await measure(own, (i) => `${info}&q=${rare(i)}`),
    sharedSearchTwoWords: await measure(own, (i) => `${info}&q=${common(i)}+${wordOf(100 + i)}`),
    sharedSearchOfADay: await measure(own, (i) => `${info}&q=${common(i)}&from=2026-11-02&to=2026-11-02`),
    policyList: await measure('office@example.com', (i) => `/policies/p${i % POLICIES}`),
    policySearch: await measure('office@example.com', (i) => `/policies/p${i % POLICIES}?q=${common(i)}`),
    allList: await measure('root@example.com', () => '/operator/held'),
    allListDeep: await measure('root@example.com', () => `/operator/held?after=${deep}`),
    allSearchCommonWord: await measure('root@example.com', (i) => `/operator/held?q=${common(i)}`),
    allSearchOneLetter: await measure('root@example.com', (i) => `/operator/held?q=${'bcdfg'[i % 5]}`),
    allSearchFiveLetters: await measure('root@example.com', (i) => `/operator/held?q=${wordOf(i).slice(0, 5)}`),
    allSearchRareWord: await measure('root@example.com', (i) => `/operator/held?q=${rare(i)}`),
    allSearchNothing: await measure('root@example.com', (i) => `/operator/held?q=zzzz${i}`),
    allSearchTwoWords: await measure('root@example.com', (i) => `/operator/held?q=${common(i)}+${rare(i)}`),
    holdMs: await holding(),
  };
  async function holding(): Promise<number> {
    const count = 500;
    const begun = performance.now();
    for (let n = 0; n < count; n++) await store.held.hold([rowOf(ROWS + n, NOW + n)]);
    return rounded((performance.now() - begun) / count, 2);
  }
  const targets: Target[] = Object.entries(results).flatMap(([name, value]) => (typeof value === 'number' ? [] : [atMost(`${name}, 95th percentile`, BOUND_MS, value.p95Ms, 'ms')]));
  console.log(JSON.stringify({ results, targets }));
  await server.close();
  await store.close();
} finally {
  await files.rm(dataDir, { recursive: true, force: true });
}
