/** PURE. What a text is about: distinct words of each topic. */
import type { FeatureBuilder } from './builder.ts';
import { bin } from './shape.ts';
import { tokenAt, type Tokens } from './tokens.ts';
import { CHARACTERS, WORDS } from './topic-words.ts';
import { kindAt, LETTER, UNSPACED, unitsOf } from './units.ts';

const NAMES = Object.keys(WORDS);

interface Stem {
  readonly topic: number;
  readonly text: string;
  readonly isWhole: boolean;
}

/** Several words in the table are one term, for which the text is searched; of a single word, the end says what it must match. */
const entries = NAMES.flatMap((name, topic) => (WORDS[name] as string).split(' ').map((entry) => ({ topic, text: entry.replace(/-$/, '').replaceAll('-', ' '), isOpen: entry.endsWith('-') })));
const isTerm = ({ text }: { readonly text: string }): boolean => text.includes(' ');
const stems = byBeginning(entries.filter((each) => !isTerm(each)).map(({ topic, text, isOpen }): Stem => ({ topic, text, isWhole: text.length <= 5 && !isOpen })));
/** One topic for each term: the last that names it. Of terms that begin alike, the first is taken. */
const termTopics: ReadonlyMap<string, number> = new Map(entries.filter(isTerm).map(({ topic, text }) => [text, topic]));
const terms = byBeginning(Array.from(termTopics, ([text, topic]) => ({ text, topic })));
/** For scripts without spaces: anywhere in the text. */
const characters: ReadonlyMap<number, readonly { readonly topic: number; readonly text: string }[]> = Map.groupBy(
  NAMES.flatMap((name, topic) => (CHARACTERS[name] ?? '').split(' ').filter(Boolean).map((text) => ({ topic, text }))),
  ({ text }) => text.charCodeAt(0),
);

/** By a hash of the first three letters, which all have: most words are told from them without making a string of the word. */
function beginning(a: number, b: number, c: number): number {
  return (Math.imul(a, 961) + Math.imul(b, 31) + c) & 0x3fff;
}

function byBeginning<T extends { readonly text: string }>(list: readonly T[]): readonly (readonly T[] | null)[] {
  const table: (T[] | null)[] = Array.from({ length: 0x4000 }, () => null);
  for (const each of list) (table[beginning(each.text.charCodeAt(0), each.text.charCodeAt(1), each.text.charCodeAt(2))] ??= []).push(each);
  return table;
}

/** Distinct words of each topic, from tokens and from the text where its script has no spaces. */
export function topicFeatures(add: FeatureBuilder, text: Tokens, subject: Tokens): void {
  const counts = new Uint8Array(NAMES.length);
  const count = (topic: number): void => {
    if ((counts[topic] as number) < 100) counts[topic] = (counts[topic] as number) + 1;
  };
  const words = new Set<string>();
  countStems(text, words, count);
  countStems(subject, words, count);
  for (const { topic } of termsIn(text.text)) count(topic);
  for (const [topic, name] of NAMES.entries()) {
    const found = counts[topic] as number;
    if (found === 0) continue;
    add.add(name);
    for (let level = 2; level <= bin(found, 4); level++) add.add(name, level);
  }
}

const APOSTROPHE = 0x27;

/** @param words that were counted: each counts once */
function countStems(tokens: Tokens, words: Set<string>, count: (topic: number) => void): void {
  const { text, count: length, starts, ends } = tokens;
  const units = unitsOf(text);
  for (let i = 0; i < length; i++) {
    const start = starts[i] as number;
    if ((ends[i] as number) - start < 3) continue;
    const a = units[start] as number, b = units[start + 1] as number, c = units[start + 2] as number;
    const hasApostrophe = b === APOSTROPHE || c === APOSTROPHE;
    if (!hasApostrophe && stems[beginning(a, b, c)] === null) continue;
    const word = tokenAt(tokens, i);
    if (words.has(word)) continue;
    for (const { topic, text: stem, isWhole } of stems[beginning(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2))] ?? []) {
      if (isWhole ? word !== stem : !word.startsWith(stem)) continue;
      words.add(word);
      count(topic);
    }
  }
}

type Term = { readonly topic: number; readonly text: string };

/** Distinct terms: those of several words begin where a letter does not follow another, and do not overlap. */
function termsIn(text: string): ReadonlySet<Term> {
  const units = unitsOf(text);
  const found = new Set<Term>();
  for (let i = 0, last = 0; i < text.length; i++) {
    const kind = kindAt(units, i);
    if ((kind & ~last & LETTER) !== 0) {
      const term = terms[beginning(units[i] as number, units[i + 1] as number, units[i + 2] as number)]?.find(({ text: term }) => text.startsWith(term, i));
      if (term !== undefined) {
        found.add(term);
        i += term.text.length - 1;
      }
    }
    if ((kind & UNSPACED) !== 0) for (const each of characters.get(units[i] as number) ?? []) if (text.startsWith(each.text, i)) found.add(each);
    last = kind;
  }
  return found;
}
