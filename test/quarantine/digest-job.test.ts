import * as fc from 'fast-check';
import { digest as limits } from '../../src/message/limits.ts';
import type { DigestProgress } from '../../src/quarantine/digest-job.ts';
import type { HeldRow } from '../../src/storage/store.ts';
import { set } from '../support/policies.ts';
import { tempDir } from '../support/temp-dir.ts';
import { heldRow } from '../storage/rows.ts';
import { NOTHING_CHOSEN, world, type World } from './digest-world.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const all = tempDir('digest-job');
afterAll(all.remove);
const open: World[] = [];
afterEach(async () => { for (const each of open.splice(0)) await each.close(); });

/** Monday, 3 May 2027; the pages are in Istanbul (UTC+3), where 08:30 is 05:30 UTC. */
async function start(now = '2027-05-03T05:00:00Z', ...pages: readonly string[]): Promise<World> {
  const made = await world(all.path, set(...pages), now);
  open.push(made);
  return made;
}
const to = (digests: readonly { readonly to: string }[]) => digests.map((each) => each.to).toSorted();

describe('when', () => {
  test('a zone of one\'s own: of the times in it, and of one\'s own hours; the page\'s hours stay where the page is', async () => {
    const w = await start('2027-05-03T03:00:00Z');
    w.personal.set('deniz@example.com', { ...NOTHING_CHOSEN, timezone: 'America/New_York' });
    w.personal.set('ece@example.com', { ...NOTHING_CHOSEN, timezone: 'America/New_York', at: ['08:30'] });
    for (const recipient of ['deniz@example.com', 'ece@example.com']) await w.hold({ recipient });
    w.now = Date.parse('2027-05-03T05:30:00Z');
    await w.run();
    const [first, ...others] = await w.sent();
    expect([first?.to, others]).toEqual(['deniz@example.com', []]);
    expect(first?.text).toContain('Sun 2 May, 23:00');
    w.now = Date.parse('2027-05-03T12:29:00Z');
    await w.run();
    expect(await w.sent()).toEqual([]);
    w.now = Date.parse('2027-05-03T12:30:00Z');
    await w.run();
    expect(to(await w.sent())).toEqual(['ece@example.com']);
  });

  test('without a line about digests: Monday to Friday at 08:30; once; nothing new: no mail', async () => {
    const w = await start();
    const row = await w.hold();
    await w.run();
    expect(await w.sent()).toEqual([]);
    w.now = Date.parse('2027-05-03T05:30:00Z');
    expect(await w.run()).toMatchObject({ queued: 1, listed: 1, failed: 0, isComplete: true });
    expect(await w.sent()).toMatchObject([{ to: 'deniz@example.com', names: [row.id], subject: '1 message was held for you' }]);
    for (let hour = 1; hour < 24 * 7; hour++) {
      w.now += HOUR_MS;
      await w.run();
    }
    expect(await w.sent()).toEqual([]);
  });

  test('what is held on Friday evening comes on Monday', async () => {
    const w = await start('2027-05-07T18:00:00Z');
    await w.hold();
    for (let hour = 0; hour < 59; hour++, w.now += HOUR_MS) await w.run();
    expect(await w.sent()).toEqual([]);
    w.now = Date.parse('2027-05-10T05:30:00Z');
    await w.run();
    expect(await w.sent()).toHaveLength(1);
  });

  test('a service that stood still for days catches up at once, with one digest', async () => {
    const w = await start();
    await w.hold();
    w.now += 9 * DAY_MS;
    await w.hold();
    await w.run();
    expect(await w.sent()).toMatchObject([{ names: [expect.any(String), expect.any(String)] }]);
    await w.run();
    expect(await w.sent()).toEqual([]);
  });

  test('hours, days, language and phrase of one’s own', async () => {
    const w = await start('2027-05-08T04:00:00Z');
    w.personal.set('deniz@example.com', { ...NOTHING_CHOSEN, at: ['10:00'], days: [6], language: 'tr', phrase: 'mavi bisiklet' });
    await w.hold();
    w.now = Date.parse('2027-05-08T06:59:00Z');
    await w.run();
    expect(await w.sent()).toEqual([]);
    w.now = Date.parse('2027-05-08T07:00:00Z');
    await w.run();
    const [digest] = await w.sent();
    expect(digest?.subject).toBe('Sizin için 1 ileti bekletildi');
    expect(digest?.text).toContain('mavi bisiklet');
  });

  test('who stopped digests gets none, and nothing of theirs counts as named', async () => {
    const w = await start();
    w.personal.set('deniz@example.com', { ...NOTHING_CHOSEN, isStopped: true });
    const row = await w.hold();
    for (let day = 0; day < 7; day++, w.now += DAY_MS) await w.run();
    await w.run({ isForced: true });
    expect(await w.sent()).toEqual([]);
    expect((await w.store.held.find(row.id))?.namedAt).toBeNull();
  });

  test('the clock ran ahead for a year and was set back: the next slot has its digest', async () => {
    const w = await start('2028-05-01T06:00:00Z');
    await w.hold();
    w.now += DAY_MS;
    await w.run();
    const ahead = await w.hold();
    expect(await w.sent()).toHaveLength(1);
    w.now = Date.parse('2027-05-03T05:30:00Z');
    const now = await w.hold({ at: w.now - HOUR_MS });
    await w.run();
    expect((await w.sent()).flatMap(({ names }) => names).toSorted()).toEqual([ahead.id, now.id].toSorted());
  });

  test('an operator may ask for one at any time', async () => {
    const w = await start();
    await w.hold();
    await w.hold({ recipient: 'other@example.com' });
    expect(await w.run({ isForced: true, only: 'other@example.com' })).toMatchObject({ queued: 1 });
    expect(to(await w.sent())).toEqual(['other@example.com']);
  });
});

