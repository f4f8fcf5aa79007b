/** PURE. Days of the calendar in a time zone, as instants. Safe where a day has 23 or 25 hours or no midnight. */

const DAY_MS = 86_400_000;
/** Zones lie within 14 hours of UTC; one hour to spare. */
const WIDEST_OFFSET_MS = 15 * 3_600_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2027-05-03` of an instant in a zone. @throws RangeError for an unknown zone: pages with one never get here. */
export function dayOf(at: number, timezone: string): string {
  let format = formats.get(timezone);
  if (format === undefined) {
    // Canadian English writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, calendar: 'iso8601', year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timezone, format);
  }
  return format.format(at);
}

/** First instant (milliseconds since 1970) whose day in the zone is `day` (`2027-05-03`) or later. */
export function startOfDay(day: string, timezone: string): number {
  const utcMidnight = Date.parse(`${day}T00:00:00Z`);
  let before = utcMidnight - WIDEST_OFFSET_MS;
  let after = utcMidnight + WIDEST_OFFSET_MS;
  // Bisection to the second: offsets are whole seconds, and a missing midnight needs no case of its own.
  while (after - before > 1000) {
    const middle = Math.floor((before + after) / 2000) * 1000;
    if (dayOf(middle, timezone) >= day) after = middle;
    else before = middle;
  }
  return after;
}

/** First instant after a day: both ends of "from … to …" are included. */
export function endOfDay(day: string, timezone: string): number {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return startOfDay(next, timezone);
}

/** The same two with a memory: thousands of pages share a few days. */
export function dayMemory(): { start(day: string, timezone: string): number; end(day: string, timezone: string): number } {
  const known = new Map<string, number>();
  const once = (kind: string, day: string, timezone: string, find: (day: string, timezone: string) => number): number => {
    const key = `${kind} ${day} ${timezone}`;
    const found = known.get(key) ?? find(day, timezone);
    known.set(key, found);
    return found;
  };
  return {
    start: (day, timezone) => once('start', day, timezone, startOfDay),
    end: (day, timezone) => once('end', day, timezone, endOfDay),
  };
}
