/** PURE. What a text offers: how many of the things that unsolicited mail is about. */
import { bitOf, byBeginning, hashOf, hashOfFour, hashOfThree } from './beginnings.ts';
import type { Folded } from './fold.ts';
import { CHARACTERS, WORDS } from './offer-words.ts';
import { startOf, tokenAt, type Tokens } from './tokens.ts';

interface Term {
  readonly topic: number;
  readonly text: string;
}

interface Stem extends Term {
  readonly isWhole: boolean;
}

const NAMES = Object.keys(WORDS);
if (NAMES.length > 32) throw new Error('more topics than an integer has bits');

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

/** Where the scripts without spaces begin that have such terms. */
const CHARACTERS_FROM = 0x3040;
const HAS_CHARACTERS = /[\u3040-\u30ff\u4e00-\u9fff]/;

/** Topics that have a term in the text, one bit each. Before another text is folded, and before addresses in this one are made blank. */
export function topicsInText(text: Folded): number {
  return termsIn(text) | (text.looked.bits < CHARACTERS_FROM ? 0 : charactersIn(text.text));
}

const APOSTROPHE = 0x27;

/** Topics that have a word among the tokens, one bit each. Before another text is folded. */
export function topicsInWords(tokens: Tokens): number {
  const { count, places, units } = tokens, { three, four } = stems;
  let topics = 0;
  for (let i = 0; i < count; i++) {
    // Of short words and numbers, this reads what stands behind: some are looked at closely, and are found to be none.
    const start = startOf(places[i] as number), b = units[start + 1] as number, c = units[start + 2] as number, d = units[start + 3] as number;
    const key = hashOfThree(units[start] as number, b, c);
    const isMaybe = (bitOf(three, key) | bitOf(four, hashOfFour(key, d))) !== 0;
    // A word may have apostrophes anywhere.
    if (isMaybe || b === APOSTROPHE || c === APOSTROPHE || d === APOSTROPHE) topics |= topicsOf(tokenAt(tokens, i));
  }
  return topics;
}

function topicsOf(word: string): number {
  if (word.length < 3) return 0;
  let topics = 0;
  for (const { topic, text, isWhole } of stems.lists.get(hashOf(word)) ?? []) {
    if (isWhole ? word === text : word.startsWith(text)) topics |= 1 << topic;
  }
  return topics;
}

/** Terms of several words, which begin where a letter does not follow another, and do not overlap. */
function termsIn({ text, looked: { units, begins, runs } }: Folded): number {
  const { lists, four } = terms;
  let free = 0, topics = 0;
  for (let i = 0; i < runs; i++) {
    const at = begins[i] as number;
    const key = hashOfThree(units[at] as number, units[at + 1] as number, units[at + 2] as number);
    if (bitOf(four, hashOfFour(key, units[at + 3] as number)) === 0 || at < free) continue;
    const term = lists.get(key)?.find((each) => text.startsWith(each.text, at));
    if (term === undefined) continue;
    topics |= 1 << term.topic;
    free = at + term.text.length;
  }
  return topics;
}

/** Terms of scripts without spaces, wherever they stand. */
function charactersIn(text: string): number {
  let topics = 0;
  if (!HAS_CHARACTERS.test(text)) return topics;
  for (let i = 0; i < text.length; i++) {
    for (const { topic, text: term } of characters.get(text.charCodeAt(i)) ?? []) if (text.startsWith(term, i)) topics |= 1 << topic;
  }
  return topics;
}

/** How many topics there are among the bits. */
export function countOf(topics: number): number {
  let count = 0;
  for (let left = topics; left !== 0; left &= left - 1) count++;
  return count;
}
