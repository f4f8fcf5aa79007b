import { mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { quarantineHolder } from '../../src/actions/hold.ts';
import { quarantine } from '../../src/message/limits.ts';
import { newId } from '../../src/platform/ids.ts';
import { silentLog } from '../../src/platform/log.ts';
import { fileName } from '../../src/quarantine/folders.ts';
import { sweep } from '../../src/quarantine/sweep.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { foldersIn, someMessage, someScore, transactionOf, verdictFor } from '../support/held.ts';
import { tempDir } from '../support/temp-dir.ts';

const all = tempDir('sweep');
afterAll(all.remove);
const START = Date.UTC(2026, 10, 1);
const HOUR_MS = 3600_000;
let dataDir: string;
let store: Store;
let now: number;
const clock = { now: () => now };
beforeEach(async () => {
  now = START;
  dataDir = await mkdtemp(join(all.path, 'data-'));
  store = await openStore({ dataDir, clock, log: silentLog });
  await quarantineHolder({ held: store.held, folders: foldersIn(dataDir), clock, hostname: 'mx' })
    .hold(transactionOf('a\r\n\r\nb\r\n'), someMessage, someScore, [verdictFor('bob@example.com')], [0]);
});
afterEach(() => store.close());

const path = (...parts: string[]) => join(dataDir, 'quarantine', 'sales', '.Suspected spam', ...parts);
/** Puts a file there as a crash would have left it. */
async function leave(sub: string, name = fileName(START, newId(START), 'mx', 1, '0123456789abcdef')): Promise<string> {
  await writeFile(path(sub, name), 'x');
  await utimes(path(sub, name), START / 1000, START / 1000);
  return name;
}
const run = () => sweep(foldersIn(dataDir), store.held, clock, silentLog);

test('removes what is half-written after an hour, and what no row knows after a day', async () => {
  await leave('tmp');
  const orphan = await leave('new');
  await leave('cur', `${orphan.replace('.mx,', '.mx2,')}:2,S`);
  now = START + HOUR_MS;
  expect(await run()).toEqual({ halfWritten: 0, done: 0, orphans: 0 });
  now = START + HOUR_MS + 1;
  expect(await run()).toEqual({ halfWritten: 1, done: 0, orphans: 0 });
  now = START + 24 * HOUR_MS - 1;
  expect((await run()).orphans).toBe(0);
  now = START + 25 * HOUR_MS;
  expect(await run()).toEqual({ halfWritten: 0, done: 0, orphans: 2 });
  expect(await readdir(path('new'))).toEqual([(await store.held.list({ limit: 1 }))[0]?.file]);
});

test('never removes what is held, nor files that others put there', async () => {
  await leave('cur', '1234567890.M1P2.imap,S=1:2,S');
  now = START + 400 * 24 * HOUR_MS;
  expect(await run()).toEqual({ halfWritten: 0, done: 0, orphans: 0 });
  expect([(await readdir(path('new'))).length, (await readdir(path('cur'))).length]).toEqual([1, 1]);
});

test('removes the file of what was released, when a crash came in between', async () => {
  const [row] = await store.held.list({ limit: 1 });
  await store.held.move(row?.id ?? '', ['held'], 'deleted', now);
  now = START + 25 * HOUR_MS;
  expect(await run()).toEqual({ halfWritten: 0, done: 1, orphans: 0 });
});

test('does not trust a database that knows none of many files', async () => {
  for (let i = 0; i <= quarantine.orphansMax; i++) await leave('new');
  now = START + 25 * HOUR_MS;
  expect(await run()).toEqual({ halfWritten: 0, done: 0, orphans: 0 });
  expect(await readdir(path('new'))).toHaveLength(quarantine.orphansMax + 2);
});

test('a quarantine that is not there yet is clean', async () => {
  expect(await sweep(foldersIn(join(dataDir, 'elsewhere')), store.held, clock, silentLog)).toEqual({ halfWritten: 0, done: 0, orphans: 0 });
});
