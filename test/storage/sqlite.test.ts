import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { silentLog } from '../../src/platform/log.ts';
import * as start from '../../src/storage/migrations/001-start.ts';
import * as digests from '../../src/storage/migrations/002-digests.ts';
import * as review from '../../src/storage/migrations/003-review.ts';
import * as digestMailbox from '../../src/storage/migrations/004-digest-mailbox.ts';
import * as history from '../../src/storage/migrations/005-history.ts';
import * as lessons from '../../src/storage/migrations/006-lessons.ts';
import * as digestPlan from '../../src/storage/migrations/007-digest-plan.ts';
import * as decidedMailbox from '../../src/storage/migrations/008-decided-mailbox.ts';
import * as unknownScores from '../../src/storage/migrations/009-unknown-scores.ts';
import { openStore } from '../../src/storage/open.ts';
import { StoreError } from '../../src/storage/store.ts';
import { waitFor } from '../support/wait.ts';
import { heldRow, NOW } from './rows.ts';
import { digestSuite } from './digests.suite.ts';
import { storageSuite } from './suite.ts';

const folders: string[] = [];
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

for (const suite of [storageSuite, digestSuite]) {
  suite('SQLite', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'usher-store-'));
    folders.push(dataDir);
    return openStore({ dataDir, clock: { now: () => NOW }, log: silentLog });
  });
}

describe('SQLite in particular', () => {
  function folder(): string {
    const dataDir = mkdtempSync(join(tmpdir(), 'usher-store-'));
    folders.push(dataDir);
    return dataDir;
  }
  const open = (dataDir: string) => openStore({ dataDir, clock: { now: () => NOW }, log: silentLog });

  test('what was written is there after opening again', async () => {
    const dataDir = folder();
    const row = heldRow();
    const first = await open(dataDir);
    await first.held.hold([row]);
    await first.close();
    const second = await open(dataDir);
    expect(await second.held.find(row.id)).toEqual(row);
    await second.close();
  });

  test('two processes may open a new database at once', async () => {
    const dataDir = folder();
    const stores = await Promise.all([open(dataDir), open(dataDir), open(dataDir)]);
    for (const [i, store] of stores.entries()) await store.settings.set(`k${i}`, 'v');
    expect(await stores[0]?.settings.get('k2')).toBe('v');
    for (const store of stores) await store.close();
  });

  test('a database of a newer version is refused', async () => {
    const dataDir = folder();
    await (await open(dataDir)).close();
    const database = new Database(join(dataDir, 'usher.sqlite'));
    database.prepare(`INSERT INTO kysely_migration (name, timestamp) VALUES ('999-future', '2030-01-01')`).run();
    database.close();
    await expect(open(dataDir)).rejects.toThrow(/cannot be brought up to date.*999-future/);
  }, 20_000);

  test('scores that were written as nought, and were not known, are taken for unknown', async () => {
    const database = new Database(':memory:');
    const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) });
    for (const { up } of [start, digests, review, digestMailbox, history, lessons, digestPlan, decidedMailbox]) await up(db);
    const insert = (table: string, changed: Record<string, unknown>): void => {
      const columns = database.prepare(`select name, type, "notnull" as needed, dflt_value as fallback from pragma_table_info('${table}')`).all() as { name: string; type: string; needed: number; fallback: unknown }[];
      const row = Object.fromEntries(columns.filter((each) => each.needed === 1 && each.fallback === null).map(({ name, type }) => [name, type === 'text' ? '' : 0]));
      const values = { ...row, ...changed };
      database.prepare(`insert into ${table} (${Object.keys(values).map((name) => `"${name}"`).join(', ')}) values (${Object.keys(values).map(() => '?').join(', ')})`).run(Object.values(values));
    };
    insert('decisions', { id: 'failed', score: null });
    insert('decisions', { id: 'scored', score: 0 });
    insert('held', { id: 'h1', decision_id: 'failed', score: 0, kind: 'wanted' });
    insert('held', { id: 'h2', decision_id: 'scored', score: 0, kind: 'wanted' });
    insert('held', { id: 'h3', decision_id: 'forgotten', score: 0.8, kind: 'spam' });
    insert('feedback', { id: 'f1', score: 0, kind: '' });
    insert('feedback', { id: 'f2', score: 0, kind: 'wanted' });
    await unknownScores.up(db);
    expect(database.prepare('select id, score, kind from held order by id').all()).toEqual([{ id: 'h1', score: null, kind: 'unknown' }, { id: 'h2', score: 0, kind: 'wanted' }, { id: 'h3', score: 0.8, kind: 'spam' }]);
    expect(database.prepare('select id, score from feedback order by id').all()).toEqual([{ id: 'f1', score: null }, { id: 'f2', score: 0 }]);
    await db.destroy();
  });

  test('a file that is no database, or a damaged one, is refused', async () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, 'usher.sqlite'), 'not a database, but long enough to be read as the head of one '.repeat(100));
    await expect(open(dataDir)).rejects.toThrow(StoreError);
  });

  test('a lock held by another process delays a write but not the event loop', async () => {
    const dataDir = folder();
    const store = await open(dataDir);
    const other = new Database(join(dataDir, 'usher.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    let turns = 0;
    const counting = setInterval(() => { turns++; }, 5).unref();
    const writing = store.held.hold([heldRow()]);
    const state = await waitFor('turns of the event loop while the write waits', async () => turns > 5 && await Promise.race([writing.then(() => 'written'), 'waits']));
    expect(state).toBe('waits');
    other.exec('COMMIT');
    await expect(writing).resolves.toHaveLength(1);
    clearInterval(counting);
    other.close();
    await store.close();
  });

  test('one bad row of several that are written at once fails alone', async () => {
    const store = await open(folder());
    const bad = heldRow({ subject: null as unknown as string });
    const results = await Promise.allSettled([store.held.hold([heldRow()]), store.held.hold([bad]), store.held.hold([heldRow()])]);
    expect(results.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: expect.any(StoreError) });
    expect(await store.held.list({ limit: 9 })).toHaveLength(2);
    await store.close();
  });

  test('a transaction that fails in the middle leaves nothing', async () => {
    const store = await open(folder());
    await expect(store.held.hold([heldRow(), heldRow({ subject: null as unknown as string })])).rejects.toThrow(StoreError);
    expect(await store.held.list({ limit: 9 })).toEqual([]);
    await store.close();
  });
});
