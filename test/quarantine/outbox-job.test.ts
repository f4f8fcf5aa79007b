import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { quarantine } from '../../src/message/limits.ts';
import { walk } from '../../src/message/walk.ts';
import type { Reply } from '../../src/pipeline.ts';
import { silentLog } from '../../src/platform/log.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { backoffMs, startOutboxJob } from '../../src/quarantine/outbox-job.ts';
import type { Deliver, OutboxEnvelope, OutboxJob } from '../../src/quarantine/outbox-job.ts';
import { release, wasReleased } from '../../src/quarantine/release.ts';
import { openStore } from '../../src/storage/open.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';

const MAIL = 'From: Vera <vera@sender.example>\r\nSubject: x\r\n\r\nBuy \xff now\r\n\r\n';
const OK: Reply = { code: 250, enhanced: '2.0.0', text: 'queued' };
const LATER: Reply = { code: 451, enhanced: '4.3.0', text: 'try\nagain' };
const NEVER: Reply = { code: 550, enhanced: '5.1.1', text: 'no such user' };

const all = tempDir('outbox');
afterAll(all.remove);
let dataDir: string;
let store: Store;
let now: number;
let sent: { envelope: OutboxEnvelope; bytes: Buffer }[];
const jobs: OutboxJob[] = [];
const clock = { now: () => now };
beforeEach(async () => {
  now = Date.UTC(2026, 10, 22);
  sent = [];
  dataDir = await mkdtemp(join(all.path, 'data-'));
  store = await openStore({ dataDir, clock, log: silentLog });
});
afterEach(async () => {
  for (const job of jobs.splice(0)) await job.stop();
  await store.close();
});

function start(deliver: Deliver, leaseMs = 60_000): OutboxJob {
  const job = startOutboxJob({
    store, folders: foldersIn(dataDir), clock, log: silentLog, keys: () => markKeys(store.settings, clock), pollMs: 5, leaseMs,
    deliver: (envelope, bytes) => {
      sent.push({ envelope, bytes });
      return deliver(envelope, bytes);
    },
  });
  jobs.push(job);
  return job;
}

async function heldMail(recipient = 'Bob@example.com'): Promise<HeldRow> {
  const transaction = transactionOf(MAIL, { recipients: [recipient] });
  const withParameters = { ...transaction, envelope: { ...transaction.envelope, parameters: ['SIZE=99', 'BODY=8BITMIME'] } };
  await quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock, hostname: 'mx' }).hold(withParameters, someMessage, someScore, [verdictFor(recipient)], [0]);
  const [row] = await store.held.list({ limit: 1, recipient: recipient.toLowerCase() });
  if (row === undefined) throw new Error('nothing is held');
  return row;
}
const letThrough = async (row: HeldRow): Promise<void> => {
  expect(await release({ store, folders: foldersIn(dataDir), clock }, row.id, 'operator')).toEqual({ ok: true });
};
const state = async (row: HeldRow) => (await store.held.find(row.id))?.state;
const becomes = (row: HeldRow, expected: string) => waitFor(`state ${expected}`, async () => (await state(row)) === expected);
const filesLeft = async () => (await readdir(join(dataDir, 'quarantine', 'sales', '.Suspected spam', 'new'))).length;

test('delivers the original bytes once, with a mark that a door honours once, and removes the file', async () => {
  const row = await heldMail();
  start(async () => [OK]);
  await letThrough(row);
  await becomes(row, 'released');
  await waitFor('the file to go', async () => (await filesLeft()) === 0);
  expect(sent).toHaveLength(1);
  const { envelope, bytes } = sent[0] ?? (() => { throw new Error('nothing sent'); })();
  expect(envelope).toMatchObject({ sender: 'anna@example.net', recipient: 'Bob@example.com', senderParameters: ['BODY=8BITMIME'], recipientParameters: [], mailboxFolder: null });
  const [mark = '', ...rest] = bytes.toString('latin1').split('\r\n');
  expect(mark).toMatch(/^X-Usher-Release: v=1; /);
  expect(rest.join('\r\n')).toBe(MAIL);
  const keys = await markKeys(store.settings, clock);
  const door = () => wasReleased(walk(bytes).header, bytes, 'bob@example.com', now, keys, store.marks);
  expect([await door(), await door()]).toEqual([true, false]);
});

test('mail held for two people is kept until the last of them needs it no more', async () => {
  const transaction = transactionOf(MAIL, { recipients: ['a@example.com', 'b@example.com'] });
  const verdicts = ['a@example.com', 'b@example.com'].map((each) => verdictFor(each));
  await quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock, hostname: 'mx' }).hold(transaction, someMessage, someScore, verdicts, [0, 1]);
  const rows = await store.held.list({ limit: 9 });
  const [first, second] = rows as [HeldRow, HeldRow];
  start(async () => [OK]);
  await letThrough(first);
  await becomes(first, 'released');
  expect([await state(second), await filesLeft()]).toEqual(['held', 1]);
  await letThrough(second);
  await becomes(second, 'released');
  expect(sent.map(({ envelope }) => envelope.recipient).toSorted()).toEqual(['a@example.com', 'b@example.com']);
});

