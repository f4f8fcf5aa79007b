/** PURE. Durations, bounds, names, languages, file paths: what people write for them, and what they mean. */
import { BOUNDS, BUILT_IN } from './defaults.ts';
import { INTENTS, type Intent } from './model.ts';
import { readChoice, readLines, readText } from './fields.ts';
import { CHOICES, LANGUAGES, valueMeantBy } from './keywords.ts';
import type { Report } from './report.ts';
import { plainWord, suggest } from './suggest.ts';
import type { Tree } from './tree.ts';
import type { Action } from './verdict.ts';

const KEEP_MAX_DAYS = 3650;
const UNITS: readonly (readonly [days: number, unit: string, english: RegExp, foreign: RegExp])[] = [
  [1, 'days', /^(d|days?)$/, /^(gün|gun|günlük|tage?n?|день|дня|дней)$/],
  [7, 'weeks', /^(w|weeks?)$/, /^(hafta|haftalık|wochen?|недел[яиюь])$/],
  [30, 'months', /^(months?)$/, /^(ay|aylık|monate?n?|месяц(а|ев)?)$/],
  [365, 'years', /^(y|years?)$/, /^(yıl|yil|sene|jahre?n?|год(а)?|лет)$/],
];
const NUMBER_WORDS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, ten: 10, fourteen: 14, thirty: 30, sixty: 60, ninety: 90 };

/** `30 days`, `4 weeks`, `3 months` (30 days each), `1 year` (365) → days. */
export function readDays(tree: Tree, line: string, report: Report): number | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const found = /^(\d{1,6}|\p{L}+)[\s-]*(\p{L}*)\.?$/u.exec(text.toLowerCase());
  const count = found === null ? NaN : (NUMBER_WORDS[found[1] ?? ''] ?? Number(found[1]));
  const word = found?.[2] ?? '';
  if (Number.isInteger(count)) {
    if (word === '') return void report.error('not-a-duration', tree, { text, suggestion: `${count} days` }, 'write');
    for (const [days, unit, english, foreign] of UNITS) {
      if (foreign.test(word)) return void report.error('not-a-duration', tree, { text, suggestion: amount(count, unit) }, 'write');
      if (!english.test(word) && suggest(word, [unit]) === null) continue;
      if (!english.test(word)) return void report.error('not-a-duration', tree, { text, suggestion: amount(count, unit) }, 'write');
      if (count < 1 || count * days > KEEP_MAX_DAYS) return void report.error('duration-range', tree, { text, limit: KEEP_MAX_DAYS });
      return count * days;
    }
  }
  const tidy = /^(\d{1,6}) ?(days?|weeks?|months?|years?)(?=\W|$)/i.exec(text);
  if (tidy !== null) return void report.error('not-a-duration', tree, { text, suggestion: `${tidy[1]} ${tidy[2]?.toLowerCase()}` }, 'write');
  const always = /^(for ?ever|always|unlimited|sonsuz|süresiz|für immer|unbegrenzt|всегда|бессрочно)/i.test(text);
  return void report.error('not-a-duration', tree, { text, suggestion: always ? '10 years' : '30 days' }, 'write-like');
}

