/** PURE. Folded text to tokens: words where scripts have spaces, pairs of characters where they have none. */
import { blankAddresses, blankLinks } from './blank.ts';
import { hashStart, hashText, hashUnit } from './hash.ts';
import { BEGINS_WORD, CURRENCY, INSIDE_WORD, kindAt, kinds, NUMBER, UNSPACED, unitsOf } from './units.ts';

const WORD_CHARS_MAX = 24;
const APOSTROPHE = 0x27, PERCENT = 0x25, EXCLAMATION = 0x21, QUESTION = 0x3f;
const DIGITS = ['#', '##', '###', '####', '#####', '######'];

/** Numbers by their shape: which one it is says nothing. */
function number(token: string): string {
  if (token.endsWith('%')) return '#%';
  if (token.includes(':') || token.includes('/')) return '#:#';
  if (token.includes('.') || token.includes(',')) return token.length > 6 ? '#,###,###' : '#.#';
  return DIGITS[Math.min(token.length, DIGITS.length) - 1] ?? '#';
}

/** `don't` and `dont`, `it's` and `its`: apostrophes are typed as one likes. */
const word = (token: string): string => (token.includes("'") ? token.replaceAll("'", '') : token);

/** Tokens as places in a text: what they are is only asked for few of them. */
export interface Tokens {
  readonly text: string;
  readonly count: number;
  readonly starts: Int32Array;
  /** Those of numbers inverted (`~end`). */
  readonly ends: Int32Array;
  /** Of `tokenAt`, from the seed. */
  readonly hashes: Int32Array;
}

export function tokenAt({ text, starts, ends }: Tokens, index: number): string {
  const start = starts[index] as number, end = ends[index] as number;
  return end < 0 ? number(text.slice(start, ~end)) : word(text.slice(start, end));
}

/** Filled for one text, and then copied. */
class Found {
  count = 0;
  #starts = new Int32Array(4096);
  #ends = new Int32Array(4096);
  #hashes = new Int32Array(4096);

  add(start: number, end: number, hash: number): void {
    if (this.count === this.#starts.length) [this.#starts, this.#ends, this.#hashes] = [doubled(this.#starts), doubled(this.#ends), doubled(this.#hashes)];
    this.#starts[this.count] = start;
    this.#ends[this.count] = end;
    this.#hashes[this.count++] = hash;
  }

  tokens(text: string): Tokens {
    const { count } = this;
    return { text, count, starts: this.#starts.slice(0, count), ends: this.#ends.slice(0, count), hashes: this.#hashes.slice(0, count) };
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

const found = new Found();

/**
 * @param text folded  @param max tokens at most  @param seed of the hashes
 * @returns words, number shapes, signs, and pairs of characters for scripts without spaces; addresses left out
 */
export function tokensOf(text: string, max: number, seed: number): Tokens {
  const units = unitsOf(text);
  if (text.includes('@')) blankAddresses(text, units);
  if (text.includes('://') || text.includes('www.')) blankLinks(text, units);
  found.count = 0;
  for (let i = 0; i < text.length && found.count < max;) {
    const kind = kindAt(units, i);
    if ((kind & BEGINS_WORD) !== 0) i = takeWord(units, i, seed);
    else if ((kind & (UNSPACED | NUMBER)) !== 0) i = (kind & UNSPACED) === 0 || (kind & NUMBER) !== 0 ? takeNumber(text, units, i, seed) : takePairs(units, i, max, seed);
    else i = takeSign(units, i, kind, seed);
  }
  return found.tokens(text);
}

function takeWord(units: Uint16Array, start: number, seed: number): number {
  let i = start, hash = hashStart(seed);
  do {
    do {
      const unit = units[i++] as number;
      if (unit !== APOSTROPHE) hash = hashUnit(hash, unit);
    } while (((kinds[units[i] as number] as number) & INSIDE_WORD) !== 0);
  } while ((kindAt(units, i) & INSIDE_WORD) !== 0);
  if (i - start <= WORD_CHARS_MAX) found.add(start, i, hash);
  return i;
}

/** Digits with single signs between them; in scripts without spaces, all up to the next space, which has no pairs then. */
function takeNumber(text: string, units: Uint16Array, start: number, seed: number): number {
  let i = start;
  if ((kindAt(units, start) & UNSPACED) !== 0) {
    while ((kindAt(units, i) & UNSPACED) !== 0) i++;
  } else {
    while ((kindAt(units, i) & NUMBER) !== 0 || (isBetween(units[i] as number) && (kindAt(units, i + 1) & NUMBER) !== 0)) i++;
    if (units[i] === PERCENT) i++;
  }
  found.add(start, ~i, hashText(number(text.slice(start, i)), seed));
  return i;
}

/** `.`, `,`, `/` and `:`. */
const isBetween = (unit: number): boolean => unit === 0x2e || unit === 0x2c || unit === 0x2f || unit === 0x3a;

function takePairs(units: Uint16Array, start: number, max: number, seed: number): number {
  const begun = hashStart(seed);
  let i = start + 1;
  for (; (kindAt(units, i) & UNSPACED) !== 0; i++) if (found.count < max) found.add(i - 1, i + 1, hashUnit(hashUnit(begun, units[i - 1] as number), units[i] as number));
  if (i === start + 1) found.add(start, i, hashUnit(begun, units[start] as number));
  return i;
}

/** Currencies, and `!!` or `??` or more of them; anything else is passed over. */
function takeSign(units: Uint16Array, start: number, kind: number, seed: number): number {
  const unit = units[start] as number;
  let i = start + 1, hash = hashUnit(hashStart(seed), unit);
  if ((kind & CURRENCY) !== 0) found.add(start, i, hash);
  if (unit !== EXCLAMATION && unit !== QUESTION) return i;
  for (; units[i] === unit; i++) hash = hashUnit(hash, unit);
  if (i - start > 1 && i - start <= WORD_CHARS_MAX) found.add(start, i, hash);
  return i;
}
