import { compileMatcher, withoutPlus } from '../../src/policy/match.ts';
import { dayOf, endOfDay, startOfDay } from '../../src/policy/days.ts';

const matcher = compileMatcher([
  { page: 'company', patterns: ['everyone'] },
  { page: 'sales', patterns: ['sales@example.com', 'xn--bcher-kva@shop.example.com'] },
  { page: 'domain', patterns: ['*@example.com'] },
  { page: 'below', patterns: ['*@*.example.com'] },
  { page: 'deep', patterns: ['*@*.shop.example.com'] },
]);

test.each([
  ['sales@example.com', 'sales'],
  ['sales+fair@example.com', 'sales'],
  ['salesman@example.com', 'domain'],
  ['+sales@example.com', 'domain'],
  ['info@example.com', 'domain'],
  ['info@shop.example.com', 'below'],
  ['info@a.shop.example.com', 'deep'],
  ['info@b.a.shop.example.com', 'deep'],
  ['info@notexample.com', 'company'],
  ['postmaster', 'company'],
  ['', 'company'],
])('%s belongs to %s', (recipient, expected) => {
  expect(matcher.find(recipient)).toBe(expected);
});

test('a plus in a domain or at the start is no plus-address', () => {
  expect([withoutPlus('a+b+c@x'), withoutPlus('a@b+c'), withoutPlus('+a@b'), withoutPlus('a')]).toEqual(['a@x', null, null, null]);
});

test.each([
  // [zone, day, first instant, first instant after]
  ['Europe/Istanbul', '2027-05-03', '2027-05-02T21:00:00Z', '2027-05-03T21:00:00Z'],
  ['UTC', '2028-02-29', '2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z'],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'], // 23 hours
  ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'], // 25 hours
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00:00Z', '2026-04-24T21:00:00Z'], // no midnight
  ['Pacific/Kiritimati', '2026-06-01', '2026-05-31T10:00:00Z', '2026-06-01T10:00:00Z'],
  ['Pacific/Pago_Pago', '2026-06-01', '2026-06-01T11:00:00Z', '2026-06-02T11:00:00Z'],
])('%s: %s begins and ends where people there say', (zone, day, start, end) => {
  expect(new Date(startOfDay(day, zone)).toISOString().replace('.000', '')).toBe(start);
  expect(new Date(endOfDay(day, zone)).toISOString().replace('.000', '')).toBe(end);
  expect([dayOf(startOfDay(day, zone), zone), dayOf(startOfDay(day, zone) - 1, zone) < day]).toEqual([day, true]);
});
