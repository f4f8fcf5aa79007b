import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { digest as limits } from '../../src/message/limits.ts';
import { silentLog, type Log } from '../../src/platform/log.ts';
import { expireNamed, type ExpireOptions } from '../../src/quarantine/expire-job.ts';
import { expiryAt } from '../../src/quarantine/expiry.ts';
import { markKeys } from '../../src/quarantine/mark-keys.ts';
import { startOutboxJob } from '../../src/quarantine/outbox-job.ts';
import { openStore } from '../../src/storage/open.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { set } from '../support/policies.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait.ts';
import { outboxRow } from '../storage/rows.ts';

const DAY_MS = 24 * 3600_000;
const all = tempDir('expire');
afterAll(all.remove);

let dataDir: string;
let store: Store;
let now: number;
let logged: string[];
/** What a look at the message says when it is to be delivered; null: gone. */
let dangerousNow: Map<string, boolean | null>;
const clock = { now: () => now };
beforeEach(async () => {
  now = Date.UTC(2027, 4, 3);
  logged = [];
  dangerousNow = new Map();
  dataDir = await mkdtemp(join(all.path, 'data-'));
  store = await openStore({ dataDir, clock, log: silentLog });
});
afterEach(() => store.close());

function options(page: string): ExpireOptions {
  const log = { ...silentLog, info: () => undefined, warn: (_: unknown, text: string) => void logged.push(text) } as unknown as Log;
  const policies = set(page);
  return { store, folders: foldersIn(dataDir), clock, policies: () => policies, log, isDangerousNow: async ({ id }) => (dangerousNow.has(id) ? dangerousNow.get(id)! : false) };
}
let number = 0;
async function hold(change: Partial<Verdict> = {}, kind: 'spam' | 'dangerous' = 'spam'): Promise<HeldRow> {
  const recipient = `r${++number}@example.com`;
  const transaction = transactionOf('From: Vera <vera@sender.example>\r\nSubject: Cheap watches\r\n\r\nBuy now\r\n', { recipients: [recipient] });
  await quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock, hostname: 'mx' }).hold(transaction, someMessage, { ...someScore, kind }, [verdictFor(recipient, change)], [0]);
  return (await store.held.list({ recipient, limit: 1 }))[0]!;
}
async function name(...rows: readonly HeldRow[]): Promise<void> {
  for (const row of rows) {
    const selection = { mailbox: row.recipient, policies: [row.policy] };
    const counted = await store.digests.unnamed(selection, 10);
    const entered = await store.digests.enter({ digestId: `d${++number}`, addressee: `x${number}`, slot: now, at: now, selection, listed: counted.rows.map(({ id }) => id), certain: counted.certain, dangerous: counted.dangerous, notices: [] });
    expect(entered).toBe('queued');
  }
}
const state = async (row: HeldRow) => (await store.held.find(row.id))?.state;
const files = async () => (await readdir(join(dataDir, 'quarantine', 'sales', '.Suspected spam', 'new'))).length;
const SALES = 'policy: sales\napplies-to: "*@example.com"\nquarantine: {keep-for-days: 7}';

test('what a digest has named is deleted when its time is over, file and all; what none has named stays', async () => {
  const [named, unnamed] = [await hold(), await hold()];
  await name(named);
  const job = options(SALES);
  for (let day = 0; day <= 7; day++) {
    expect([day, await expireNamed(job)]).toEqual([day, { deleted: 0, deliveredMarked: 0 }]);
    now += DAY_MS;
  }
  expect(await expireNamed(job)).toEqual({ deleted: 1, deliveredMarked: 0 });
  expect([await state(named), await state(unnamed), await files()]).toEqual(['expired', 'held', 1]);
  for (let day = 0; day < 200; day++, now += DAY_MS) await expireNamed(job);
  expect(await state(unnamed)).toBe('held');
});

test('what was named late has a day', async () => {
  const row = await hold();
  const job = options(SALES);
  await expireNamed(job);
  for (let day = 0; day < 20; day++, now += DAY_MS) await expireNamed(job);
  await name(row);
  now += DAY_MS - 1;
  expect(await expireNamed(job)).toMatchObject({ deleted: 0 });
  now += 2;
  expect(await expireNamed(job)).toMatchObject({ deleted: 1 });
});

test('deliver-marked: with the words of the page before the subject; what is dangerous is never delivered', async () => {
  const [wanted, dangerous] = [await hold(), await hold({ reason: 'dangerous' }, 'dangerous')];
  await name(wanted, dangerous);
  const job = options('policy: sales\nmark-with: "[Süspekt]"\nquarantine: {keep-for-days: 1, after-that: deliver-marked}');
  await expireNamed(job);
  now += DAY_MS + 1;
  await expireNamed(job);
  now += DAY_MS;
  await expireNamed(job);
  expect([await state(wanted), await state(dangerous)]).toEqual(['releasing', 'expired']);
  const sent: string[] = [];
  const outbox = startOutboxJob({ store, folders: foldersIn(dataDir), clock, log: silentLog, keys: () => markKeys(store.settings, clock), pollMs: 5, deliver: async (_, bytes) => {
    sent.push(bytes.toString('latin1'));
    return [{ code: 250, enhanced: null, text: 'ok' }];
  } });
  await waitFor('the delivery', async () => (await state(wanted)) === 'released');
  await outbox.stop();
  expect(sent).toHaveLength(1);
  expect(sent[0]).toMatch(/^X-Usher-Release: .*\r\nFrom: Vera <vera@sender\.example>\r\nSubject: =\?UTF-8\?B\?[A-Za-z0-9+/=]+\?= Cheap watches\r\n\r\nBuy now\r\n$/);
});

