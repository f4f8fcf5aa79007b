/** PURE. What a text offers: how many of the things that unsolicited mail is about. */
import type { Folded } from './fold.ts';
import { tokenAt, type Tokens } from './tokens.ts';
import { CHARACTERS, WORDS } from './offer-words.ts';
import { unitsOf } from './units.ts';

interface Term {
  readonly topic: number;
  readonly text: string;
}

const NAMES = Object.keys(WORDS);

interface Stem extends Term {
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
const characters: ReadonlyMap<number, readonly Term[]> = Map.groupBy(
  NAMES.flatMap((name, topic) => (CHARACTERS[name] ?? '').split(' ').filter(Boolean).map((text) => ({ topic, text }))),
  ({ text }) => text.charCodeAt(0),
);

const HAS_CHARACTERS = /[\u3040-\u30ff\u4e00-\u9fff]/;
const beginsCharacters = new Uint8Array(0x10000);
for (const unit of characters.keys()) beginsCharacters[unit] = 1;

/** By a hash of the first three letters, which all have: most words are told from them without making a string of the word. */
function beginning(a: number, b: number, c: number): number {
  return (Math.imul(a, 961) + Math.imul(b, 31) + c) & 0x3fff;
}

function byBeginning<T extends { readonly text: string }>(list: readonly T[]): readonly (readonly T[] | null)[] {
  const table: (T[] | null)[] = Array.from({ length: 0x4000 }, () => null);
  for (const each of list) {
    if (each.text.length < 3) throw new Error(`topic word too short: ${each.text}`);
    (table[beginning(each.text.charCodeAt(0), each.text.charCodeAt(1), each.text.charCodeAt(2))] ??= []).push(each);
  }
  return table;
}

/** How many topics of offers have a word or term in the text, or a word in the subject. */
export function offersIn(text: Folded, tokens: Tokens, subject: Tokens): number {
  const found = new Set<number>();
  const note = (topic: number): void => void found.add(topic);
  countStems(tokens, note);
  countStems(subject, note);
  for (const { topic } of termsIn(text)) note(topic);
  for (const { topic } of charactersIn(text)) note(topic);
  return found.size;
}

const APOSTROPHE = 0x27;

function countStems(tokens: Tokens, note: (topic: number) => void): void {
  const { text, count: length, starts, ends } = tokens;
  const units = unitsOf(text);
  for (let i = 0; i < length; i++) {
    const start = starts[i] as number;
    if ((ends[i] as number) - start < 3) continue;
    const a = units[start] as number, b = units[start + 1] as number, c = units[start + 2] as number;
    if (b !== APOSTROPHE && c !== APOSTROPHE && !anyBegins(units, start, stems[beginning(a, b, c)])) continue;
    const word = tokenAt(tokens, i);
    for (const { topic, text: stem, isWhole } of stems[beginning(word.charCodeAt(0), word.charCodeAt(1), word.charCodeAt(2))] ?? []) {
      if (isWhole ? word === stem : word.startsWith(stem)) note(topic);
    }
  }
}

/** Whether one of the stems stands at `start`, as far as the next apostrophe, which a word may have anywhere. */
function anyBegins(units: Uint16Array, start: number, maybe: readonly Stem[] | null | undefined): boolean {
  if (maybe === null || maybe === undefined) return false;
  for (const { text } of maybe) {
    let i = 0;
    while (i < text.length && units[start + i] === text.charCodeAt(i)) i++;
    if (i === text.length || units[start + i] === APOSTROPHE) return true;
  }
  return false;
}

/** Distinct terms of several words, which begin where a letter does not follow another, and do not overlap. */
function termsIn({ text, begins }: Folded): ReadonlySet<Term> {
  const units = unitsOf(text);
  const found = new Set<Term>();
  let free = 0;
  for (let i = 0; i < begins.length; i++) {
    const at = begins[i] as number;
    const maybe = terms[beginning(units[at] as number, units[at + 1] as number, units[at + 2] as number)];
    if (maybe === null || maybe === undefined || at < free) continue;
    const term = maybe.find((each) => text.startsWith(each.text, at));
    if (term === undefined) continue;
    found.add(term);
    free = at + term.text.length;
  }
  return found;
}

/** Terms of scripts without spaces, wherever they stand. */
function charactersIn({ text }: Folded): ReadonlySet<Term> {
  const found = new Set<Term>();
  if (!HAS_CHARACTERS.test(text)) return found;
  const units = unitsOf(text);
  for (let i = 0; i < text.length; i++) {
    const unit = units[i] as number;
    if (beginsCharacters[unit] === 1) for (const each of characters.get(unit) ?? []) if (text.startsWith(each.text, i)) found.add(each);
  }
  return found;
}