describe('to whom', () => {
  test('each recipient gets their own; name+anything@ belongs to name@', async () => {
    const w = await start('2027-05-03T05:00:00Z');
    const [a, b, c] = [await w.hold(), await w.hold({ recipient: 'deniz+shop@example.com' }), await w.hold({ recipient: 'other@example.com' })];
    w.now += HOUR_MS;
    await w.run();
    const digests = await w.sent();
    expect(to(digests)).toEqual(['deniz@example.com', 'other@example.com']);
    const own = digests.find((each) => each.to === 'deniz@example.com');
    expect(own?.names.toSorted()).toEqual([a.id, b.id].toSorted());
    expect(own?.text).toContain('for deniz+shop@example.com');
    expect(digests.find((each) => each.to === 'other@example.com')?.names).toEqual([c.id]);
  });

  test('the address keeps the capitals that it came with', async () => {
    const w = await start();
    await w.hold({ recipientRaw: 'Deniz@Example.com' });
    w.now += HOUR_MS;
    await w.run();
    expect(to(await w.sent())).toEqual(['Deniz@Example.com']);
  });

  test('an owner or a list gets one for all the mail of the policy, at its hours; recipients get none', async () => {
    const w = await start('2027-05-03T05:00:00Z',
      'policy: sales\nowner: anna@example.com\ntitle: Sales\napplies-to: "*@shop.example.com"\nquarantine: {digest: {to: owner, at: ["09:00"]}}',
      'policy: support\nowner: anna@example.com\napplies-to: "*@help.example.com"\nquarantine: {digest: {to: [x@example.com, y@example.com], at: ["09:00"]}}');
    const rows = [await w.hold({ policy: 'sales', recipient: 'a@shop.example.com' }), await w.hold({ policy: 'sales', recipient: 'b@shop.example.com' })];
    const asked = await w.hold({ policy: 'support', recipient: 'c@help.example.com' });
    w.now = Date.parse('2027-05-03T05:45:00Z');
    await w.run();
    expect(await w.sent()).toEqual([]);
    w.now = Date.parse('2027-05-03T06:00:00Z');
    await w.run();
    const digests = await w.sent();
    expect(to(digests)).toEqual(['anna@example.com', 'x@example.com', 'y@example.com']);
    const owner = digests.find((each) => each.to === 'anna@example.com');
    expect([owner?.names.toSorted(), owner?.subject]).toEqual([rows.map(({ id }) => id).toSorted(), '2 messages were held by the policy Sales']);
    expect(digests.filter((each) => each.to !== 'anna@example.com').map((each) => each.names)).toEqual([[asked.id], [asked.id]]);
  });

  test('of a list, those who stopped get none', async () => {
    const w = await start('2027-05-03T05:00:00Z', 'policy: support\nowner: anna@example.com\napplies-to: everyone\nquarantine: {digest: {to: [x@example.com, y@example.com]}}');
    w.personal.set('x@example.com', { ...NOTHING_CHOSEN, isStopped: true });
    await w.hold({ policy: 'support' });
    w.now += HOUR_MS;
    await w.run();
    expect(to(await w.sent())).toEqual(['y@example.com']);
  });

  test('mail of a policy that is gone is told to its recipients', async () => {
    const w = await start('2027-05-03T05:00:00Z', 'applies-to: everyone\nquarantine: {digest: {to: owner}}');
    await w.hold({ policy: 'of-last-year' });
    w.now += HOUR_MS;
    await w.run();
    expect(to(await w.sent())).toEqual(['deniz@example.com']);
  });
});

