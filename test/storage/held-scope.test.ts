import fc from 'fast-check';
import { mailboxOf, scopesOf, scopeWord, spanWords } from '../../src/storage/held-scope.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

test.each([
  ['2026-11-02T00:00', '2026-11-03T00:00', ['day20261102']],
  ['2026-11-01T21:00', '2026-11-02T21:00', ['day20261101', 'day20261102']],
  ['2026-10-31T00:00', '2027-02-02T00:00', ['day20261031', 'month202611', 'month202612', 'month202701', 'day20270201']],
  ['2026-01-01T00:00', '2028-01-01T00:00', ['year2026', 'year2027']],
  ['2026-11-03T00:00', '2026-11-02T00:00', []],
])('from %s to %s: %j', (since, until, words) => expect(spanWords(at(since), at(until))).toEqual(words));

test('every moment of a span has one of its words, and there are few of them', () => {
  const moment = fc.integer({ min: at('2021-01-01T00:00'), max: at('2090-01-01T00:00') });
  fc.assert(fc.property(moment, moment, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (a, b, share) => {
    const [since, until] = [Math.min(a, b), Math.max(a, b) + 1];
    const words = spanWords(since, until);
    const held = Math.floor(since + (until - since) * share);
    expect(scopesOf('a@example.com', 'p', held).words.split(' ').some((word) => words.includes(word))).toBe(true);
    expect(words.length).toBeLessThan(170);
  }));
  expect(spanWords().length).toBe(80);
});

test('mailboxes and policies of the same name are different words', () => {
  expect(scopeWord('mailbox', 'sales')).not.toBe(scopeWord('policy', 'sales'));
  expect(mailboxOf('anna+shop@example.com')).toBe('anna@example.com');
  expect(scopesOf('anna+x@example.com', 'p', 0).words.split(' ')[0]).toBe(scopeWord('mailbox', 'anna@example.com'));
});
