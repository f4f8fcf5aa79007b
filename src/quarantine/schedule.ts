/**
 * PURE. When digests are due. A slot is an instant: the one at which a written hour of a written day comes in a time zone.
 * - An hour that is skipped (clocks go forward) comes at the moment they do: the digest is late by less than an hour, never left out.
 * - An hour that is repeated (clocks go back) comes the first time only.
 * Nothing is counted or remembered here: whoever compares the last slot with the one that had a digest catches up once, never twice.
 */

export interface Schedule {
  /** `08:30`, 24-hour clock; at least one. */
  readonly at: readonly string[];
  /** 1 = Monday … 7 = Sunday; at least one. */
  readonly days: readonly number[];
  /** IANA name. */
  readonly timezone: string;
}

const DAY_MS = 24 * 3600_000;
/** Zones lie within 14 hours of UTC; one hour to spare. */
const WIDEST_OFFSET_MS = 15 * 3600_000;
/** The same day of the week is at most seven days away; two to spare for days that a zone left out. */
const LOOK_DAYS = 9;

/** The latest slot at or before `now` (milliseconds since 1970); null: the schedule has none. @throws RangeError for an unknown time zone */
export function latestSlot(schedule: Schedule, now: number): number | null {
  const today = utcDayOf(localOf(now, schedule.timezone));
  for (let back = -1; back < LOOK_DAYS; back++) {
    const found = slotsOf(schedule, today - back * DAY_MS).filter((slot) => slot <= now);
    if (found.length > 0) return Math.max(...found);
  }
  return null;
}

/** The first slot after `now`; null: the schedule has none. @throws RangeError for an unknown time zone */
export function nextSlot(schedule: Schedule, now: number): number | null {
  const today = utcDayOf(localOf(now, schedule.timezone));
  for (let ahead = -1; ahead < LOOK_DAYS; ahead++) {
    const found = slotsOf(schedule, today + ahead * DAY_MS).filter((slot) => slot > now);
    if (found.length > 0) return Math.min(...found);
  }
  return null;
}

/** @param day local midnight, written as if it were UTC */
function slotsOf({ at, days, timezone }: Schedule, day: number): readonly number[] {
  const weekday = new Date(day).getUTCDay() || 7;
  if (!days.includes(weekday)) return [];
  return at.map((time) => instantOf(day + minutesOf(time) * 60_000, timezone));
}

/** The first instant at which the clocks of the zone show this time, or the one at which they jump past it. @param local written as if it were UTC */
function instantOf(local: number, timezone: string): number {
  const early = local - WIDEST_OFFSET_MS;
  const late = local + WIDEST_OFFSET_MS;
  // Within these 30 hours a zone changes its offset once at most.
  const before = localOf(early, timezone) - early;
  const after = localOf(late, timezone) - late;
  // Where clocks go back both exist and the first is the one with the larger offset, which was in force before.
  for (const offset of [before, after]) {
    const instant = local - offset;
    if (localOf(instant, timezone) === local) return instant;
  }
  return changeBetween(early, late, after, timezone);
}

/** The first instant with the new offset, by bisection to the second: offsets and their changes are whole seconds. */
function changeBetween(early: number, late: number, newOffset: number, timezone: string): number {
  let [from, to] = [early, late];
  while (to - from > 1000) {
    const middle = Math.floor((from + to) / 2000) * 1000;
    if (localOf(middle, timezone) - middle === newOffset) to = middle;
    else from = middle;
  }
  return to;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clocks of a zone show, written as if it were UTC, to the second. */
function localOf(instant: number, timezone: string): number {
  let format = formats.get(timezone);
  if (format === undefined) {
    const number = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
    format = new Intl.DateTimeFormat('en-CA', { ...number, timeZone: timezone, calendar: 'iso8601', hourCycle: 'h23' });
    formats.set(timezone, format);
  }
  // `2027-03-28, 03:00:00`
  return Date.parse(`${format.format(instant).replace(', ', 'T')}Z`) + (((instant % 1000) + 1000) % 1000);
}

function utcDayOf(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