describe('what', () => {
  test('each message once in all digests; what does not fit comes with the next; certain spam is counted once', async () => {
    const w = await start();
    const rows: HeldRow[] = [];
    for (let i = 0; i < 100; i++) rows.push(await w.hold({ score: 0.9 + i / 2000 }));
    await w.hold({ reason: 'certain-spam' });
    const named: string[] = [];
    const counts: number[] = [];
    for (let day = 0; day < 5; day++) {
      w.now += DAY_MS;
      await w.run();
      for (const digest of await w.sent()) {
        named.push(...digest.names);
        counts.push(Number(digest.text.includes('1 message that is almost certainly spam')));
      }
    }
    expect(named).toEqual(rows.map(({ id }) => id));
    expect(counts.reduce((sum, each) => sum + each)).toBe(1);
    expect(counts.length).toBeGreaterThanOrEqual(Math.ceil(100 / limits.itemsMax));
    expect(await w.store.digests.waiting(null, 10)).toEqual([]);
  });

  test('what was released or deleted meanwhile is not told', async () => {
    const w = await start();
    const row = await w.hold();
    await w.store.held.move(row.id, ['held'], 'deleted', w.now);
    w.now += HOUR_MS;
    await w.run();
    expect(await w.sent()).toEqual([]);
  });

  test('what changes while a digest is made makes it be made anew', async () => {
    const w = await start();
    const [row, other] = [await w.hold(), await w.hold()];
    w.now += HOUR_MS;
    const { compose } = w.options;
    let isFirst = true;
    w.options = { ...w.options, compose: async (notice) => {
      if (isFirst) await w.store.held.move(row.id, ['held'], 'deleted', w.now);
      isFirst = false;
      return compose(notice);
    } };
    await w.run();
    expect((await w.sent()).map(({ names }) => names)).toEqual([[other.id]]);
  });
});

