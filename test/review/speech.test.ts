import { languageOf, senderOf, sizeOf, speechIn, startOfDay, when } from '../../src/review/speech.ts';
import { words } from '../../src/words/index.ts';

test.each([
  [null, undefined, 'en', 'en'], [null, 'de-AT,en;q=0.5', 'en', 'de'], [null, 'fr, ru;q=0.8, tr;q=0.9', 'en', 'tr'], ['tr', 'de', 'en', 'tr'], ['xx', 'de', 'en', 'de'],
  [null, 'fr', 'ru', 'ru'], [null, 'fr', 'fr', 'en'], [null, 'de;q=0, en;q=0.1', 'tr', 'en'], [null, ';;,=,q', 'en', 'en'], [null, '__proto__, constructor', 'de', 'de'],
] as const)('chosen %j, browser %j, company %j: %s', (chosen, browser, company, expected) => expect(languageOf(chosen, browser, company)).toBe(expected));

test.each([
  ['Shop <a@b.example>', 'Shop', 'a@b.example'], ['a@b.example <a@b.example>', '', 'a@b.example'], ['a@b.example', '', 'a@b.example'], ['', '', 'env@x.example'],
  ['Bank <chief@bank.example> <x@evil.example>', 'Bank <chief@bank.example>', 'x@evil.example'], ['chief@bank.example <x@evil.example>', 'chief@bank.example', 'x@evil.example'],
])('%j is %j at %j', (from, name, address) => expect(senderOf(from, 'env@x.example')).toEqual({ name, address }));

test.each([
  ['2026-11-22', 'Europe/Istanbul', '2026-11-21T21:00:00.000Z'], ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'], ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'], ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'], ['2026-11-22', 'UTC', '2026-11-22T00:00:00.000Z'],
])('the day %s in %s begins at %s', (day, zone, expected) => expect(new Date(startOfDay(day, zone) ?? 0).toISOString()).toBe(expected));

test.each(['2026-02-30', '2026-13-01', 'today', '', '2026-1-1'])('%j is no day', (day) => expect(startOfDay(day, 'UTC')).toBeNull());

test('moments: the day only where it is another, the year only where it is another', () => {
  const speech = speechIn('de', words, 'Europe/Istanbul', Date.parse('2026-11-22T12:00:00Z'));
  expect(when(Date.parse('2026-11-22T06:05:00Z'), speech)).toBe('09:05');
  expect(when(Date.parse('2026-11-21T06:05:00Z'), speech)).toMatch(/^21\. Nov\.?, 09:05$/);
  expect(when(Date.parse('2025-11-21T06:05:00Z'), speech)).toContain('2025');
});

test('sizes in words', () => {
  const speech = speechIn('en', words, 'UTC', 0);
  expect([sizeOf(1, speech), sizeOf(999, speech), sizeOf(20_400, speech), sizeOf(3_140_000, speech)]).toEqual(['1 byte', '999 bytes', '20 kB', '3.1 MB']);
});