function amount(count: number, unit: string): string {
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

/** The name of an intent, or `wanted-mail-stopped: at most 1 in 5000`. */
export function readIntent(tree: Tree, line: string, report: Report): Intent | undefined {
  if (tree.kind === 'map') {
    const lines = readLines(tree, 'intent', line, report);
    const bound = lines?.get('wanted-mail-stopped');
    if (lines !== undefined && bound === undefined && tree.entries.length === 0) report.error('empty-value', tree, { key: line }, 'empty-value');
    const share = bound === undefined ? undefined : readBound(bound.value, 'wanted-mail-stopped', report);
    return share === undefined ? undefined : Object.freeze({ name: 'own-bound', bound: share });
  }
  if (tree.kind === 'text' && /^\s*(wanted-mail-stopped:?\s+)?(at most\s+)?1\s*(in|:|\/)\s*\d/i.test(tree.text)) {
    return void report.error('not-an-intent', tree, { text: tree.text }, 'bound-on-its-own-line');
  }
  const name = readChoice(tree, line, INTENTS, report, 'not-an-intent');
  return name === undefined ? undefined : Object.freeze({ name, bound: BOUNDS[name] });
}

/** `at most 1 in 5000`; 5,000 and 5.000 and 5 000 are understood too. */
function readBound(tree: Tree, line: string, report: Report): number | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const found = /^(?:at most\s+)?(?:1|one)\s+in\s+(\d+|\d{1,3}(?:[.,'\u2019\s]\d{3})+)$/iu.exec(text);
  if (found !== null) {
    const among = Number((found[1] ?? '').replace(/\D/g, ''));
    if (among < 2 || among > 1_000_000) return void report.error('bound-range', tree, { text }, null);
    return 1 / among;
  }
  const more = /^(?:at most\s+)?(\d{1,6})\s+in\s+([\d.,\s]+)$/i.exec(text);
  const among = Math.round(Number((more?.[2] ?? '').replace(/\D/g, '')) / Number(more?.[1]));
  if (among >= 2) return void report.error('not-a-bound', tree, { text, suggestion: `at most 1 in ${among}` }, 'write');
  const percent = /^(?:at most\s+)?(\d+(?:[.,]\d+)?)\s*(%|percent)$/i.exec(text);
  const share = percent === null ? 0 : Number((percent[1] ?? '').replace(',', '.')) / 100;
  if (share > 0 && share <= 0.5) return void report.error('not-a-bound', tree, { text, suggestion: `at most 1 in ${Math.round(1 / share)}` }, 'write');
  const digits = /\d[\d.,\s]*\d/.exec(text)?.[0].replace(/\D/g, '');
  return void report.error('not-a-bound', tree, { text, suggestion: `at most 1 in ${digits !== undefined && Number(digits) >= 2 ? digits : '5000'}` }, 'write-like');
}

/** An action that may stand in this line; an action that may not is told apart from a word that is none. */
export function readAction(tree: Tree, line: string, report: Report): Action | undefined {
  const allowed: readonly Action[] = CHOICES[line as 'spam'];
  if (tree.kind === 'text') {
    const word = plainWord(tree.text);
    if (!allowed.includes(word as Action) && CHOICES.spam.includes(word as Action)) {
      return void report.error('action-not-here', tree, { text: word, key: line, options: allowed.join(', ') }, 'one-of');
    }
  }
  return readChoice(tree, line, allowed, report, 'not-an-action');
}

/** Short name that headers, folders and the log show. */
export function readName(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  if (text === BUILT_IN) return void report.error('reserved-name', tree, { text });
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(text)) return text;
  const simple = text.toLowerCase().replace(/ı/g, 'i').replace(/ß/g, 'ss').normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 63);
  if (simple.length < 2) return void report.error('not-a-name', tree, { text, suggestion: 'sales' }, 'write-like');
  return void report.error('not-a-name', tree, { text, suggestion: simple }, 'write');
}

/** ISO 639-1, e.g. `tr`. Warns where Usher itself has no words in that language. */
export function readLanguage(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const code = text.toLowerCase();
  if (!isLanguage(code)) {
    const meant = valueMeantBy(plainWord(text), LANGUAGES) ?? (isLanguage(code.slice(0, 2)) && /^[a-z]{2}[-_]/.test(code) ? code.slice(0, 2) : null);
    if (meant !== null) {
      // Refused all the same, but its other mistakes are told in the language that is meant.
      report.error('not-a-language', tree, { text, suggestion: meant }, 'write');
      return meant;
    }
    return void report.error('not-a-language', tree, { text, suggestion: LANGUAGES.join(', ') }, 'write-like');
  }
  if (!(LANGUAGES as readonly string[]).includes(code)) report.warning('language-not-spoken', tree, { text: code, options: LANGUAGES.join(', ') });
  return code;
}

/** True for a language code of two letters that has a name (ISO 639-1). */
export function isLanguage(code: string): boolean {
  return /^[a-z]{2}$/.test(code) && new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code) !== undefined;
}

/** A file beside the policies: relative, forward slashes, inside the folder. */
export function readPath(tree: Tree, line: string, report: Report): string | undefined {
  const text = readText(tree, line, report);
  if (text === undefined) return undefined;
  const path = text.replace(/\\/g, '/').replace(/^(\.\/)+/, '');
  const parts = path.split('/');
  if (/^([a-z]:|\/|~|[a-z]+:\/\/)/i.test(path) || parts.includes('..') || parts.includes('') || path === '.') {
    return void report.error('path-outside', tree, { text }, 'path-inside');
  }
  return parts.filter((part) => part !== '.').join('/');
}
