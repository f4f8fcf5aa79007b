/** PURE. Whose a held row is, as words of the search index. */
import { createHash } from 'node:crypto';
import { withoutPlus } from '../policy/match.ts';

/** The mailbox that an address belongs to: `name+anything@domain` is `name@domain`. */
export function mailboxOf(recipient: string): string {
  return withoutPlus(recipient) ?? recipient;
}

/** A word that no text can hold by chance. */
export function scopeWord(kind: 'mailbox' | 'policy', name: string): string {
  return `${kind[0]}${createHash('sha256').update(`${kind}\n${name}`).digest('hex').slice(0, 20)}`;
}

/** @param at when it was held: its day, month and year (UTC) are words too */
export function scopesOf(recipient: string, policy: string, at: number): { readonly mailbox: string; readonly words: string } {
  const mailbox = mailboxOf(recipient);
  return { mailbox, words: [scopeWord('mailbox', mailbox), scopeWord('policy', policy), dayWord(at), monthWord(at), yearWord(at)].join(' ') };
}

const digits = (at: number, count: number): string => new Date(at).toISOString().replaceAll('-', '').slice(0, count);
const dayWord = (at: number): string => `day${digits(at, 8)}`;
const monthWord = (at: number): string => `month${digits(at, 6)}`;
const yearWord = (at: number): string => `year${digits(at, 4)}`;

const DAY_MS = 24 * 3600_000;
const FIRST = Date.UTC(2020, 0, 1);
const LAST = Date.UTC(2100, 0, 1);

/** Few words of which every row held in [since, until) has one; rows of the same first or last day may have it as well. */
export function spanWords(since: number = FIRST, until: number = LAST): readonly string[] {
  const end = Math.min(until, LAST);
  const words: string[] = [];
  for (let at = Math.floor(Math.max(since, FIRST) / DAY_MS) * DAY_MS; at < end; ) {
    const day = new Date(at);
    const nextYear = Date.UTC(day.getUTCFullYear() + 1, 0, 1);
    const nextMonth = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1);
    if (day.getUTCMonth() === 0 && day.getUTCDate() === 1 && nextYear <= end) {
      words.push(yearWord(at));
      at = nextYear;
    } else if (day.getUTCDate() === 1 && nextMonth <= end) {
      words.push(monthWord(at));
      at = nextMonth;
    } else {
      words.push(dayWord(at));
      at += DAY_MS;
    }
  }
  return words;
}
