/** What counted in a score, in words that need no knowledge of how it is made. */
import { catalogue } from '../signals/catalogue.ts';
import type { Words } from '../words/words.ts';
import { safeLine } from './quarantine-text.ts';

/** A contribution as it is told and logged: log-odds, positive towards spam. */
export type Counted = readonly [name: string, value: unknown, contribution: number];

const SHOWN_MAX = 12;
/** What is smaller is told together: it moves a likelihood by a hundredth at most. */
const SHOWN_MIN = 0.05;
const START = 'starting-point';

/** How the value of a fact is to be read: a power of two (features/shape.ts, `bin`), a plain count, or tenths; the last is `or more`. */
type Scale = readonly [kind: 'power' | 'count', last: number] | readonly [kind: 'tenths'];
const SCALES: Readonly<Record<string, Scale>> = {
  'text-length': ['power', 14], 'capitals': ['tenths'], 'digits': ['tenths'], 'signs': ['tenths'], 'exclamations': ['power', 5], 'dollars': ['power', 4], 'mixed-words': ['power', 3], 'spaced-words': ['power', 3],
  'links': ['power', 7], 'text-per-link': ['power', 10], 'html-images': ['power', 6], 'html-inline-images': ['power', 3], 'html-links': ['power', 6], 'html-text-per-image': ['power', 10], 'html-text': ['power', 12],
  'html-linked-text': ['tenths'], 'html-longest-link': ['power', 8], 'files': ['power', 4],
  'author-words': ['count', 5], 'author-local-length': ['power', 6], 'author-domain-labels': ['count', 5], 'author-domain-length': ['power', 6],
  'hosts': ['power', 5], 'host-labels': ['count', 6], 'name-length': ['power', 6], 'name-hyphens': ['count', 3], 'path-depth': ['count', 5], 'path-length': ['power', 9],
};

/** What the signals mean, in English, for those that no catalogue has: as a part of a line, without what is said of the value. */
const meanings: ReadonlyMap<string, string> = new Map(catalogue.flatMap(({ describes }) => describes.map(({ name, meaning }) => (
  [name, meaning.replace(/; the value .*$/, '').replace(/\.$/, '').replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase())] as const))));

/** Where every message begins, what counted most, and all else as one; together they are the log-odds of the score. */
export function countedLines(counted: readonly Counted[], language: string, words: Words): readonly string[] {
  const start = counted.filter(([name]) => name === START);
  const largest = counted.filter(([name, , contribution]) => name !== START && Math.abs(contribution) >= SHOWN_MIN).slice(0, SHOWN_MAX);
  const shown = [...start, ...largest];
  const rest = sumOf(counted) - sumOf(shown);
  return [
    ...shown.map(([name, value, contribution]) => `${signed(contribution)}  ${safeLine(told(name, value, language, words))}`),
    ...(shown.length < counted.length ? [`${signed(rest)}  ${words(language, 'explain.everything-else')}`] : []),
  ];
}

const sumOf = (counted: readonly Counted[]): number => counted.reduce((sum, [, , contribution]) => sum + contribution, 0);

function signed(contribution: number): string {
  const rounded = contribution.toFixed(2);
  return rounded === '-0.00' ? '+0.00' : `${rounded.startsWith('-') ? '' : '+'}${rounded}`;
}

function told(name: string, value: unknown, language: string, words: Words): string {
  const text = String(value);
  const say = (key: string): string => words(language, `explain.${key}`, { value: text });
  switch (name) {
    case START: return say('start');
    case 'asks': case 'language-not-learnt': case 'learnt-here': case 'words-rest': case 'subject-rest': case 'links-rest': case 'form-rest': return say(name);
    case 'words': return say(/^[# ]+$/.test(text) ? 'numbers' : 'words');
    case 'subject': return subject(text, language, words);
    case 'form': case 'links': return fact(text.replace(/^link /, ''), language, words);
    default: return signal(name, value, language, words);
  }
}

/** `subject …iece`, `subject two words`, `subject word -end`: as features/builder.ts writes them. */
function subject(label: string, language: string, words: Words): string {
  const [, piece, own = label, end] = /^subject (…)?(.*?)( -end)?$/s.exec(label) ?? [];
  const key = piece !== undefined ? 'subject-piece' : end !== undefined ? 'subject-end' : 'subject';
  return words(language, `explain.${key}`, { value: own });
}

/** `capitals 3`; one that has no words of its own is told as it is. */
function fact(label: string, language: string, words: Words): string {
  const space = label.indexOf(' '), name = space < 0 ? label : label.slice(0, space), value = space < 0 ? '' : label.slice(space + 1);
  const key = space > 0 && (name === 'path' || name === 'host') ? `explain.link.${name}` : `explain.form.${name}`;
  const said = words(language, key, { value, amount: amount(name, value, language, words) });
  return said === key ? label : said;
}

function amount(name: string, value: string, language: string, words: Words): string {
  const scale = Object.hasOwn(SCALES, name) ? SCALES[name] : undefined, n = Number(value);
  if (scale === undefined || (value !== 'few' && !Number.isInteger(n))) return value;
  const [kind, last] = scale;
  const say = (key: string, low: number, high: number): string => words(language, `explain.${key}`, { low, high });
  if (kind === 'tenths') return value === 'few' || n === 0 ? say(value === 'few' ? 'share.few' : 'share.none', 0, 0) : say('share.range', 10 * n, n === 9 ? 100 : 10 * (n + 1));
  const low = kind === 'count' || n === 0 ? n : 2 ** (n - 1), high = kind === 'count' || n === 0 ? n : 2 ** n - 1;
  return say(n >= (last as number) ? 'amount.more' : low === high ? 'amount.exact' : 'amount.range', low, high);
}

function signal(name: string, value: unknown, language: string, words: Words): string {
  const key = `signals.${name}`, said = words(language, key);
  const sentence = said === key ? meanings.get(name) : said;
  if (sentence === undefined) return value === true ? name : `${name} = ${String(value)}`;
  return words(language, value === true ? 'explain.signal-alone' : 'explain.signal', { sentence, name, value: String(value) });
}
