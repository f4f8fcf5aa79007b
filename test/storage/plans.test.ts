/** Which index SQLite takes for what digests ask: with the wrong one, each digest reads everybody's mail. */
import Database from 'better-sqlite3';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '../../src/platform/log.ts';
import type { DigestEntry, Selection } from '../../src/storage/digest-book.ts';
import { openStore } from '../../src/storage/open.ts';
import type { Store } from '../../src/storage/store.ts';
import { tempDir } from '../support/temp-dir.ts';
import { heldRow, NOW } from './rows.ts';

const dir = tempDir('plans');
afterAll(dir.remove);

/** The plans of all statements on `held` that this made. */
async function plansOf(work: (store: Store) => Promise<unknown>): Promise<readonly string[]> {
  const dataDir = mkdtempSync(join(dir.path, 'x'));
  const store = await openStore({ dataDir, clock: { now: () => NOW }, log: silentLog });
  await store.held.hold([heldRow(), heldRow({ reason: 'certain-spam' })]);
  const statements = new Set<string>();
  const prepare = Database.prototype.prepare;
  const spy = jest.spyOn(Database.prototype, 'prepare').mockImplementation(function (this: Database.Database, sql: string) {
    statements.add(sql);
    return prepare.call(this, sql);
  });
  try {
    await work(store);
  } finally {
    spy.mockRestore();
    await store.close();
  }
  const database = new Database(join(dataDir, 'usher.sqlite'));
  const plans = [...statements].filter((sql) => /\bheld\b/.test(sql)).map((sql) => {
    const values = Array.from({ length: sql.split('?').length - 1 }, () => 'x');
    return (database.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[]).map(({ detail }) => detail).join('; ');
  });
  database.close();
  return plans;
}

const entry = (selection: Selection): DigestEntry => ({ digestId: 'd', addressee: 'x', slot: NOW, at: NOW, selection, listed: [], certain: 1, dangerous: 0, notices: [] });

describe.each([1, 2, 5])('under %d policies', (count) => {
  const policies = Array.from({ length: count }, (_, i) => (i === 0 ? 'sales' : `other${i}`));

  test('a mailbox\'s digest reads what waits for this mailbox, and nothing else', async () => {
    const selection = { mailbox: heldRow().recipient, policies };
    const plans = await plansOf(async (store) => {
      await store.digests.unnamed(selection, 10);
      expect(await store.digests.enter(entry(selection))).toBe('queued');
    });
    expect(plans.length).toBeGreaterThanOrEqual(3);
    for (const plan of plans) expect(plan).toMatch(/^SEARCH held USING INDEX held_unnamed \(mailbox=\? AND policy=\?/);
  });

  test('an owner\'s digest reads what waits under these policies, and nothing else', async () => {
    const selection = { mailbox: null, policies };
    const plans = await plansOf(async (store) => {
      await store.digests.unnamed(selection, 10);
      await store.digests.enter(entry(selection));
    });
    expect(plans.length).toBeGreaterThanOrEqual(2);
    for (const plan of plans) expect(plan).toMatch(/^SEARCH held USING INDEX held_unnamed_policy \(policy=\?/);
  });
});

test('looking for who waits, and for what may expire, goes along the small indexes', async () => {
  const plans = await plansOf(async (store) => {
    await store.digests.waiting(null, 10);
    await store.digests.nextPolicy('');
    await store.digests.expiring('sales', NOW, NOW, null, 10);
  });
  expect(plans).toEqual([expect.stringMatching(/USING INDEX held_unnamed \(\(mailbox,policy\)>/), expect.stringMatching(/USING INDEX held_expiring/), expect.stringMatching(/USING INDEX held_expiring \(policy=\?/)]);
});
