/** PURE. Folded text to tokens: words where scripts have spaces, pairs of characters where they have none. */
import { blankAddresses, blankLinks } from './blank.ts';
import { hashStart, hashText, hashUnit } from './hash.ts';
import { keep } from './keep.ts';
import { BEGINS_WORD, CURRENCY, EMPHASIS, INSIDE_WORD, kindAt, kinds, NUMBER, UNSEEN, UNSPACED, unitsOf } from './units.ts';

const WORD_CHARS_MAX = 24;
const APOSTROPHE = 0x27, PERCENT = 0x25, DOT = 0x2e, COMMA = 0x2c, SLASH = 0x2f, COLON = 0x3a;

/** Numbers by their shape: which one it is says nothing. Digits alone come first, by how many they are. */
const SHAPES = ['#', '##', '###', '####', '#####', '######', '#.#', '#,###,###', '#:#', '#%'];
const DIGITS_MAX = 6, BROKEN = 6, LONG_BROKEN = 7, PARTED = 8, SHARE = 9;
const BROKEN_CHARS_MAX = 6;

/** Where a token stands in the text, in one number: where it begins, and in the last bits its length, or its shape behind the longest word's. */
const CODE_BITS = 6, CODE = (1 << CODE_BITS) - 1;
const SHAPE_CODE = WORD_CHARS_MAX + 1;

/** Tokens as places in a text: what they are is only asked for few of them. */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly places: Int32Array;
  /** Of `tokenAt`, from the seed; longer than there are tokens. Valid until other tokens are looked for. */
  readonly hashes: Int32Array;
  /** The text's units, in which addresses are blank. Valid as long as those that were given. */
  readonly units: Uint16Array;
}

export function tokenAt({ text, places }: Tokens, index: number): string {
  const place = places[index] as number, code = place & CODE, start = place >>> CODE_BITS;
  if (code >= SHAPE_CODE) return SHAPES[code - SHAPE_CODE] as string;
  const token = text.slice(start, start + code);
  // `don't` and `dont`, `it's` and `its`: apostrophes are typed as one likes.
  return token.includes("'") ? token.replaceAll("'", '') : token;
}

/** Where a token begins, from its place. */
export const startOf = (place: number): number => place >>> CODE_BITS;

let places = new Int32Array(4096);
let hashes = new Int32Array(4096);
let count = 0;

const ANY = BEGINS_WORD | UNSPACED | NUMBER | CURRENCY | EMPHASIS | UNSEEN;

/**
 * Nearly all of a text is words with a space behind them: they are read here, by variables that stay in the processor; all else
 * is read by others, which share `count`.
 * @param text folded  @param max of tokens  @param seed of their hashes
 * @param units of the text, with a zero behind them: addresses in it become spaces
 * @returns tokens in order; addresses left out
 */
export function tokensOf(text: string, max: number, seed: number, units: Uint16Array = unitsOf(text)): Tokens {
  if (text.includes('@')) blankAddresses(text, units);
  if (text.includes('://') || text.includes('www.')) blankLinks(text, units);
  if (max > places.length) [places, hashes] = [new Int32Array(max), new Int32Array(max)];
  const { length } = text, begun = hashStart(seed), foundPlaces = places, foundHashes = hashes;
  let found = 0;
  for (let i = 0; i < length && found < max;) {
    const start = i;
    let unit = units[i] as number, kind = kinds[unit] as number, hash = begun;
    if ((kind & BEGINS_WORD) === 0) {
      i++;
      if ((kind & ANY) === 0) continue;
      count = found;
      i = takeOther(units, start, max, seed);
      found = count;
      continue;
    }
    do {
      hash = hashUnit(hash, unit);
      unit = units[++i] as number;
      kind = kinds[unit] as number;
    } while ((kind & INSIDE_WORD) !== 0);
    if (unit === APOSTROPHE || kind === UNSEEN) {
      count = found;
      i = takeWord(units, start, seed);
      found = count;
    } else if (i - start <= WORD_CHARS_MAX) {
      foundPlaces[found] = (start << CODE_BITS) | (i - start);
      foundHashes[found++] = hash;
    }
  }
  return { text, count: found, places: keep(foundPlaces, found), hashes: foundHashes, units };
}

/** A word that may have apostrophes, or characters that nobody has looked at yet. */
function takeWord(units: Uint16Array, start: number, seed: number): number {
  let i = start, hash = hashStart(seed);
  do {
    const unit = units[i] as number;
    if (unit !== APOSTROPHE) hash = hashUnit(hash, unit);
    i++;
  } while (units[i] === APOSTROPHE || (kindAt(units, i) & INSIDE_WORD) !== 0);
  if (i - start <= WORD_CHARS_MAX) add(start, i - start, hash);
  return i;
}

function takeOther(units: Uint16Array, start: number, max: number, seed: number): number {
  const kind = kindAt(units, start);
  if ((kind & BEGINS_WORD) !== 0) return takeWord(units, start, seed);
  if ((kind & NUMBER) !== 0) return takeNumber(units, start, seed);
  return (kind & UNSPACED) !== 0 ? takePairs(units, start, max, seed) : takeSign(units, start, kind, seed);
}

function add(start: number, code: number, hash: number): void {
  places[count] = (start << CODE_BITS) | code;
  hashes[count++] = hash;
}

/** Digits with single signs between them; in scripts without spaces, all up to the next space, which has no pairs then. */
function takeNumber(units: Uint16Array, start: number, seed: number): number {
  let i = start, shape = -1;
  if ((kindAt(units, start) & UNSPACED) !== 0) {
    while ((kindAt(units, i) & UNSPACED) !== 0) i++;
  } else {
    for (; (kindAt(units, i) & NUMBER) !== 0 || (between(units[i] as number) >= 0 && (kindAt(units, i + 1) & NUMBER) !== 0); i++) shape = Math.max(shape, between(units[i] as number));
    if (units[i] === PERCENT) {
      shape = SHARE;
      i++;
    }
  }
  const length = i - start;
  if (shape < 0) shape = Math.min(length, DIGITS_MAX) - 1;
  else if (shape === BROKEN && length > BROKEN_CHARS_MAX) shape = LONG_BROKEN;
  add(start, SHAPE_CODE + shape, hashText(SHAPES[shape] as string, seed));
  return i;
}

/** What a sign between digits makes of a number; -1: it is no such sign. */
const between = (unit: number): number => (unit === DOT || unit === COMMA ? BROKEN : unit === SLASH || unit === COLON ? PARTED : -1);

function takePairs(units: Uint16Array, start: number, max: number, seed: number): number {
  const begun = hashStart(seed);
  let i = start + 1;
  for (; (kindAt(units, i) & UNSPACED) !== 0; i++) if (count < max) add(i - 1, 2, hashUnit(hashUnit(begun, units[i - 1] as number), units[i] as number));
  if (i === start + 1) add(start, 1, hashUnit(begun, units[start] as number));
  return i;
}

/** Currencies, and `!!` or `??` or more of them; anything else is passed over. */
function takeSign(units: Uint16Array, start: number, kind: number, seed: number): number {
  const unit = units[start] as number;
  let i = start + 1, hash = hashUnit(hashStart(seed), unit);
  if ((kind & CURRENCY) !== 0) add(start, 1, hash);
  if ((kind & EMPHASIS) === 0) return i;
  for (; units[i] === unit; i++) hash = hashUnit(hash, unit);
  if (i - start > 1 && i - start <= WORD_CHARS_MAX) add(start, i - start, hash);
  return i;
}
