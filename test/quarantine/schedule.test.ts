import { Cron } from 'croner';
import * as fc from 'fast-check';
import { latestSlot, nextSlot, type Schedule } from '../../src/quarantine/schedule.ts';

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const WEEKDAYS = [1, 2, 3, 4, 5];

const schedule = (at: readonly string[], days: readonly number[], timezone: string): Schedule => ({ at, days, timezone });
const shown = (slot: number | null) => (slot === null ? null : new Date(slot).toISOString().slice(0, 16));
const next = (at: string, timezone: string, from: string, days: readonly number[] = EVERY_DAY) => shown(nextSlot(schedule([at], days, timezone), Date.parse(from)));

describe('the next slot', () => {
  test.each([
    // Turkey keeps UTC+3 all year; until 2016 it changed on the European dates, in 2015 on others.
    ['08:30', 'Europe/Istanbul', '2027-05-03T05:29:59Z', '2027-05-03T05:30'],
    ['08:30', 'Europe/Istanbul', '2027-05-03T05:30:00Z', '2027-05-04T05:30'],
    ['08:30', 'Europe/Istanbul', '2015-11-07T07:00:00Z', '2015-11-08T06:30'],
    // Kathmandu: UTC+5:45.
    ['08:30', 'Asia/Kathmandu', '2027-05-03T02:44:00Z', '2027-05-03T02:45'],
    ['00:00', 'Asia/Kathmandu', '2027-05-03T18:14:59Z', '2027-05-03T18:15'],
    // Berlin, the hour from 02:00 to 03:00 is skipped on 2027-03-28 and comes twice on 2027-10-31.
    ['02:30', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T01:00'],
    ['02:00', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T01:00'],
    ['03:00', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T01:00'],
    ['01:59', 'Europe/Berlin', '2027-03-27T12:00:00Z', '2027-03-28T00:59'],
    ['02:30', 'Europe/Berlin', '2027-10-30T12:00:00Z', '2027-10-31T00:30'],
    ['02:30', 'Europe/Berlin', '2027-10-31T00:30:00Z', '2027-11-01T01:30'],
    ['08:30', 'Europe/Berlin', '2027-10-30T12:00:00Z', '2027-10-31T07:30'],
    // New York, skipped on 2027-03-14, twice on 2027-11-07.
    ['02:30', 'America/New_York', '2027-03-13T12:00:00Z', '2027-03-14T07:00'],
    ['01:30', 'America/New_York', '2027-11-06T12:00:00Z', '2027-11-07T05:30'],
    ['01:30', 'America/New_York', '2027-11-07T05:30:00Z', '2027-11-08T06:30'],
    // Lord Howe moves by half an hour; Chatham is 12:45 or 13:45 ahead.
    ['02:15', 'Australia/Lord_Howe', '2027-10-02T00:00:00Z', '2027-10-02T15:30'],
    ['08:30', 'Pacific/Chatham', '2027-05-03T00:00:00Z', '2027-05-03T19:45'],
    // Samoa left out 2011-12-30: its digest comes with the first moment of the next day.
    ['08:30', 'Pacific/Apia', '2011-12-29T18:30:00Z', '2011-12-30T10:00'],
    // Cairo changes at midnight: that of 2027-04-30 is skipped.
    ['00:00', 'Africa/Cairo', '2027-04-29T12:00:00Z', '2027-04-29T22:00'],
  ])('%s in %s after %s: %s', (at, timezone, from, expected) => expect(next(at, timezone, from)).toBe(expected));

  test.each([
    ['Friday evening', '2027-05-07T18:00:00Z', WEEKDAYS, '2027-05-10T05:30'],
    ['one day a week', '2027-05-10T06:00:00Z', [1], '2027-05-17T05:30'],
    ['Sunday', '2027-05-08T12:00:00Z', [7], '2027-05-09T05:30'],
  ])('%s', (_, from, days, expected) => expect(next('08:30', 'Europe/Istanbul', from, days)).toBe(expected));

  test('several hours of a day', () => {
    const both = schedule(['16:00', '08:30'], WEEKDAYS, 'Europe/Istanbul');
    expect(shown(nextSlot(both, Date.parse('2027-05-03T05:30:00Z')))).toBe('2027-05-03T13:00');
    expect(shown(latestSlot(both, Date.parse('2027-05-03T12:59:59Z')))).toBe('2027-05-03T05:30');
    expect(shown(latestSlot(both, Date.parse('2027-05-03T13:00:00Z')))).toBe('2027-05-03T13:00');
    expect(shown(latestSlot(both, Date.parse('2027-05-03T05:00:00Z')))).toBe('2027-04-30T13:00');
  });

  test('no day or no hour: no slot', () => {
    expect([nextSlot(schedule(['08:30'], [], 'UTC'), 0), latestSlot(schedule([], EVERY_DAY, 'UTC'), 0)]).toEqual([null, null]);
  });
  test('an unknown time zone is a mistake of who asks', () => expect(() => nextSlot(schedule(['08:30'], EVERY_DAY, 'Mars/Olympus'), 0)).toThrow(RangeError));
});

const ZONES = ['Europe/Istanbul', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Santiago', 'Africa/Cairo', 'Pacific/Auckland', 'Pacific/Apia', 'UTC'];
const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const schedules = fc.record({
  at: fc.uniqueArray(time, { minLength: 1, maxLength: 4 }), days: fc.subarray(EVERY_DAY, { minLength: 1 }), timezone: fc.constantFrom(...ZONES),
});
const instants = fc.integer({ min: Date.UTC(2012, 0, 1), max: Date.UTC(2037, 11, 31) });
const wall = (at: number, timezone: string) => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(at);
  const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
  return { time: `${part('hour')}:${part('minute')}`, day: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')) + 1 };
};

test('latest and next are the two neighbours: nothing lies between them, and each is found from the other', () => {
  fc.assert(fc.property(schedules, instants, (written, now) => {
    const before = latestSlot(written, now)!;
    const after = nextSlot(written, now)!;
    expect(before).toBeLessThanOrEqual(now);
    expect(after).toBeGreaterThan(now);
    expect(nextSlot(written, before)).toBe(after);
    expect(latestSlot(written, after - 1)).toBe(before);
    expect(latestSlot(written, after)).toBe(after);
  }), { numRuns: 300 });
});

test('a slot is a written hour of a written day, unless clocks jumped past it', () => {
  fc.assert(fc.property(schedules, instants, (written, now) => {
    const slot = nextSlot(written, now)!;
    const { time: shows, day } = wall(slot, written.timezone);
    if (written.at.includes(shows) && written.days.includes(day)) return;
    // Just before, clocks showed less than the hour that was written: they went forward at this very moment.
    const just = wall(slot - 1000, written.timezone);
    expect([just.day === day && just.time < shows ? 'jump' : just.day !== day ? 'jump over midnight' : 'no jump']).not.toContain('no jump');
  }), { numRuns: 500 });
});

test('whoever walks from slot to slot meets every written day of years, each hour once', () => {
  for (const timezone of ZONES.filter((zone) => zone !== 'Pacific/Apia')) {
    const written = schedule(['02:30', '08:30'], EVERY_DAY, timezone);
    let count = 0;
    const end = Date.UTC(2029, 0, 1, 12);
    for (let at = Date.UTC(2027, 0, 1, 12); ; count++) {
      const slot = nextSlot(written, at)!;
      if (slot > end) break;
      expect(slot - at).toBeLessThanOrEqual(DAY_MS);
      at = slot;
    }
    expect([timezone, count]).toEqual([timezone, 2 * 731]);
  }
});

test('agrees with another implementation wherever no clock is changed near by', () => {
  fc.assert(fc.property(time, fc.constantFrom(...ZONES), instants, (at, timezone, now) => {
    const offset = (when: number) => wall(when, timezone).time;
    fc.pre(offset(now) === offset(now + DAY_MS) && offset(now) === offset(now + 2 * DAY_MS) && offset(now) === offset(now - DAY_MS));
    const [hour, minute] = at.split(':').map(Number);
    const theirs = new Cron(`0 ${minute} ${hour} * * *`, { timezone, paused: true }).nextRun(new Date(now));
    expect(shown(nextSlot(schedule([at], EVERY_DAY, timezone), now))).toBe(theirs?.toISOString().slice(0, 16));
  }), { numRuns: 200 });
});