describe('never none, never two', () => {
  test('several nodes that look at the same time send one', async () => {
    const w = await start();
    for (let i = 0; i < 20; i++) await w.hold({ recipient: `r${i}@example.com` });
    w.now += HOUR_MS;
    await Promise.all(Array.from({ length: 4 }, () => w.run()));
    expect(to(await w.sent())).toEqual(Array.from({ length: 20 }, (_, i) => `r${i}@example.com`).toSorted());
  });

  test('what fails for one stops nobody else, and is tried again', async () => {
    const w = await start();
    for (const name of ['a', 'b', 'c']) await w.hold({ recipient: `${name}@example.com` });
    w.now += HOUR_MS;
    const { compose } = w.options;
    w.options = { ...w.options, compose: (notice) => (notice.to.startsWith('b') ? Promise.reject(new Error('no')) : compose(notice)) };
    expect(await w.run()).toMatchObject({ queued: 2, failed: 1 });
    expect(w.logged).toContain('a digest could not be made');
    w.options = { ...w.options, compose };
    w.now += 60_000;
    expect(await w.run()).toMatchObject({ queued: 1, failed: 0 });
    expect(to(await w.sent())).toEqual(['a@example.com', 'b@example.com', 'c@example.com']);
  });

  test('a large run takes a few at a time, whatever their number, and says how far it is', async () => {
    const w = await start();
    const rows = Array.from({ length: 1100 }, (_, i) => heldRow({ id: `h${i}`, retryKey: `k${i}`, recipient: `r${i}@example.com`, recipientRaw: `r${i}@example.com`, policy: 'company', at: w.now }));
    await w.store.held.hold(rows);
    w.now += HOUR_MS;
    const { compose, digests } = w.options;
    let underWay = 0;
    let most = 0;
    const steps: number[] = [];
    w.options = { ...w.options,
      digests: { ...digests, waiting: (after, limit) => { steps.push(limit); return digests.waiting(after, limit); } },
      compose: async (notice) => {
        most = Math.max(most, ++underWay);
        try { return await compose(notice); } finally { underWay--; }
      },
    };
    const progress: DigestProgress[] = [];
    w.options = { ...w.options, progress: (each) => progress.push(each) };
    expect(await w.run()).toMatchObject({ queued: 1100, failed: 0 });
    expect(progress).toEqual([{ queued: 1000, listed: 1000, failed: 0, looked: expect.any(Number), of: 1100 }]);
    expect(progress[0]!.looked).toBeGreaterThanOrEqual(1000);
    expect(most).toBeLessThanOrEqual(limits.atOnce);
    expect(new Set(steps)).toEqual(new Set([limits.stepRows]));
    expect(w.logged).toEqual(['digests under way', 'digests queued']);
  }, 60_000);

  test('when everything fails, the run ends instead of filling the log', async () => {
    const w = await start();
    for (let i = 0; i < 100; i++) await w.hold({ recipient: `r${i}@example.com` });
    w.now += HOUR_MS;
    w.options = { ...w.options, compose: () => Promise.reject(new Error('no')) };
    const { failed, isComplete } = await w.run();
    expect(isComplete).toBe(false);
    expect(failed).toBeLessThan(40);
  });

  test('a run that is stopped is taken up again', async () => {
    const w = await start();
    for (let i = 0; i < 60; i++) await w.hold({ recipient: `r${i}@example.com` });
    w.now += HOUR_MS;
    let looks = 0;
    expect((await w.run({ isStopped: () => ++looks > 15 })).isComplete).toBe(false);
    await w.reopen();
    await w.run();
    expect(to(await w.sent())).toEqual(Array.from({ length: 60 }, (_, i) => `r${i}@example.com`).toSorted());
  });

  test('whatever happens: every message is named once, nobody has two digests for one slot', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('hold' as const), who: fc.integer({ min: 0, max: 2 }), reason: fc.constantFrom('spam', 'spam', 'certain-spam') }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(60_000, HOUR_MS, 5 * HOUR_MS, DAY_MS, 4 * DAY_MS) }),
      fc.record({ do: fc.constant('back' as const), ms: fc.constantFrom(60_000, HOUR_MS, DAY_MS) }),
      fc.constant({ do: 'run' as const }), fc.constant({ do: 'crash before' as const }), fc.constant({ do: 'crash after' as const }),
    );
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const w = await start();
      const held: string[] = [];
      const digests: { readonly to: string; readonly names: readonly string[]; readonly at: number }[] = [];
      for (const each of steps) {
        if (each.do === 'hold') {
          const row = await w.hold({ recipient: `r${each.who}@example.com`, reason: each.reason });
          if (each.reason === 'spam') held.push(row.id);
        } else if (each.do === 'wait') w.now += each.ms;
        else if (each.do === 'back') w.now -= each.ms;
        else if (each.do === 'run') await w.run();
        else {
          // The process dies just before the commit, or just after it and before anybody knows.
          const { digests: book } = w.options;
          w.options = { ...w.options, digests: { ...book, enter: async (entry) => {
            if (each.do === 'crash after') await book.enter(entry);
            throw new Error('killed');
          } } };
          await w.run();
          await w.reopen();
        }
        digests.push(...(await w.sent()));
      }
      for (let day = 0; day < 10; day++) {
        w.now += DAY_MS;
        await w.run();
        digests.push(...(await w.sent()));
      }
      expect(digests.flatMap(({ names }) => names).toSorted()).toEqual(held.toSorted());
      expect(new Set(digests.map((each) => `${each.to} ${each.at}`)).size).toBe(digests.length);
      expect(await w.store.digests.waiting(null, 10)).toEqual([]);
      open.splice(open.indexOf(w), 1);
      await w.close();
    }), { numRuns: 25 });
  }, 60_000);
});
