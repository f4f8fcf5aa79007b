/** PURE. Hours, days of the week, dates and time zones as people write them. */
import { itemsOf, readText } from './fields.ts';
import { valueMeantBy } from './keywords.ts';
import type { Report } from './report.ts';
import { plainWord, suggest } from './suggest.ts';
import type { Tree } from './tree.ts';

/** `08:30`, `8:30`, `8.30`, `8`, `5 pm` → `HH:MM`. */
export function readTimes(tree: Tree, line: string, report: Report): readonly string[] | undefined {
  const times: string[] = [];
  for (const item of itemsOf(tree)) {
    const text = readText(item, line, report);
    if (text === undefined) continue;
    const pieces = text.split(BETWEEN);
    const found = pieces.map(timeOf).filter((time) => time !== null);
    if (found.length > 0 && found.length === pieces.length) times.push(...found);
    else report.error('not-a-time', item, { text, suggestion: '08:30' }, 'write-like');
  }
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
  return times.length === 0 ? undefined : Object.freeze([...new Set(times)].sort());
}

/** What stands between two hours or days in one text. */
const BETWEEN = /\s*[,;&+]\s*|\s+(?:and|und|ve|и)\s+/i;

function timeOf(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.h](\d{1,2}))?(?:[:.]00)?\s*(am|pm|a\.m\.|p\.m\.|uhr|h|hrs|o'clock)?$/i.exec(text.trim());
  if (found === null) return null;
  let hour = Number(found[1]);
  const minuteText = found[2] ?? '00';
  // `8.3` is what is left of 8.30 where a program saved it as a number.
  const minute = Number(minuteText.length === 1 ? `${minuteText}0` : minuteText);
  const half = found[3]?.toLowerCase()[0];
  if (half === 'a' || half === 'p') {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  return hour > 23 || minute > 59 ? null : `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const SHORT_DAYS: readonly string[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const OTHER_SHORT: Readonly<Record<string, number>> = { tues: 2, weds: 3, thur: 4, thurs: 4 };
const DAY_WORDS: readonly string[] = [
  'pazartesi pzt montag mo понедельник пн', 'salı sali sal dienstag di вторник вт', 'çarşamba carsamba çar mittwoch mi среда ср', 'perşembe persembe per donnerstag do четверг чт',
  'cuma cum freitag fr пятница пт', 'cumartesi cmt samstag sonnabend sa суббота сб', 'pazar paz sonntag so воскресенье вс',
];

/** `every-day`, `monday-to-friday`, any span such as `tue to sat`, one day or a list of days → 1 (Monday) … 7. */
export function readDaysOfWeek(tree: Tree, line: string, report: Report): readonly number[] | undefined {
  const days = new Set<number>();
  for (const item of itemsOf(tree)) {
    const text = readText(item, line, report);
    if (text === undefined) continue;
    const found = daysOf(plainWord(text)) ?? listOfDays(text);
    if (found !== null) for (const day of found) days.add(day);
    else unknownDay(item, text, report);
  }
  if (itemsOf(tree).length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
  return days.size === 0 ? undefined : Object.freeze([...days].sort((a, b) => a - b));
}

function daysOf(word: string): readonly number[] | null {
  if (word === 'every-day') return [1, 2, 3, 4, 5, 6, 7];
  const one = dayOf(word);
  if (one > 0) return [one];
  const span = /^([a-z]+)-(?:to-)?([a-z]+)$/.exec(word);
  const from = dayOf(span?.[1] ?? '');
  const to = dayOf(span?.[2] ?? '');
  if (from === 0 || to === 0) return null;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => ((from - 1 + index) % 7) + 1);
}

function listOfDays(text: string): readonly number[] | null {
  const parts = text.split(BETWEEN).filter((part) => part !== '');
  const found = parts.map((part) => daysOf(plainWord(part)));
  return parts.length > 1 && found.every((one) => one !== null) ? found.flatMap((one) => one ?? []) : null;
}

function dayOf(word: string): number {
  const bare = word.replace(/\.$/, '');
  return OTHER_SHORT[bare] ?? Math.max(DAYS.indexOf(bare), DAYS.indexOf(bare.replace(/s$/, '')), SHORT_DAYS.indexOf(bare)) + 1;
}

function unknownDay(item: Tree, text: string, report: Report): void {
  const choices = ['every-day', 'monday-to-friday', ...DAYS, ...SHORT_DAYS];
  const word = plainWord(text);
  const foreign = foreignDay(word);
  const several = text.split(BETWEEN).map((part) => daysOf(plainWord(part))?.[0] ?? foreignDay(plainWord(part)) + 1);
  if (several.length > 1 && several.every((day) => day > 0)) {
    return report.error('not-a-day', item, { text, suggestion: `[${several.map((day) => SHORT_DAYS[day - 1]).join(', ')}]` }, 'write');
  }
  const meant = foreign >= 0 ? (SHORT_DAYS[foreign] ?? null) : (valueMeantBy(word, choices) ?? suggest(text, choices));
  if (meant !== null) report.error('not-a-day', item, { text, suggestion: meant }, 'did-you-mean');
  else report.error('not-a-day', item, { text, options: `every-day, monday-to-friday, ${SHORT_DAYS.join(', ')}` }, 'one-of');
}

/** 0 for Monday; -1: no day in any language known here. */
function foreignDay(word: string): number {
  return DAY_WORDS.findIndex((words) => words.split(' ').includes(word.replace(/\.$/, '').replace(/(?<=tag)s$/, '')));
}

/** `2027-01-31`, a day that exists. Days written otherwise are refused with what to write: one form in all files. */
export function readDate(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso !== null) {
    if (exists(Number(iso[1]), Number(iso[2]), Number(iso[3]))) return text;
    return void report.error('no-such-date', tree, { text });
  }
  const both = text.match(/\d{4}-\d{2}-\d{2}/g) ?? [];
  const suggestion = both.length === 2 ? (both[line === 'last-day' ? 1 : 0] ?? null) : isoOf(text);
  if (suggestion !== null) return void report.error('not-a-date', tree, { text, suggestion }, 'write');
  return void report.error('not-a-date', tree, { text, suggestion: '2027-01-31' }, 'write-like');
}

function exists(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 2000 && date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** How the months begin, in the languages that Usher speaks. */
const MONTHS = [
  /^(jan|jän|oca|янв)/, /^(feb|şub|sub|фев)/, /^(mar(?!t$)|mär|mrz|mart|мар)/, /^(apr|nis|апр)/, /^(may|mai|мая?$|май)/, /^(jun|haz|июн)/,
  /^(jul|tem|июл)/, /^(aug|ağu|agu|авг)/, /^(sep|eyl|сен)/, /^(oct|okt|eki|окт)/, /^(nov|kas|ноя)/, /^(dec|dez|ara|дек)/,
];

/** The date that is meant, where only one can be: 31.01.2027, 2027/1/31, 31 January 2027; not 3/4/2027. */
function isoOf(text: string): string | null {
  const year = /^(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})$/.exec(text);
  const dotted = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})$/.exec(text) ?? /^(1[3-9]|2\d|3[01])[-/](\d{1,2})[-/](\d{4})$/.exec(text);
  const dayFirst = /^(\d{1,2})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(\p{L}{3,})\.?,?\s+(\d{4})(?:\s*г(?:\.|ода)?)?$/iu.exec(text);
  const monthFirst = /^(\p{L}{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/iu.exec(text);
  const monthOf = (name: string | undefined): number => MONTHS.findIndex((month) => month.test((name ?? '').toLowerCase())) + 1;
  const parts = year !== null ? [Number(year[1]), Number(year[2]), Number(year[3])]
    : dotted !== null ? [Number(dotted[3]), Number(dotted[2]), Number(dotted[1])]
    : dayFirst !== null ? [Number(dayFirst[3]), monthOf(dayFirst[2]), Number(dayFirst[1])]
    : monthFirst !== null ? [Number(monthFirst[3]), monthOf(monthFirst[1]), Number(monthFirst[2])]
    : null;
  const [written = 0, m = 0, d = 0] = parts ?? [];
  const y = written < 100 ? 2000 + written : written;
  return parts !== null && exists(y, m, d) ? `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}` : null;
}

/** A name of the IANA time zone database, in the spelling that it has there. */
export function readTimeZone(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  if (isTimeZone(text)) return text;
  const zones = Intl.supportedValuesOf('timeZone');
  const word = text.trim().replace(/\s+/g, '_').toLowerCase().replace(/ı|i̇/g, 'i');
  const meant = zones.find((zone) => zone.toLowerCase() === word || zone.toLowerCase().endsWith(`/${word}`)) ?? suggest(text, zones);
  if (meant === null) return void report.error('not-a-time-zone', tree, { text, suggestion: 'Europe/Istanbul' }, 'write-like');
  return void report.error('not-a-time-zone', tree, { text, suggestion: meant }, 'did-you-mean');
}

function isTimeZone(text: string): boolean {
  if (!/^([A-Z][A-Za-z_-]+(\/[A-Z][A-Za-z0-9_+-]+)+|UTC)$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError is this constructor's way of saying no (ECMA-402).
  }
}
