import * as fc from 'fast-check';
import { expiresAt, step } from '../../src/quarantine/lifecycle.ts';
import type { Actor, Event, RecipientsMay } from '../../src/quarantine/lifecycle.ts';
import type { HeldState } from '../../src/storage/store.ts';

const STATES: readonly HeldState[] = ['held', 'releasing', 'released', 'deleted', 'expired'];
const EVENTS: readonly Event[] = ['release', 'delivered', 'gave-up', 'delete', 'vanish', 'expire', 'expire-delivered'];
const ACTORS: readonly Actor[] = ['operator', 'recipient', 'approver', 'outbox', 'clock'];
const MAY: readonly RecipientsMay[] = ['let-through', 'ask', 'look'];
/** Written a second time on purpose. */
const ALLOWED = new Set(['held>releasing', 'held>deleted', 'held>expired', 'releasing>released', 'releasing>held', 'releasing>deleted']);

test('states only move along the allowed edges, and never from an end', () => {
  const moves = fc.array(fc.record({ event: fc.constantFrom(...EVENTS), actor: fc.constantFrom(...ACTORS), may: fc.constantFrom(...MAY), namedAt: fc.constantFrom(null, 5) }));
  fc.assert(fc.property(fc.constantFrom(...STATES), moves, (start, history) => {
    let state = start;
    for (const { event, actor, may, namedAt } of history) {
      const result = step({ state, namedAt }, event, actor, may);
      if (!result.ok) continue;
      expect(ALLOWED).toContain(`${state}>${result.to}`);
      if (event.startsWith('expire')) expect([actor, namedAt]).toEqual(['clock', 5]);
      if (actor === 'recipient' && event !== 'vanish') expect(may).toBe('let-through');
      state = result.to;
    }
  }));
});

test.each([
  ['held', 'release', 'operator', 'look', 'releasing'],
  ['held', 'release', 'recipient', 'let-through', 'releasing'],
  ['held', 'release', 'recipient', 'ask', 'not-allowed'],
  ['held', 'delete', 'recipient', 'look', 'not-allowed'],
  ['held', 'release', 'approver', 'look', 'releasing'],
  ['held', 'release', 'clock', 'let-through', 'not-allowed'],
  ['held', 'expire', 'operator', 'let-through', 'not-allowed'],
  ['held', 'expire', 'clock', 'let-through', 'not-named-yet'],
  ['held', 'expire-delivered', 'clock', 'let-through', 'not-named-yet'],
  ['held', 'expire-delivered', 'operator', 'let-through', 'not-allowed'],
  ['releasing', 'delivered', 'outbox', 'let-through', 'released'],
  ['releasing', 'gave-up', 'outbox', 'let-through', 'held'],
  ['releasing', 'delete', 'operator', 'let-through', 'not-in-this-state'],
  ['released', 'release', 'operator', 'let-through', 'not-in-this-state'],
  ['deleted', 'release', 'operator', 'let-through', 'not-in-this-state'],
] as const)('%s, %s by %s (%s): %s', (state, event, actor, may, expected) => {
  const result = step({ state, namedAt: null }, event, actor, may);
  expect(result.ok ? result.to : result.why).toBe(expected);
});

test('what no digest has named does not expire; what was named late has a day', () => {
  const day = 24 * 3600_000;
  expect(expiresAt({ state: 'held', at: 0, namedAt: null }, 30 * day)).toBeNull();
  expect(expiresAt({ state: 'held', at: 0, namedAt: day }, 30 * day)).toBe(30 * day);
  expect(expiresAt({ state: 'held', at: 0, namedAt: 40 * day }, 30 * day)).toBe(41 * day);
  expect(expiresAt({ state: 'releasing', at: 0, namedAt: day }, 30 * day)).toBeNull();
});
