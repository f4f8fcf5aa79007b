/** What every database must do for digests. */
import type { DigestEntry, Selection } from '../../src/storage/digest-book.ts';
import type { QueuedNotice } from '../../src/storage/notice-book.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import { decisionRow, heldRow, NOW, outboxRow } from './rows.ts';

const HOUR_MS = 3600_000;
const WHOM = 'two@example.com';
const OURS: Selection = { mailbox: WHOM, policies: ['sales'] };

let number = 0;
const notice = (text = 'Subject: x\r\n\r\n\xc3\xa9\r\n'): QueuedNotice => ({ row: outboxRow({ id: `notice${++number}`, kind: 'notice' }), bytes: Buffer.from(text, 'latin1') });

/** @param open an empty store whose clock stands at NOW */
export function digestSuite(name: string, open: () => Promise<Store>): void {
  describe(`digests on ${name}`, () => {
    let store: Store;
    beforeEach(async () => { store = await open(); });
    afterEach(async () => { await store.close(); });

    const hold = async (...changes: readonly Partial<HeldRow>[]): Promise<HeldRow[]> => {
      const rows = changes.map((change) => heldRow(change));
      await store.held.hold(rows);
      return rows;
    };
    const entry = (listed: readonly HeldRow[], change: Partial<DigestEntry> = {}): DigestEntry => ({
      digestId: `digest${++number}`, addressee: `to:${WHOM}`, slot: NOW, at: NOW + 5, selection: OURS, listed: listed.map(({ id }) => id), certain: 0, dangerous: 0, notices: [notice()], ...change,
    });
    const namedAt = async ({ id }: HeldRow) => (await store.held.find(id))?.namedAt ?? null;

    test('what waits is given by recipient and policy, page by page', async () => {
      await hold({ recipient: 'b+shop@example.com', at: 5 }, { recipient: 'b@example.com', at: 3 }, { recipient: 'b@example.com', policy: 'a', at: 4 }, { recipient: 'a@example.com' });
      await hold({ recipient: 'c@example.com', namedAt: 7 }, { recipient: 'd@example.com', state: 'released' });
      const all = await store.digests.waiting(null, 10);
      expect(all).toEqual([
        { mailbox: 'a@example.com', policy: 'sales', oldestAt: NOW, newestAt: NOW },
        { mailbox: 'b@example.com', policy: 'a', oldestAt: 4, newestAt: 4 },
        { mailbox: 'b@example.com', policy: 'sales', oldestAt: 3, newestAt: 5 },
      ]);
      expect(await store.digests.waiting(all[1] ?? null, 10)).toEqual([all[2]]);
      expect(await store.digests.waiting(null, 1)).toEqual([all[0]]);
    });

    test('what a digest is about: lowest scores first, with the facts of the decision; certain and dangerous mail is counted', async () => {
      store.decisions.append(decisionRow({ id: 'known', facts: '{"v":1}' }));
      await store.decisions.flush();
      const [high, low, unknown] = await hold({ score: 0.9 }, { score: 0.2, decisionId: 'known' }, { score: null, kind: 'unknown' }, { reason: 'certain-spam' }, { reason: 'never-welcome' }, { reason: 'dangerous' }, { recipient: 'other@example.com' }, { policy: 'other' });
      const found = await store.digests.unnamed(OURS, 10);
      expect(found).toMatchObject({ listable: 3, certain: 2, dangerous: 1 });
      // Nobody knows of the first: it is looked at before all others.
      expect(found.rows).toEqual([{ ...unknown, facts: null }, { ...low, facts: '{"v":1}' }, { ...high, facts: null }]);
      expect((await store.digests.unnamed(OURS, 1)).rows).toHaveLength(1);
      expect(await store.digests.unnamed({ mailbox: null, policies: ['sales', 'other'] }, 10)).toMatchObject({ listable: 5 });
    });

    test('certain spam that may be a mistake is given, too, and counts as told when it is listed', async () => {
      store.decisions.append(decisionRow({ id: 'known', facts: '{"recipients":[{"knownRelation":true}]}' }));
      await store.decisions.flush();
      const reason = 'certain-spam';
      const [softened, known] = await hold({ reason, verdict: '{"qualifiers":["softened-by-welcome"]}', score: 0.1 }, { reason, decisionId: 'known' }, { reason });
      const found = await store.digests.unnamed(OURS, 10);
      expect([found.doubtful.map(({ id }) => id), found.rows, found.certain]).toEqual([[softened!.id, known!.id], [], 3]);
      expect(await store.digests.enter(entry([softened!], { certain: 3 }))).toBe('changed');
      expect(await store.digests.enter(entry([softened!], { certain: 2 }))).toBe('queued');
      expect(await store.digests.waiting(null, 10)).toEqual([]);
    });

    test('a digest is entered whole: notice, slot, and names of what it lists and counts', async () => {
      const [listed, left, certain] = await hold({}, {}, { reason: 'certain-spam' });
      const digest = entry([listed!], { certain: 1 });
      expect(await store.digests.enter(digest)).toBe('queued');
      expect(await Promise.all([listed!, left!, certain!].map(namedAt))).toEqual([NOW + 5, null, NOW + 5]);
      expect(await store.digests.lastSlot(`to:${WHOM}`)).toBe(NOW);
      const [row] = await store.outbox.claim(NOW, 1000, 10);
      expect(row).toMatchObject({ id: digest.notices[0]?.row.id, kind: 'notice' });
      expect(await store.notices.bytes(row?.id ?? '')).toEqual(digest.notices[0]?.bytes);
      expect(await store.digests.waiting(null, 10)).toHaveLength(1);
    });

    test('a slot has one digest, whoever tries; an earlier one comes too late; a mark in the future does not count', async () => {
      const rows = await hold({}, {}, {}, {}, {});
      const results = await Promise.all(rows.slice(0, 3).map((row) => store.digests.enter(entry([row]))));
      expect(results).toEqual(['queued', 'already', 'already']);
      expect(await store.digests.enter(entry([rows[3]!], { slot: NOW - 1 }))).toBe('already');
      expect(await store.outbox.pending()).toBe(1);
      expect(await namedAt(rows[3]!)).toBeNull();
      expect(await store.digests.enter(entry([rows[3]!], { slot: NOW + 1000 * HOUR_MS, at: NOW + 1000 * HOUR_MS }))).toBe('queued');
      expect(await store.digests.enter(entry([rows[4]!], { slot: NOW + HOUR_MS, at: NOW + HOUR_MS }))).toBe('queued');
    });

    test('nothing is written when what it would tell is not so any more', async () => {
      const [gone, named, here] = await hold({ state: 'released' }, { namedAt: 4 }, {}, { reason: 'certain-spam' });
      for (const wrong of [entry([here!, gone!], { certain: 1 }), entry([named!], { certain: 1 }), entry([here!], { certain: 0 }), entry([here!], { certain: 1, dangerous: 1 })]) {
        expect(await store.digests.enter(wrong)).toBe('changed');
      }
      expect(await store.outbox.pending()).toBe(0);
      expect(await store.digests.lastSlot(`to:${WHOM}`)).toBeNull();
      expect(await store.digests.enter(entry([here!], { certain: 1 }))).toBe('queued');
    });

    test('a digest that never arrives has named nothing, and says so only when nobody got it', async () => {
      const [row] = await hold({});
      const digest = entry([row!], { notices: [notice(), notice()] });
      await store.digests.enter(digest);
      const [first, second] = digest.notices.map((each) => each.row.id);
      await store.outbox.fail(first!, NOW, 'no such user');
      expect(await namedAt(row!)).toBe(NOW + 5);
      await store.outbox.fail(second!, NOW, 'no such user');
      expect(await namedAt(row!)).toBeNull();
      expect(await store.notices.bytes(first!)).toBeNull();

      const again = entry([row!], { slot: NOW + 1, notices: [notice(), notice()] });
      await store.digests.enter(again);
      await store.outbox.done(again.notices[0]!.row.id, NOW);
      await store.outbox.fail(again.notices[1]!.row.id, NOW, 'no such user');
      expect(await namedAt(row!)).toBe(NOW + 5);
    });

    test('a single notice is durable in the outbox, and gone when it is delivered', async () => {
      const one = notice('Subject: sign in\r\n\r\nx\r\n');
      await store.notices.queue(one);
      expect(await store.notices.bytes(one.row.id)).toEqual(one.bytes);
      await store.outbox.done(one.row.id, NOW);
      expect(await store.notices.bytes(one.row.id)).toBeNull();
    });

    test('what may expire is given by policy, oldest first; what none has named never is', async () => {
      const [old, older] = await hold({ at: 20, namedAt: 30 }, { at: 10, namedAt: 30 }, { at: 5 }, { at: 10, namedAt: 30, state: 'released' }, { at: 90, namedAt: 95 }, { at: 10, namedAt: 60 }, { at: 10, namedAt: 11, policy: 'b' });
      expect(await store.digests.expiring('sales', 80, 50, null, 10)).toEqual([older, old]);
      expect(await store.digests.expiring('sales', 80, 50, older!, 10)).toEqual([old]);
      expect([await store.digests.nextPolicy(''), await store.digests.nextPolicy('b'), await store.digests.nextPolicy('sales')]).toEqual(['b', 'sales', null]);
    });
  });
}
