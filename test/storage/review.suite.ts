/** What every database must do for the pages. Run with an opener for each of them. */
import { firstIdAt, newId } from '../../src/platform/ids.ts';
import type { HeldPageFilter } from '../../src/storage/review-book.ts';
import type { Store } from '../../src/storage/store.ts';
import { decisionRow, heldRow, NOW } from './rows.ts';

const DAY_MS = 24 * 3600_000;

/** @param open an empty store whose clock stands at NOW */
export function reviewSuite(name: string, open: () => Promise<Store>): void {
  describe(`pages on ${name}`, () => {
    let store: Store;
    beforeEach(async () => { store = await open(); });
    afterEach(async () => { await store.close(); });

    async function pageThrough(filter: Omit<HeldPageFilter, 'limit'>, limit = 3): Promise<string[]> {
      const seen: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const { rows, next } = await store.review.held.page({ ...filter, limit, ...(cursor === undefined ? {} : { cursor }) });
        seen.push(...rows.map((row) => row.subject));
        if (next === null) return seen;
        cursor = next;
      }
    }

    describe('held mail', () => {
      beforeEach(async () => {
        const row = (n: number, change: object = {}) => heldRow({ id: newId(NOW + n), at: NOW + n, recipient: 'anna@example.com', subject: `Offer ${n}`, from: 'Shop <news@shop.example>', policy: 'sales', ...change });
        await store.held.hold([row(1), row(2), row(3), row(3, { subject: 'Offer 3b' }), row(4, { recipient: 'anna+shop@example.com' })]);
        await store.held.hold([row(5, { recipient: 'boris@example.com', policy: 'support', subject: 'Siparişiniz ÖZEL' })]);
      });

      test('goes page by page, newest first, each once, plus-addresses with their mailbox', async () => {
        expect((await pageThrough({ scope: { mailbox: 'anna@example.com' } })).map((s) => s.replace('3b', '3'))).toEqual(['Offer 4', 'Offer 3', 'Offer 3', 'Offer 2', 'Offer 1']);
        expect(await pageThrough({ scope: { policy: 'support' } })).toEqual(['Siparişiniz ÖZEL']);
        expect((await pageThrough({ scope: 'all' }, 2)).length).toBe(6);
        expect(await pageThrough({ scope: { mailbox: 'carla@example.com' } })).toEqual([]);
      });

      test('is found by the beginnings of words, whatever case and accents, within one mailbox', async () => {
        const search = (text: string, mailbox = 'anna@example.com') => pageThrough({ scope: { mailbox }, search: text }, 2);
        expect((await search('off')).length).toBe(5);
        expect(await search('OFFER 2')).toEqual(['Offer 2']);
        expect((await search('news@shop.ex')).length).toBe(5);
        expect(await search('ffer')).toEqual([]);
        expect(await search('siparis', 'boris@example.com')).toEqual(['Siparişiniz ÖZEL']);
        expect(await search('siparis')).toEqual([]);
        expect(await search('özel siparişin', 'boris@example.com')).toHaveLength(1);
        expect(await pageThrough({ scope: { policy: 'support' }, search: 'ozel' })).toHaveLength(1);
        expect(await pageThrough({ scope: 'all', search: 'shop' }, 4)).toHaveLength(6);
      });

      test.each(['"', '"a" OR "b"', 'text : x', '*', '(', ')', 'NEAR(a b)', '-', '^a', "'; drop table held", 'a AND', '\0', '%', '{scope}: x'])('a search for %j is only a search', async (text) => {
        await expect(pageThrough({ scope: { mailbox: 'anna@example.com' }, search: text })).resolves.toBeInstanceOf(Array);
      });

      test('by state and day', async () => {
        const scope = { mailbox: 'anna@example.com' };
        const [first] = (await store.review.held.page({ scope, limit: 1 })).rows;
        await store.held.move(first?.id ?? '', ['held'], 'deleted', NOW + 9);
        for (const search of [undefined, 'offer']) {
          const with_ = search === undefined ? {} : { search };
          expect(await pageThrough({ scope, state: 'waiting', ...with_ })).not.toContain('Offer 4');
          expect(await pageThrough({ scope, state: 'deleted', ...with_ })).toEqual(['Offer 4']);
          expect(await pageThrough({ scope, since: NOW + 2, until: NOW + 3, ...with_ })).toEqual(['Offer 2']);
        }
      });

      test('a search for what is rare looks on from page to page until the end, and finds it', async () => {
        const many = Array.from({ length: 7000 }, (_, n) => heldRow({ id: newId(NOW + 100 + n), at: NOW + 100 + n, recipient: 'info@example.com', subject: `Notice ${n}`, state: n === 10 ? 'held' : 'expired' }));
        await store.held.hold(many);
        const filter = { scope: { mailbox: 'info@example.com' }, state: 'waiting', search: 'notice' } as const;
        const first = await store.review.held.page({ ...filter, limit: 50 });
        expect(first.rows).toEqual([]);
        expect(first.next).not.toBeNull();
        expect(await pageThrough(filter, 50)).toEqual(['Notice 10']);
      });

      test('put aside is not waiting, may expire, and can be taken back', async () => {
        const scope = { mailbox: 'anna@example.com' };
        const [row] = (await store.review.held.page({ scope, state: 'waiting', limit: 1 })).rows;
        const id = row?.id ?? '';
        expect(await store.review.held.waiting('anna@example.com', 99)).toBe(5);
        expect(await store.review.held.dismiss(id, NOW + 7)).toBe(true);
        expect(await store.review.held.dismiss(id, NOW + 8)).toBe(false);
        expect(await store.review.held.find(id)).toMatchObject({ dismissedAt: NOW + 7, namedAt: NOW + 7, state: 'held', mailbox: 'anna@example.com' });
        expect(await store.review.held.waiting('anna@example.com', 99)).toBe(4);
        expect(await store.review.held.recall(id)).toBe(true);
        expect(await store.review.held.recall(id)).toBe(false);
        expect(await store.review.held.waiting('anna@example.com', 3)).toBe(3);
      });
    });

    test('a session is found until it ends, and can be ended, alone or with all others', async () => {
      const { sessions } = store.review;
      const row = (idHash: string, expiresAt = NOW + 10) => ({ idHash, address: 'anna@example.com', createdAt: NOW, seenAt: NOW, expiresAt, agent: 'x' });
      for (const each of [row('a'), row('b'), row('c', NOW)]) await sessions.add(each);
      expect(await sessions.find('a', NOW + 9)).toEqual(row('a'));
      expect(await sessions.find('a', NOW + 10)).toBeNull();
      await sessions.touch('a', NOW + 9, NOW + 30);
      expect((await sessions.list('anna@example.com', NOW + 9)).map((each) => each.idHash)).toEqual(['a', 'b']);
      await sessions.remove('b');
      expect(await sessions.find('b', NOW)).toBeNull();
      await sessions.expire(NOW + 29);
      expect(await sessions.find('a', NOW)).not.toBeNull();
      await sessions.expire(NOW + 30);
      expect(await sessions.find('a', NOW)).toBeNull();
      await sessions.add(row('d'));
      await sessions.removeAll('anna@example.com');
      expect(await sessions.find('d', NOW)).toBeNull();
    });

    test('a sign-in is used once, in time, and counts what was tried', async () => {
      const { signIns } = store.review;
      const row = (id: string) => ({ id, address: 'anna@example.com', codeHash: 'h', createdAt: NOW, expiresAt: NOW + 10, tries: 0, usedAt: null });
      for (const id of ['a', 'b']) await signIns.add(row(id));
      expect([await signIns.count('a'), await signIns.count('a'), await signIns.count('nowhere')]).toEqual([1, 2, 0]);
      expect(await signIns.recent('anna@example.com', NOW)).toEqual({ asked: 2, tries: 2 });
      expect(await signIns.recent('anna@example.com', NOW + 1)).toEqual({ asked: 0, tries: 0 });
      expect((await Promise.all([signIns.use('a', NOW), signIns.use('a', NOW)])).toSorted()).toEqual([false, true]);
      expect(await signIns.use('b', NOW + 10)).toBe(false);
      await signIns.expire(NOW + 1);
      expect(await signIns.find('a')).toBeNull();
    });

    test('personal entries count for one recipient, until their end', async () => {
      const { personal } = store.review;
      const entry = { recipient: 'anna@example.com', sender: 'shop@shop.example', kind: 'welcome', reason: '', at: NOW, until: NOW + DAY_MS } as const;
      await personal.put([entry, { ...entry, kind: 'let-through', reason: 'spam' }]);
      await personal.put([{ ...entry, until: NOW + 2 * DAY_MS }]);
      expect((await personal.find('anna@example.com', ['x@y.example', entry.sender], NOW)).map((each) => each.kind).toSorted()).toEqual(['let-through', 'welcome']);
      expect(await personal.find('anna@example.com', [entry.sender], NOW + DAY_MS)).toMatchObject([{ kind: 'welcome' }]);
      expect(await personal.find('boris@example.com', [entry.sender], NOW)).toEqual([]);
      expect(await personal.list('anna@example.com', NOW, 9)).toHaveLength(1);
      await personal.remove('anna@example.com', [entry.sender], 'welcome');
      expect(await personal.list('anna@example.com', NOW, 9)).toEqual([]);
    });

    test('one asks once, and one answer settles it; what was withdrawn may be asked again', async () => {
      const { asks } = store.review;
      const row = { heldId: 'h', recipient: 'anna@example.com', approver: 'boss@example.com', at: NOW, settledAt: null, settledBy: null, answer: null, words: '' };
      expect(await asks.add(row)).toBe(true);
      expect(await asks.add(row)).toBe(false);
      expect(await asks.open('boss@example.com', 9)).toEqual([row]);
      expect(await asks.settle('h', 'anna@example.com', 'withdrawn', '', NOW + 1)).toBe(true);
      expect(await asks.add({ ...row, at: NOW + 2 })).toBe(true);
      expect(await asks.settle('h', 'boss@example.com', 'refused', 'not ours', NOW + 3)).toBe(true);
      expect(await asks.settle('h', 'boss@example.com', 'let-through', '', NOW + 4)).toBe(false);
      expect(await asks.add(row)).toBe(false);
      expect(await asks.open('boss@example.com', 9)).toEqual([]);
      expect(await asks.find('h')).toMatchObject({ answer: 'refused', words: 'not ours', settledBy: 'boss@example.com', settledAt: NOW + 3 });
    });

    test('acts are listed newest first; feedback in order, without what was taken back', async () => {
      const { acts, feedback } = store.review;
      for (const n of [1, 2, 3]) {
        await acts.add({ id: `a${n}`, at: NOW, actor: n === 2 ? 'x' : 'y', role: 'recipient', act: 'let-through', via: 'page', heldId: `h${n}`, recipient: 'r', sender: 's', subject: 'u', policy: 'p', outcome: 'done' });
        await feedback.add({ id: `f${n}`, at: NOW, heldId: `h${n}`, decisionId: 'd', recipient: 'r', label: 'wanted', how: 'let-through', model: 'm', score: n === 3 ? null : n / 10, kind: 'spam', facts: '{}', undoneAt: null });
      }
      expect((await feedback.list('', 9)).map((row) => row.score)).toEqual([0.1, 0.2, null]);
      expect((await acts.list({ limit: 2 })).map((row) => row.id)).toEqual(['a3', 'a2']);
      expect((await acts.list({ limit: 9, before: 'a3', actor: 'y' })).map((row) => row.id)).toEqual(['a1']);
      expect((await acts.list({ limit: 9, heldId: 'h2' })).map((row) => row.id)).toEqual(['a2']);
      await feedback.undo('h2', 'wanted', NOW);
      expect((await feedback.list('f1', 9)).map((row) => row.id)).toEqual(['f3']);
    });

    test('preferences are kept and replaced', async () => {
      expect(await store.review.preferences.get('a')).toBeNull();
      await store.review.preferences.set('a', '{"x":1}', NOW);
      await store.review.preferences.set('a', '{}', NOW);
      expect(await store.review.preferences.get('a')).toBe('{}');
    });

    test('decisions are counted and found', async () => {
      const verdict = { action: 'reject', policy: 'sales', replyCode: 550, verdict: '{}' } as const;
      const at = (ms: number) => decisionRow({ id: newId(NOW + ms), at: NOW + ms, sender: 'a@out.example', authors: 'b@out.example', recipients: [{ recipient: 'anna@example.com', ...verdict }, { recipient: 'boris@example.com', ...verdict, action: 'deliver' }] });
      const rows = [at(-1), at(0), at(1)];
      for (const row of rows) store.decisions.append(row);
      await store.decisions.flush();
      const { decided } = store.review;
      expect(await decided.counts(NOW)).toEqual([{ policy: 'sales', action: 'deliver', count: 2 }, { policy: 'sales', action: 'reject', count: 2 }]);
      const ids = (await decided.search({ recipient: 'anna@example.com', action: 'reject', since: NOW, limit: 9 })).map((row) => row.id);
      expect(ids).toEqual([rows[2]?.id, rows[1]?.id]);
      expect(await decided.search({ recipient: 'boris@example.com', action: 'reject', since: 0, limit: 9 })).toEqual([]);
      expect(await decided.search({ sender: 'b@out.example', since: 0, limit: 9 })).toHaveLength(6);
      expect(await decided.search({ sender: 'a@out.example', since: 0, before: rows[1]?.id ?? '', limit: 9 })).toHaveLength(2);
    });
  });
}

test('the first id of a moment stands before every id of that moment', () => {
  for (const at of [0, 31, NOW]) {
    const id = newId(at);
    expect(firstIdAt(at) <= id && firstIdAt(at + 1) > id).toBe(true);
  }
});
