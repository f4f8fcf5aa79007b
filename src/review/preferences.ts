/** What people prefer: when their digests come, in which language, and the phrase by which they know a genuine one. */
import type { PreferenceBook } from '../storage/review-book.ts';
import { mailboxOf } from '../storage/held-scope.ts';
import { review } from '../message/limits.ts';
import { seenText } from './html.ts';

export interface Preferences {
  /** Of pages and digests: `en`, `tr`, …; null: the policy's. */
  readonly language: string | null;
  /** IANA name: of the dates on pages and in digests, and of `at`; null: the policy's. */
  readonly timezone: string | null;
  /** `policy`: when the policy says; `own`: at `at` on `days`; `none`: no digests. */
  readonly digest: 'policy' | 'own' | 'none';
  /** `08:30`, ascending; counts with `own`. */
  readonly at: readonly string[];
  /** 1 = Monday … 7 = Sunday, ascending; counts with `own`. */
  readonly days: readonly number[];
  /** Stands on every digest, so that a forged one is noticed; '': none. */
  readonly phrase: string;
}

/** Of somebody who chose nothing: everything as the policy says. */
export const NO_PREFERENCES: Preferences = Object.freeze({ language: null, timezone: null, digest: 'policy', at: ['08:30'], days: [1, 2, 3, 4, 5], phrase: '' });
/** Those that have a place, as people know them. */
export const ZONES: ReadonlySet<string> = new Set(['UTC', ...Intl.supportedValuesOf('timeZone').filter((name) => name.includes('/') && !name.startsWith('Etc/'))]);
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const TIMES_MAX = 6;

/** @param address of any mailbox; `name+anything@` has the preferences of `name@` */
export async function preferencesOf(book: PreferenceBook, address: string): Promise<Preferences> {
  return readPreferences(await book.get(mailboxOf(address)));
}

/** Rejects with StoreError. */
export async function setPreferences(book: PreferenceBook, address: string, preferences: Preferences, at: number): Promise<void> {
  await book.set(mailboxOf(address), JSON.stringify(preferences), at);
}

/** What cannot be read counts as not said. */
export function readPreferences(json: string | null): Preferences {
  if (json === null) return NO_PREFERENCES;
  try {
    return checked(JSON.parse(json) as Partial<Record<keyof Preferences, unknown>>);
  } catch {
    return NO_PREFERENCES; // Written by another version; the person sees the form as if new.
  }
}

/** From a form or from the store: whatever has not the right form is as if it were not said. */
export function checked(given: Partial<Record<keyof Preferences, unknown>>): Preferences {
  const { language, digest } = given;
  const at = times(given.at);
  const days = [...new Set(list(given.days).map(Number))].filter((day) => Number.isInteger(day) && day >= 1 && day <= 7).sort((a, b) => a - b);
  const wanted = digest === 'own' || digest === 'none' ? digest : 'policy';
  return {
    language: typeof language === 'string' && /^[a-z]{2,3}$/.test(language) ? language : null,
    timezone: typeof given.timezone === 'string' && ZONES.has(given.timezone) ? given.timezone : null,
    digest: wanted === 'own' && (at.length === 0 || days.length === 0) ? 'none' : wanted,
    at: at.length === 0 ? NO_PREFERENCES.at : at,
    days: days.length === 0 ? NO_PREFERENCES.days : days,
    phrase: typeof given.phrase === 'string' ? seenText(given.phrase).replace(/\s+/g, ' ').trim().slice(0, review.phraseMaxChars).toWellFormed() : '',
  };
}

function times(given: unknown): readonly string[] {
  return [...new Set(list(given).map((each) => String(each).trim()))].filter((each) => TIME.test(each)).sort().slice(0, TIMES_MAX);
}

/** Objects in it count as not said: not every object can be made a text or a number. */
function list(given: unknown): readonly (string | number)[] {
  return Array.isArray(given) ? given.filter((each) => typeof each === 'string' || typeof each === 'number') : [];
}
