import fc from 'fast-check';
import { checked, NO_PREFERENCES, readPreferences } from '../../src/review/preferences.ts';

test('nothing said: as the policy says', () => {
  expect(readPreferences(null)).toEqual(NO_PREFERENCES);
  expect(readPreferences('not json')).toEqual(NO_PREFERENCES);
  expect(readPreferences('null')).toEqual(NO_PREFERENCES);
});

test('what was said comes back, in order and once', () => {
  const said = checked({ language: 'tr', timezone: 'Asia/Tokyo', digest: 'own', at: ['16:00', '08:30', '08:30'], days: ['5', '1'], phrase: '  blue\n  teapot ' });
  expect(said).toEqual({ language: 'tr', timezone: 'Asia/Tokyo', digest: 'own', at: ['08:30', '16:00'], days: [1, 5], phrase: 'blue teapot' });
  expect(readPreferences(JSON.stringify(said))).toEqual(said);
});

test('own times without any time or day are none', () => {
  expect(checked({ digest: 'own', at: ['25:00'], days: [1] }).digest).toBe('none');
  expect(checked({ digest: 'own', at: ['08:00'], days: [0, 8, 'x'] }).digest).toBe('none');
});

test('whatever is given, what comes out is of the right form and stays so', () => {
  fc.assert(fc.property(fc.record({ language: fc.anything(), timezone: fc.oneof(fc.anything(), fc.constantFrom('UTC', 'Europe/Berlin', 'Mars/Base')), digest: fc.anything(), at: fc.anything(), days: fc.anything(), phrase: fc.anything() }), (given) => {
    const once = checked(given);
    expect(checked({ ...once })).toEqual(once);
    expect(() => new Intl.DateTimeFormat('en', { timeZone: once.timezone ?? 'UTC' })).not.toThrow();
    expect(once.phrase.length).toBeLessThanOrEqual(80);
  }));
});

test('an object that cannot be made a text is as if it were not said', () => {
  expect(checked({ digest: 'own', at: [{ toString: false }, '08:30'], days: [{ valueOf: 1, toString: 1 }, 1] })).toMatchObject({ digest: 'own', at: ['08:30'], days: [1] });
});
