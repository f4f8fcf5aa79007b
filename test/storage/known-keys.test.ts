import { mkdtempSync, rmSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { silentLog } from '../../src/platform/log.ts';
import type { Engine } from '../../src/storage/engine.ts';
import { KnownKeys, type KeyTable } from '../../src/storage/known-keys.ts';
import { knownKeys as bounds } from '../../src/message/limits.ts';
import { openStore } from '../../src/storage/open.ts';
import { openSqlite } from '../../src/storage/sqlite.ts';
import type { Store } from '../../src/storage/store.ts';
import { waitFor } from '../support/wait.ts';
import { NOW } from './rows.ts';

const TABLES: readonly KeyTable[] = ['correspondents', 'senderEvents', 'sentIds', 'personalEntries'];
const folders: string[] = [];
let now = 0;
beforeEach(() => { jest.spyOn(performance, 'now').mockImplementation(() => now); });
afterEach(() => jest.restoreAllMocks());
afterAll(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'usher-keys-'));
  folders.push(dir);
  return dir;
}

/** A database with its tables, how many questions it was asked, and another connection to it, as the command line has one. */
async function database(): Promise<{ readonly engine: Engine; readonly asked: () => number; readonly other: Database.Database; readonly close: () => Promise<void> }> {
  const file = join(folder(), 'usher.sqlite');
  const engine = await openSqlite(file);
  const other = new Database(file);
  let asked = 0;
  const counted: Engine = { sql: engine.sql, read: (work) => { asked++; return engine.read(work); }, write: engine.write.bind(engine), othersWrote: () => engine.othersWrote(), problem: () => engine.problem(), close: () => engine.close() };
  return { engine: counted, asked: () => asked, other, close: async () => { other.close(); await engine.close(); } };
}

/** Asks until an answer can be given without the database, whatever it takes. */
async function isRead(keys: KnownKeys): Promise<void> {
  for (let turns = 0; keys.mayStand('sentIds', 'no such', ''); turns++) {
    expect(turns).toBeLessThan(10_000);
    now += bounds.readAgainMs;
    await nextTurn();
  }
}

test('before the keys are read everything may stand, then only what does', async () => {
  const { engine, other, close } = await database();
  other.exec(`insert into correspondents values ('we@a.example', 'b@c.example', 1, 'sent')`);
  const keys = new KnownKeys(engine);
  expect(TABLES.every((table) => keys.mayStand(table, 'x', 'y'))).toBe(true);
  await isRead(keys);
  expect(TABLES.map((table) => keys.mayStand(table, 'x', 'y'))).toEqual([false, false, false, false]);
  expect(keys.mayStand('correspondents', 'we@a.example', 'b@c.example')).toBe(true);
  expect(keys.mayStand('personalEntries', 'we@a.example', 'b@c.example')).toBe(false);
  await close();
});

test('what another process writes is seen', async () => {
  const { engine, other, close } = await database();
  const keys = new KnownKeys(engine);
  await isRead(keys);
  other.exec(`insert into personal_entries (recipient, sender, kind, reason, at, until) values ('we@a.example', 'b@c.example', 'welcome', '', 1, 9)`);
  now += bounds.othersLookMs;
  expect(keys.mayStand('personalEntries', 'we@a.example', 'b@c.example')).toBe(true);
  expect(keys.mayStand('personalEntries', 'nobody', 'x')).toBe(true); // Nothing is known until the keys are read anew.
  await isRead(keys);
  expect(keys.mayStand('personalEntries', 'we@a.example', 'b@c.example')).toBe(true);
  expect(keys.mayStand('personalEntries', 'nobody', 'x')).toBe(false);
  await close();
});

test('what another process writes while the keys are read is not missed', async () => {
  const { engine, other, close } = await database();
  const insert = other.prepare(`insert into sent_ids (hash, at) values (?, 1)`);
  for (let i = 0; i < 3 * bounds.keysPerPiece; i++) insert.run(`m${String(i).padStart(6, '0')}`);
  const keys = new KnownKeys(engine);
  keys.mayStand('sentIds', 'x', ''); // The first piece is read.
  await nextTurn();
  insert.run('a-late-one'); // Before the keys that were read already.
  for (let turns = 0; turns < 50; turns++) {
    now += bounds.othersLookMs;
    expect(keys.mayStand('sentIds', 'a-late-one', '')).toBe(true);
    await nextTurn();
  }
  await isRead(keys);
  expect(keys.mayStand('sentIds', 'a-late-one', '')).toBe(true);
  for (let i = 0; i < 3 * bounds.keysPerPiece; i++) expect(keys.mayStand('sentIds', `m${String(i).padStart(6, '0')}`, '')).toBe(true);
  await close();
});

test('a database that cannot tell who wrote is asked each time', async () => {
  const { engine, asked, close } = await database();
  const keys = new KnownKeys({ ...engine, othersWrote: () => null });
  for (let turns = 0; turns < 20; turns++) {
    now += bounds.readAgainMs;
    expect(keys.mayStand('sentIds', 'x', '')).toBe(true);
    await nextTurn();
  }
  expect(asked()).toBe(0);
  await close();
});

