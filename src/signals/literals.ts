/** PURE. Which of many fixed words and phrases stand in a text: told in one pass, whatever their number. */

/** White space as single blanks. */
export const withFoldedBlanks = (text: string): string => text.replace(/\s{2,}|[^\S ]/g, ' ');

interface Entry {
  readonly word: string;
  /** Code unit, told at a glance; -1 where there is none, or where a blank may be several. */
  readonly fourth: number;
  readonly number: number;
}

/** Hash of the last three code units: what is further back is shifted out. */
const HASH_MASK = 0x7fff;
const hashed = (hash: number, unit: number): number => ((hash << 5) ^ unit) & HASH_MASK;
/** Scripts that write words with one or two letters. */
const WIDE = 0x2e80;
const BLANK = 32, NO_BREAK_SPACE = 0xa0;
const NONE: readonly number[] = Object.freeze<number[]>([]);

/** Looks for all words of a list at once. */
export class LiteralIndex {
  /** A bit for each hash with which a word begins: in most places of most texts none does. */
  readonly #begins = new Int32Array((HASH_MASK + 1) / 32);
  readonly #byHash = new Map<number, Entry[]>();
  /** Words shorter than three code units, by the first. */
  readonly #short = new Map<number, Entry[]>();

  /** @param words small letters, at least three (two before the first blank), or two wide ones; several may have one number */
  constructor(words: Iterable<readonly [word: string, number: number]>) {
    for (const [word, number] of words) {
      const first = word.charCodeAt(0), isShort = word.length < 3;
      if ((isShort && !(first >= WIDE)) || word.slice(0, 2).includes(' ')) throw new Error(`Too short to be looked for: ${word}`);
      const hash = [0, 1, 2].reduce((sum, at) => hashed(sum, word.charCodeAt(at)), 0);
      const entries = isShort ? this.#short : this.#byHash, key = isShort ? first : hash;
      entries.set(key, [...(entries.get(key) ?? []), { word, fourth: word.length < 4 || word.slice(0, 4).includes(' ') ? -1 : word.charCodeAt(3), number }]);
      if (!isShort) this.#begins[hash >> 5] = (this.#begins[hash >> 5] as number) | (1 << (hash & 31));
    }
  }

  /**
   * The numbers of the words that stand in the text once its white space is folded, also within longer words; ascending, each once.
   * @param small in small letters
   */
  in(small: string): readonly number[] {
    const begins = this.#begins;
    let found: Set<number> | null = null;
    let hash = 0, wasBlank = false;
    for (let at = 0; at < small.length; at++) {
      let unit = small.charCodeAt(at);
      // Letters of ASCII, as most are, take the first way.
      if (unit > BLANK && unit < NO_BREAK_SPACE) wasBlank = false;
      else if (unit <= BLANK || isWideBlank(unit)) {
        if (wasBlank) continue;
        wasBlank = true;
        unit = BLANK;
      } else {
        wasBlank = false;
        if (unit >= WIDE && this.#short.size > 0) found = confirm(this.#short.get(unit), small, at, found);
      }
      hash = ((hash << 5) ^ unit) & HASH_MASK;
      if ((((begins[hash >> 5] as number) >>> (hash & 31)) & 1) !== 0) found = confirm(this.#byHash.get(hash), small, at - 2, found);
    }
    return found === null ? NONE : [...found].toSorted((a, b) => a - b);
  }
}

function confirm(entries: readonly Entry[] | undefined, small: string, at: number, found: Set<number> | null): Set<number> | null {
  if (entries === undefined) return found;
  let all = found;
  for (const { word, fourth, number } of entries) {
    if ((fourth < 0 || small.charCodeAt(at + 3) === fourth) && standsAt(word, small, at)) (all ??= new Set()).add(number);
  }
  return all;
}

/** Where the word has a blank, any white space will do. */
function standsAt(word: string, small: string, at: number): boolean {
  let pos = at;
  for (let nth = 0; nth < word.length; nth++) {
    if (word.charCodeAt(nth) !== BLANK) {
      if (small.charCodeAt(pos++) !== word.charCodeAt(nth)) return false;
    } else {
      if (!isBlank(small.charCodeAt(pos++))) return false;
      while (isBlank(small.charCodeAt(pos))) pos++;
    }
  }
  return true;
}

const isBlank = (unit: number): boolean => unit === BLANK || (unit >= 9 && unit <= 13) || isWideBlank(unit);
/** White space beyond ASCII (ECMA-262, WhiteSpace and LineTerminator). */
const isWideBlank = (unit: number): boolean => unit >= NO_BREAK_SPACE && (unit === NO_BREAK_SPACE || (unit >= 0x1680 && WIDE_BLANKS.has(unit)));
const WIDE_BLANKS = new Set([0x1680, ...Array.from({ length: 11 }, (_, nth) => 0x2000 + nth), 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff]);
