/** What every database must do. Run with an opener for each of them. */
import { retryAfterMs } from '../../src/message/limits.ts';
import type { HeldRow, Store } from '../../src/storage/store.ts';
import { decisionRow, heldRow, NOW, outboxRow } from './rows.ts';
import { waitFor } from '../support/wait.ts';

const DAY_MS = 24 * 3600_000;

/** @param open an empty store whose clock stands at NOW */
export function storageSuite(name: string, open: () => Promise<Store>): void {
  describe(`storage on ${name}`, () => {
    let store: Store;
    beforeEach(async () => { store = await open(); });
    afterEach(async () => { await store.close(); });

    describe('decisions', () => {
      test('come back as they were written, recipients in order', async () => {
        const row = decisionRow();
        store.decisions.append(row);
        await store.decisions.flush();
        expect(await store.decisions.find(row.id)).toEqual(row);
      });

      test('keep what is not known as null', async () => {
        const row = decisionRow({ clientIp: null, messageId: null, score: null, kind: null, model: null, revision: null });
        store.decisions.append(row);
        await store.decisions.flush();
        expect(await store.decisions.find(row.id)).toEqual(row);
        expect(await store.decisions.find('nowhere')).toBeNull();
      });

      test('keep every character that text can hold; NUL and half a character become U+FFFD', async () => {
        const row = decisionRow({ subject: 'a\0b\u{1F600}\ud800c\'"%_\\' });
        store.decisions.append(row);
        await store.decisions.flush();
        expect((await store.decisions.find(row.id))?.subject).toBe('a\ufffdb\u{1F600}\ufffdc\'"%_\\');
      });

      test('are written by themselves within the batch time', async () => {
        const row = decisionRow();
        store.decisions.append(row);
        expect(await waitFor('the row', () => store.decisions.find(row.id))).toEqual(row);
      });

      test('expire by age, with their recipients, also when there are many', async () => {
        const old = Array.from({ length: 1201 }, () => decisionRow({ at: NOW - DAY_MS }));
        const young = decisionRow({ at: NOW });
        for (const row of [...old, young]) store.decisions.append(row);
        await store.decisions.flush();
        expect(await store.decisions.expire(NOW)).toBe(1201);
        expect(await store.decisions.find(old[0]?.id ?? '')).toBeNull();
        expect(await store.decisions.find(young.id)).toEqual(young);
        // The same id may be written again only if no recipient of the old one is left.
        store.decisions.append(decisionRow({ id: old[0]?.id ?? '', recipients: [] }));
        await store.decisions.flush();
        expect((await store.decisions.find(old[0]?.id ?? ''))?.recipients).toEqual([]);
      });
    });

    test('correspondents are known in one direction, by any of several', async () => {
      store.correspondents.learn('we@example.com', ['a@x.example', 'b@x.example'], NOW, 'sent');
      store.correspondents.learn('we@example.com', ['a@x.example'], NOW + 1, 'released');
      await store.decisions.flush();
      expect(await store.correspondents.knows('we@example.com', ['z@x.example', 'b@x.example'])).toBe(true);
      expect(await store.correspondents.knows('we@example.com', ['z@x.example'])).toBe(false);
      expect(await store.correspondents.knows('a@x.example', ['we@example.com'])).toBe(false);
      expect(await store.correspondents.knows('we@example.com', [])).toBe(false);
    });

    test('a request to retry: first, too early, returned; each triple on its own', async () => {
      const ask = (at: number, recipient = 'r@example.com') => store.retries.ask('192.0.2.0/24', 's@x.example', recipient, at);
      expect(await ask(NOW)).toBe('first');
      expect(await ask(NOW + retryAfterMs - 1)).toBe('too-early');
      expect(await ask(NOW + retryAfterMs)).toBe('returned');
      expect(await ask(NOW + retryAfterMs, 'other@example.com')).toBe('first');
      expect(await ask(NOW + 100 * DAY_MS)).toBe('first');
    });

    describe('senders', () => {
      const DAY = 24 * 3600_000;
      test('events add up and fade, those under a proven name apart from the others', async () => {
        store.history.note('written', ['anna@sender.example', 'bob@sender.example'], true, NOW);
        store.history.note('written', ['anna@sender.example'], true, NOW);
        store.history.note('blocked', ['anna@sender.example'], false, NOW);
        await store.decisions.flush();
        const none = { written: 0, released: 0, blocked: 0, complained: 0 };
        expect(await store.history.counts('anna@sender.example', NOW)).toEqual({ proven: { ...none, written: 2 }, unproven: { ...none, blocked: 1 } });
        const later = await store.history.counts('anna@sender.example', NOW + 180 * DAY);
        expect(later.proven.written).toBeCloseTo(1);
        expect(later.unproven.blocked).toBeCloseTo(1 / 8);
        expect((await store.history.counts('anna@sender.example', NOW - DAY)).proven.written).toBe(2);
        expect(await store.history.counts('nobody@sender.example', NOW)).toEqual({ proven: none, unproven: none });
      });

      test('an event adds to what is left of the earlier ones', async () => {
        store.history.note('released', ['a@x.example'], true, NOW);
        store.history.note('released', ['a@x.example'], true, NOW + 90 * DAY);
        await store.decisions.flush();
        expect((await store.history.counts('a@x.example', NOW + 90 * DAY)).proven.released).toBeCloseTo(1.5);
      });

      test('one event can be taken back, and never more than there are', async () => {
        for (const count of [1, -1, -1, 1] as const) store.history.note('blocked', ['a@x.example'], false, NOW, count);
        await store.decisions.flush();
        expect((await store.history.counts('a@x.example', NOW)).unproven.blocked).toBe(1);
      });

      test('Message-IDs of ours are known for half a year, and then forgotten', async () => {
        store.history.sent('<1@example.com>', NOW);
        await store.decisions.flush();
        expect(await store.history.wasSent(['<0@example.com>', '<1@example.com>'], NOW)).toBe(true);
        expect(await store.history.wasSent(['<1@example.com>'], NOW + 181 * DAY)).toBe(false);
        expect(await store.history.wasSent([], NOW)).toBe(false);
        await store.history.expire(NOW + 181 * DAY);
        expect(await store.history.wasSent(['<1@example.com>'], NOW)).toBe(false);
      });
    });

    test('a lesson stands, until the same one is made with other features', async () => {
      const row = { feedbackId: 'f1', at: NOW, version: 3, logit: 1, slots: 'AAAA', ends: '[1]' };
      await store.lessons.add(row);
      await store.lessons.add({ ...row, logit: 2 });
      expect(await store.lessons.list(10)).toEqual([row]);
      const anew = { ...row, version: 4, logit: -1, slots: 'BBBB', ends: '[2]' };
      await store.lessons.add(anew);
      expect(await store.lessons.list(10)).toEqual([anew]);
    });

    describe('held mail', () => {
      test('comes back as it was written', async () => {
        const rows = [heldRow(), heldRow({ recipient: 'three@example.com', messageId: '<2@x>', namedAt: NOW + 5 })];
        expect(await store.held.hold(rows)).toEqual(rows.map((row) => ({ id: row.id, isNew: true })));
        for (const row of rows) expect(await store.held.find(row.id)).toEqual(row);
      });

      test('a retried delivery adds a count, not a row; another recipient is a row', async () => {
        const first = heldRow({ retryKey: 'k' });
        await store.held.hold([first]);
        const again = heldRow({ retryKey: 'k', at: NOW + DAY_MS });
        const other = heldRow({ retryKey: 'k', at: NOW + DAY_MS, recipient: 'three@example.com' });
        expect(await store.held.hold([again, other])).toEqual([{ id: first.id, isNew: false }, { id: other.id, isNew: true }]);
        expect((await store.held.find(first.id))?.count).toBe(2);
        expect(await store.held.find(again.id)).toBeNull();
      });

      test('after seven days the same delivery is a new one', async () => {
        const first = heldRow({ retryKey: 'k' });
        await store.held.hold([first]);
        const onTheEdge = heldRow({ retryKey: 'k', at: NOW + 7 * DAY_MS });
        expect(await store.held.hold([onTheEdge])).toEqual([{ id: first.id, isNew: false }]);
        const later = heldRow({ retryKey: 'k', at: NOW + 7 * DAY_MS + 1 });
        expect(await store.held.hold([later])).toEqual([{ id: later.id, isNew: true }]);
        expect((await store.held.findByRetryKey('k', later.recipient, NOW))?.id).toBe(later.id);
      });

      test('concurrent holds of one delivery make one row', async () => {
        const rows = Array.from({ length: 20 }, () => heldRow({ retryKey: 'k' }));
        const results = await Promise.all(rows.map((row) => store.held.hold([row])));
        expect(results.filter(([result]) => result?.isNew).length).toBe(1);
        expect(await store.held.list({ limit: 100 })).toMatchObject([{ count: 20 }]);
      });

      test('moves only from the states that were named', async () => {
        const row = heldRow();
        await store.held.hold([row]);
        expect(await store.held.move(row.id, ['releasing'], 'released', NOW + 1)).toBe(false);
        expect(await store.held.move(row.id, ['releasing', 'held'], 'deleted', NOW + 2)).toBe(true);
        expect(await store.held.move(row.id, ['held'], 'deleted', NOW + 3)).toBe(false);
        expect(await store.held.find(row.id)).toMatchObject({ state: 'deleted', stateAt: NOW + 2 });
      });

      test('one of two that release at once wins, with one row in the outbox', async () => {
        const row = heldRow();
        await store.held.hold([row]);
        const won = await Promise.all([1, 2].map((n) => store.held.release(row.id, outboxRow({ heldId: row.id }), NOW + n)));
        expect(won).toEqual([true, false]);
        expect(await store.outbox.pending()).toBe(1);
        expect((await store.held.find(row.id))?.state).toBe('releasing');
      });

      test('rows for the outbox come with new rows only', async () => {
        const first = heldRow({ retryKey: 'k', state: 'releasing' });
        await store.held.hold([first], [outboxRow({ heldId: first.id, kind: 'undelivered' })]);
        const again = heldRow({ retryKey: 'k', state: 'releasing' });
        await store.held.hold([again], [outboxRow({ heldId: again.id, kind: 'undelivered' })]);
        expect(await store.outbox.pending()).toBe(1);
      });

      test('what vanished is deleted, and the next delivery is held anew', async () => {
        const first = heldRow({ retryKey: 'k' });
        await store.held.hold([first]);
        expect(await store.held.vanished(first.id, NOW + 1)).toBe(true);
        expect((await store.held.find(first.id))?.state).toBe('deleted');
        const again = heldRow({ retryKey: 'k' });
        expect(await store.held.hold([again])).toEqual([{ id: again.id, isNew: true }]);
      });

      test('one delivery taken back: the copy goes, unless another one counts upon it', async () => {
        const first = heldRow({ retryKey: 'k' });
        await store.held.hold([first]);
        await store.held.hold([heldRow({ retryKey: 'k' })]);
        await store.held.withdraw(first.id, NOW + 1);
        expect(await store.held.find(first.id)).toMatchObject({ state: 'held', count: 1 });
        await store.held.withdraw(first.id, NOW + 2);
        expect(await store.held.find(first.id)).toMatchObject({ state: 'deleted', stateAt: NOW + 2 });
        const again = heldRow({ retryKey: 'k' });
        expect(await store.held.hold([again])).toEqual([{ id: again.id, isNew: true }]);
        await store.held.release(again.id, outboxRow({ heldId: again.id }), NOW + 3);
        await store.held.withdraw(again.id, NOW + 4);
        expect((await store.held.find(again.id))?.state).toBe('releasing');
      });

      test('a file is needed while one of its rows is kept', async () => {
        const rows = [heldRow({ file: 'f', recipient: 'a@example.com' }), heldRow({ file: 'f', recipient: 'b@example.com' })] as const;
        await store.held.hold(rows);
        await store.held.move(rows[0].id, ['held'], 'deleted', NOW);
        expect(await store.held.stateOfFile('f')).toBe('kept');
        await store.held.move(rows[1].id, ['held'], 'releasing', NOW);
        expect(await store.held.stateOfFile('f')).toBe('kept');
        await store.held.move(rows[1].id, ['releasing'], 'released', NOW);
        expect(await store.held.stateOfFile('f')).toBe('done');
        expect(await store.held.stateOfFile('g')).toBe('unknown');
      });

      test('lists the newest first, by pages and filters', async () => {
        const rows: HeldRow[] = [];
        for (let i = 0; i < 5; i++) rows.push(heldRow({ at: NOW + Math.floor(i / 2), policy: i === 3 ? 'company' : 'sales', recipient: i === 4 ? 'x@example.com' : 'two@example.com' }));
        await store.held.hold(rows);
        const expected = rows.toSorted((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).map((row) => row.id);
        const firstPage = await store.held.list({ limit: 3 });
        const last = firstPage.at(-1);
        const secondPage = await store.held.list({ limit: 3, before: { at: last?.at ?? 0, id: last?.id ?? '' } });
        expect([...firstPage, ...secondPage].map((row) => row.id)).toEqual(expected);
        expect((await store.held.list({ limit: 9, policy: 'company' })).map((row) => row.id)).toEqual([rows[3]?.id]);
        expect((await store.held.list({ limit: 9, recipient: 'x@example.com' })).map((row) => row.id)).toEqual([rows[4]?.id]);
        expect(await store.held.list({ limit: 9, state: 'released' })).toEqual([]);
      });

      test.each([
        ['şişli', 1], ['SISLI', 1], ['Siparişiniz', 1], ['ANNA@SENDER', 1], ['two@example', 1], ['nothing of this', 0], ["'; drop table held; --", 0], ['\\', 1], ['%', 1],
      ])('search for %s finds %i', async (search, number) => {
        await store.held.hold([heldRow()]);
        expect(await store.held.list({ limit: 9, search })).toHaveLength(number);
      });
    });

    describe('outbox', () => {
      test('gives due rows once, oldest first, until the lease ends', async () => {
        const rows = [outboxRow({ createdAt: NOW - 1 }), outboxRow({ createdAt: NOW - 2 }), outboxRow({ nextAt: NOW + 1 })] as const;
        for (const row of rows) await store.outbox.add(row);
        const claimed = await store.outbox.claim(NOW, 1000, 10);
        expect(claimed.map((row) => row.id)).toEqual([rows[1].id, rows[0].id]);
        expect(claimed[0]).toEqual({ ...rows[1], attempts: 1, nextAt: NOW + 1000 });
        expect(await store.outbox.claim(NOW, 1000, 10)).toEqual([]);
        expect(await store.outbox.claim(NOW + 1000, 1000, 1)).toHaveLength(1);
      });

      test('a lease that is extended lasts longer; a finished row is never claimed', async () => {
        const row = outboxRow();
        await store.outbox.add(row);
        await store.outbox.claim(NOW, 1000, 10);
        await store.outbox.extend(row.id, NOW + 5000);
        expect(await store.outbox.claim(NOW + 4999, 1000, 10)).toEqual([]);
        await store.outbox.done(row.id, NOW + 5000);
        expect(await store.outbox.claim(NOW + DAY_MS, 1000, 10)).toEqual([]);
        expect(await store.outbox.pending()).toBe(0);
      });

      test('retry keeps the error and comes back at its time', async () => {
        const row = outboxRow();
        await store.outbox.add(row);
        await store.outbox.claim(NOW, 1000, 10);
        await store.outbox.retry(row.id, NOW + 60_000, '451 later');
        expect(await store.outbox.claim(NOW + 59_999, 1000, 10)).toEqual([]);
        expect(await store.outbox.claim(NOW + 60_000, 1000, 10)).toMatchObject([{ id: row.id, attempts: 2, lastError: '451 later' }]);
      });

      test('done releases the held row, fail gives it back', async () => {
        const held = [heldRow(), heldRow()] as const;
        await store.held.hold(held);
        const rows = [outboxRow({ heldId: held[0].id }), outboxRow({ heldId: held[1].id })] as const;
        for (const [i, row] of rows.entries()) await store.held.release(held[i]?.id ?? '', row, NOW);
        await store.outbox.done(rows[0].id, NOW + 9);
        await store.outbox.fail(rows[1].id, NOW + 9, '550 no');
        expect(await store.held.find(held[0].id)).toMatchObject({ state: 'released', stateAt: NOW + 9 });
        expect(await store.held.find(held[1].id)).toMatchObject({ state: 'held', stateAt: NOW + 9 });
        expect(await store.outbox.pending()).toBe(0);
        expect(await store.outbox.findByHeld(held[1].id)).toMatchObject({ id: rows[1].id, doneAt: NOW + 9, lastError: '550 no' });
        expect(await store.outbox.findByHeld('nowhere')).toBeNull();
      });
    });

    test('a mark can be used once, also by two at once', async () => {
      expect((await Promise.all([1, 2].map(() => store.marks.use('m', NOW + 1000)))).toSorted()).toEqual([false, true]);
      expect(await store.marks.use('n', NOW + 1000)).toBe(true);
    });

    test('settings are kept and replaced', async () => {
      expect(await store.settings.get('a')).toBeNull();
      await store.settings.set('a', '1');
      await store.settings.set('a', 'ü');
      expect(await store.settings.get('a')).toBe('ü');
    });

    test('is well', async () => {
      await expect(store.ping()).resolves.toBeUndefined();
      expect(store.problems()).toEqual([]);
    });
  });
}