test.each([['a 4xx', async () => [LATER], '451 4.3.0 try again'], ['an error', () => Promise.reject(new Error('ECONNREFUSED')), 'ECONNREFUSED'], ['no answer', async () => [], 'the next hop gave no answer']] as const)('%s puts it off, a minute first, then longer', async (_, deliver, error) => {
  const row = await heldMail();
  start(deliver as Deliver);
  await letThrough(row);
  for (let attempt = 1; attempt <= 3; attempt++) {
    await waitFor(`attempt ${attempt}`, async () => (await store.outbox.findByHeld(row.id))?.lastError === error && sent.length === attempt);
    await waitFor('the next time', async () => (await store.outbox.findByHeld(row.id))?.nextAt === now + backoffMs(attempt));
    now += backoffMs(attempt);
  }
  expect(await state(row)).toBe('releasing');
});

test('a 5xx gives it back to the quarantine, where it can be let through again', async () => {
  const row = await heldMail();
  let reply = NEVER;
  start(async () => [reply]);
  await letThrough(row);
  await waitFor('it to be given back', async () => sent.length === 1 && (await state(row)) === 'held');
  expect(await store.outbox.findByHeld(row.id)).toMatchObject({ lastError: '550 5.1.1 no such user' });
  reply = OK;
  now += 1;
  await letThrough(row);
  await becomes(row, 'released');
});

test('after five days it is held again, not lost', async () => {
  const row = await heldMail();
  await letThrough(row);
  now += quarantine.giveUpMs;
  start(async () => [LATER]);
  await becomes(row, 'held');
  expect([await store.outbox.pending(), await filesLeft()]).toEqual([0, 1]);
});

test('a worker that died leaves it to another when its claim ends, not before', async () => {
  const row = await heldMail();
  await letThrough(row);
  expect(await store.outbox.claim(now, 60_000, 1)).toHaveLength(1);
  const looks = jest.spyOn(store.outbox, 'claim');
  start(async () => [OK]);
  await waitFor('the third look, when two are over', () => looks.mock.calls.length >= 3);
  expect(sent).toEqual([]);
  now += 60_000;
  await becomes(row, 'released');
  expect(sent).toHaveLength(1);
});

test('two workers deliver each once, also when it takes longer than the claim', async () => {
  const rows = [await heldMail('a@example.com'), await heldMail('b@example.com'), await heldMail('c@example.com')];
  const leaseMs = 30;
  const finish: (() => void)[] = [];
  const looks = jest.spyOn(store.outbox, 'claim');
  const renewed = new Map<string, number>();
  const { extend } = store.outbox;
  jest.spyOn(store.outbox, 'extend').mockImplementation(async (id, until) => {
    await extend(id, until);
    renewed.set(id, until);
  });
  for (const row of rows) await letThrough(row);
  // One of them claims all that there is; the other has nothing to do but to look for more.
  for (let i = 0; i < 2; i++) start(() => new Promise((resolve) => finish.push(() => resolve([OK]))), leaseMs);
  await waitFor('all deliveries to begin', () => finish.length === 3);
  // The claims would have ended long before the deliveries do, if they were not renewed.
  for (let round = 0; round < 4; round++) {
    now += leaseMs - 1;
    await waitFor('the claims to be renewed', () => renewed.size === 3 && [...renewed.values()].every((until) => until === now + leaseMs));
    const seen = looks.mock.calls.length;
    await waitFor('another look', () => looks.mock.calls.length >= seen + 2);
  }
  for (const end of finish) end();
  for (const row of rows) await becomes(row, 'released');
  expect(sent.map(({ envelope }) => envelope.recipient).toSorted()).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
});

test('a file that vanished is recorded, and nothing is sent', async () => {
  const row = await heldMail();
  await letThrough(row);
  await rm(join(dataDir, 'quarantine', 'sales', '.Suspected spam', 'new', row.file));
  start(async () => [OK]);
  await becomes(row, 'deleted');
  await waitFor('the outbox to be empty', async () => (await store.outbox.pending()) === 0);
  expect(sent).toEqual([]);
});

test('stop waits for what is under way', async () => {
  const row = await heldMail();
  await letThrough(row);
  let finish: (replies: readonly Reply[]) => void = () => undefined;
  const job = start(() => new Promise((resolve) => { finish = resolve; }));
  await waitFor('delivery', async () => sent.length === 1);
  const stopping = job.stop();
  finish([OK]);
  await stopping;
  expect(await state(row)).toBe('released');
});

test('waits double from a minute to four hours', () => {
  expect([1, 2, 3, 8, 9, 10, 1000].map((attempt) => backoffMs(attempt) / 60_000)).toEqual([1, 2, 4, 128, 240, 240, 240]);
});