test('what looks dangerous by now is deleted instead of delivered; what cannot be looked at stays', async () => {
  const [fine, dangerous, gone, broken] = [await hold(), await hold(), await hold(), await hold()];
  await name(fine, dangerous, gone, broken);
  dangerousNow = new Map([[dangerous.id, true], [gone.id, null]]);
  const job = options('policy: sales\nquarantine: {keep-for-days: 1, after-that: deliver-marked}');
  now += DAY_MS + 1;
  const errors: string[] = [];
  const isDangerousNow: ExpireOptions['isDangerousNow'] = (row) => (row.id === broken.id ? Promise.reject(new Error('disk')) : job.isDangerousNow(row));
  expect(await expireNamed({ ...job, isDangerousNow, log: { ...job.log, error: (_: unknown, text: string) => void errors.push(text) } as unknown as Log })).toEqual({ deleted: 1, deliveredMarked: 1 });
  expect(await Promise.all([fine, dangerous, gone, broken].map(state))).toEqual(['releasing', 'expired', 'held', 'held']);
  expect(errors).toEqual(['held mail could not be looked at again; it stays until it can']);
});

test('what the next hop refused is held again, and tried once a day', async () => {
  const row = await hold();
  await name(row);
  const job = options('policy: sales\nquarantine: {keep-for-days: 1, after-that: deliver-marked}');
  now += DAY_MS + 1;
  await expireNamed(job);
  const refuse = async () => {
    for (const waiting of await store.outbox.claim(now, 1000, 10)) await store.outbox.fail(waiting.id, now, '550 no');
  };
  await refuse();
  expect(await state(row)).toBe('held');
  now += 3600_000;
  expect(await expireNamed(job)).toMatchObject({ deliveredMarked: 0 });
  now += DAY_MS;
  expect(await expireNamed(job)).toMatchObject({ deliveredMarked: 1 });
});

test('each policy keeps for its own time; many rows at once', async () => {
  const rows: HeldRow[] = [];
  for (let i = 0; i < 230; i++) rows.push(await hold({ policy: i % 2 === 0 ? 'sales' : 'gone' }));
  await name(...rows);
  const job = options(SALES);
  await expireNamed(job);
  now += DAY_MS;
  for (let day = 0; day < 10; day++, now += DAY_MS) await expireNamed(job);
  expect((await store.held.list({ state: 'expired', limit: 1000 })).map(({ policy }) => policy)).toEqual(Array.from({ length: 115 }, () => 'sales'));
}, 30_000);

test('a clock that jumps forward by years deletes nothing for a day, and nothing at all when it is set right in time', async () => {
  const row = await hold();
  await name(row);
  const job = options(SALES);
  await expireNamed(job);
  now += 900 * DAY_MS;
  expect(await expireNamed(job)).toMatchObject({ deleted: 0 });
  expect(logged).toHaveLength(1);
  now -= 900 * DAY_MS - 3600_000;
  expect(await expireNamed(job)).toMatchObject({ deleted: 0 });
  for (let hour = 0; hour < 30; hour++, now += 3600_000) expect(await expireNamed(job)).toMatchObject({ deleted: 0 });
  expect(await state(row)).toBe('held');
});

test('a jump that stays is believed after a day', () => {
  const jump = limits.clockGapMaxMs + 1;
  const seen = expiryAt({ at: 0, waitUntil: 0 }, jump);
  expect(seen).toEqual({ mayExpire: false, jumped: true, state: { at: jump, waitUntil: jump + DAY_MS } });
  expect(expiryAt(seen.state, jump + DAY_MS - 1).mayExpire).toBe(false);
  expect(expiryAt(seen.state, jump + DAY_MS)).toMatchObject({ mayExpire: true, jumped: false });
  expect(expiryAt(null, jump).mayExpire).toBe(true);
});

test('an outbox row of a notice that is gone is told as what it is', async () => {
  await store.outbox.add(outboxRow({ kind: 'notice', createdAt: now, nextAt: now }));
  const ended: string[] = [];
  const outbox = startOutboxJob({ store, folders: foldersIn(dataDir), clock, log: silentLog, keys: () => markKeys(store.settings, clock), pollMs: 5, deliver: async () => [], ended: (outcome, kind) => void ended.push(`${kind} ${outcome}`) });
  await waitFor('the end', async () => (await store.outbox.pending()) === 0);
  await outbox.stop();
});