test('one that fails is asked each time, too, and nothing is thrown', async () => {
  const { engine, close } = await database();
  let tries = 0;
  const keys = new KnownKeys({ ...engine, othersWrote: () => 1, read: async () => { tries++; throw new Error('disk'); } });
  for (let turns = 0; turns < 20; turns++) {
    now += bounds.readAgainMs;
    expect(keys.mayStand('sentIds', 'x', '')).toBe(true);
    await nextTurn();
  }
  expect(tries).toBeGreaterThan(3);
  await close();
});

test('more keys than it can hold are not read again and again', async () => {
  const { engine, close } = await database();
  // Few large pages of the same row, so that it takes few turns.
  const row = { a: 'k', b: '' };
  const page = { length: bounds.keysMax / 4, at: () => row, [Symbol.iterator]: () => [row].values() };
  let pages = 0;
  const keys = new KnownKeys({ ...engine, othersWrote: () => 1, read: async () => { pages++; return page as never; } });
  const seen = async (): Promise<number> => {
    expect(keys.mayStand('sentIds', 'x', '')).toBe(true);
    for (let still = 0, before = -1; still < 5; await nextTurn()) {
      still = pages === before ? still + 1 : 0;
      before = pages;
    }
    return pages;
  };
  const whole = 5;
  expect(await seen()).toBe(whole);
  for (let turns = 0; turns < 20; turns++) {
    now += bounds.readAgainMs;
    keys.add('sentIds', 'k', '');
    expect(await seen()).toBe(whole);
  }
  now += bounds.tooManyPauseMs;
  expect(await seen()).toBe(2 * whole);
  await close();
});

test('of other than ASCII characters nothing is said', async () => {
  const { engine, close } = await database();
  const keys = new KnownKeys(engine);
  await isRead(keys);
  for (const text of ['é', '\0', '\ud800', 'a\u0080', 'ж@x']) {
    expect(keys.mayStand('correspondents', text, 'a')).toBe(true);
    expect(keys.mayStand('correspondents', 'a', text)).toBe(true);
    keys.add('correspondents', text, 'a');
  }
  expect(keys.mayStand('correspondents', 'a', 'b')).toBe(false);
  await close();
});

test('after the end it says nothing any more', async () => {
  const { engine, close } = await database();
  const keys = new KnownKeys(engine);
  await isRead(keys);
  keys.close();
  expect(keys.mayStand('sentIds', 'x', '')).toBe(true);
  await close();
  now += bounds.readAgainMs;
  expect(keys.mayStand('sentIds', 'x', '')).toBe(true);
});

describe('the store answers as the tables stand', () => {
  const who = fc.constantFrom('a@x.example', 'b@x.example', 'c@y.example', 'é@y.example', 'd\0@y.example');
  const act = fc.record({ by: fc.constantFrom('us', 'another process'), table: fc.constantFrom(...TABLES), who, ours: fc.constantFrom('we@o.example', 'us@o.example'), taken: fc.boolean() });
  const ask = fc.record({ who, ours: fc.constantFrom('we@o.example', 'us@o.example') });

  async function write(store: Store, { table, who, ours, taken }: { table: KeyTable; who: string; ours: string; taken: boolean }): Promise<void> {
    if (table === 'correspondents') store.correspondents.learn(ours, [who], NOW, 'sent');
    else if (table === 'senderEvents') store.history.note('written', [who], true, NOW, taken ? 1 : -1);
    else if (table === 'sentIds') store.history.sent(`<${who}>`, NOW);
    else if (taken) await store.review.personal.remove(ours, [who], 'welcome');
    else await store.review.personal.put([{ recipient: ours, sender: who, kind: 'welcome', reason: '', at: NOW, until: NOW + 1000 }]);
    await store.decisions.flush();
  }
  const answers = async (store: Store, { who, ours }: { who: string; ours: string }): Promise<unknown> => [
    await store.correspondents.knows(ours, [who]), await store.history.counts(who, NOW), await store.history.wasSent([`<${who}>`], NOW), await store.review.personal.find(ours, [who], NOW),
  ];

  test('whoever wrote to them', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(act, ask), { maxLength: 12 }), async (steps) => {
      const dataDir = folder();
      const open = () => openStore({ dataDir, clock: { now: () => NOW }, log: silentLog });
      const [store, elsewhere] = [await open(), await open()];
      for (const [action, question] of steps) {
        await write(action.by === 'us' ? store : elsewhere, action);
        now += bounds.othersLookMs;
        // A store that was just opened asks the tables themselves.
        const fresh = await open();
        expect(await answers(store, question)).toEqual(await answers(fresh, question));
        await fresh.close();
        now += bounds.readAgainMs;
        await nextTurn();
        await nextTurn();
      }
      await elsewhere.close();
      await store.close();
    }), { numRuns: 8 });
  });

  test('without being asked about a stranger', async () => {
    const { engine, asked, close } = await database();
    const keys = new KnownKeys(engine);
    await waitFor('the keys', async () => { now += bounds.readAgainMs; return !keys.mayStand('correspondents', 'x', 'y'); });
    const before = asked();
    for (let i = 0; i < 100; i++) expect(keys.mayStand('correspondents', 'we@o.example', `stranger-${i}@x.example`)).toBe(false);
    expect(asked()).toBe(before);
    await close();
  });
});
