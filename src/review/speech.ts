/** PURE. Which language a visit is in, and how dates, sizes and senders are written in it. */
import type { Say, Speech } from './parts.ts';
import { foreign, html, seenText, type Html } from './html.ts';
import { LANGUAGES } from '../words/languages.ts';
import type { Words } from '../words/words.ts';

/** @param wanted in order: what somebody chose, what the browser asks for, what the company speaks */
export function languageOf(chosen: string | null, acceptLanguage: string | undefined, fallback: string): string {
  if (chosen !== null && Object.hasOwn(LANGUAGES, chosen)) return chosen;
  const ranges = (acceptLanguage ?? '').slice(0, 500).split(',').map((range, place) => {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
    const weight = Number(parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((q) => q !== undefined) ?? 1);
    return { tag: tag.split('-')[0] ?? '', weight: Number.isNaN(weight) ? 0 : weight, place };
  });
  const best = ranges.filter(({ tag, weight }) => weight > 0 && Object.hasOwn(LANGUAGES, tag)).sort((a, b) => b.weight - a.weight || a.place - b.place)[0];
  return best?.tag ?? (Object.hasOwn(LANGUAGES, fallback) ? fallback : 'en');
}

/** @param language one of LANGUAGES @param timezone IANA name @param now milliseconds since 1970 */
export function speechIn(language: string, words: Words, timezone: string, now: number): Speech {
  const say: Say = (key, values) => words(language, `review.${key}`, values);
  return { language, say, timezone, now };
}

const FORMS = {
  day: { dateStyle: 'short' },
  time: { timeStyle: 'short' },
  thisYear: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  otherYear: { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  date: { dateStyle: 'long' },
  whole: { dateStyle: 'full', timeStyle: 'short' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

/** British English has the day first and 24 hours, as the other languages and the digests do. Making one costs as much as a hundred uses; there are a few forms for each language and zone in use. */
const formats = new Map<string, Intl.DateTimeFormat>();

function format(form: keyof typeof FORMS, language: string, timezone: string): Intl.DateTimeFormat {
  const key = `${form} ${language} ${timezone}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone: timezone, ...FORMS[form] });
  formats.set(key, known);
  return known;
}

/** A moment for people: the day is left out when it is today. */
export function when(at: number, { language, timezone, now }: Speech): string {
  const day = (time: number): string => format('day', 'en-CA', timezone).format(time);
  if (day(at) === day(now)) return format('time', language, timezone).format(at);
  return format(day(at).slice(0, 4) === day(now).slice(0, 4) ? 'thisYear' : 'otherYear', language, timezone).format(at);
}

/** A day, in full. */
export function dateOf(at: number, { language, timezone }: Speech): string {
  return format('date', language, timezone).format(at);
}

/** Day and time, in full. */
export function wholeTime(at: number, { language, timezone }: Speech): string {
  return format('whole', language, timezone).format(at);
}

/** For machines, beside `when`. */
export function timeTag(at: number, speech: Speech): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${when(at, speech)}</time>`;
}

/** In bytes, kB or MB of powers of ten. */
export function sizeOf(bytes: number, { language }: Speech): string {
  const units = ['byte', 'kilobyte', 'megabyte'] as const;
  const step = bytes < 1000 ? 0 : bytes < 1_000_000 ? 1 : 2;
  return new Intl.NumberFormat(language, { style: 'unit', unit: units[step] ?? 'byte', unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: step === 2 ? 1 : 0 }).format(bytes / 1000 ** step);
}

export interface Sender {
  /** '' where there is none, or where it is the address. */
  readonly name: string;
  readonly address: string;
}

/**
 * Of the `from` kept with a held message: `Name <address>`. The address is what counts; the name is anybody's to write, also as
 * `chief@bank.example <x@y.example>` or with brackets of its own: only what stands in the last brackets is an address.
 */
export function senderOf(from: string, envelopeSender: string): Sender {
  const match = /^(.*)<([^<>]*)>\s*$/s.exec(from);
  const address = (match?.[2] ?? from.split(',')[0] ?? '').trim() || envelopeSender;
  const name = (match?.[1] ?? '').trim();
  return { name: name === address ? '' : name, address };
}

/** Name and address, or only the address. */
export function senderHtml(sender: Sender, say: Say): Html {
  const address = sender.address === '' ? html`<span class="quiet">${say('sender.nobody')}</span>` : html`<span class="address">${foreign(sender.address, 200)}</span>`;
  return sender.name === '' ? address : html`<span class="name">${foreign(sender.name, 100)}</span> ${address}`;
}

/** A subject that shows nothing counts as none. */
export function subjectHtml(subject: string, say: Say, maxChars = 500): Html {
  return seenText(subject).trim() === '' ? html`<span class="quiet">${say('no-subject')}</span>` : foreign(subject, maxChars);
}

/** A day as typed (`2026-11-22`): the first instant of it in that zone; null: not a day. */
export function startOfDay(day: string, timezone: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return null;
  const utc = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  if (Number.isNaN(utc) || new Date(utc).toISOString().slice(0, 10) !== day) return null;
  // The offset is that of the zone at about this time: twice, because the first guess may lie beyond a change of clocks.
  const first = utc - offsetMs(utc, timezone);
  return utc - offsetMs(first, timezone);
}

function offsetMs(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' }).formatToParts(at);
  const get = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second')) - Math.floor(at / 1000) * 1000;
}
