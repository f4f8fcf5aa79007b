/** PURE. One form of each character: unit by unit from a table where characters do not depend on each other, which is nearly always. */
import { withFewMarks } from '../../message/names.ts';
import { isHigh, isLow, isPictograph, kindAt, kinds, LATIN, LETTER, LOOKALIKE, unitsOf } from './units.ts';

// oxlint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e007f}]+/gu;
const LAST_TOUCHES: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', '’': "'" };

/** No invisible characters, no accents, compatibility forms undone, lower case: what the table is made from, and what is right for any text. */
export const normalised = (text: string): string =>
  withFewMarks(text.replace(INVISIBLE, '')).normalize('NFKD').replace(/[\u0300-\u036f]+/g, '').normalize('NFC').toLowerCase().replace(/[ıł’]/g, (letter) => LAST_TOUCHES[letter] ?? letter);

/** Marks and Hangul letters join what stands before them, and a capital sigma's small form depends on its place; so do halves of pairs. */
const DEPENDS = /[\p{M}\u1100-\u11ff]/u;
const ASK = -1;
/** What becomes of a unit where that is one unit, below its kind in the upper half; filled as units turn up. */
const single = new Int32Array(0x10000).fill(ASK);
/** What becomes of others; null: it depends on their neighbours. */
const others = new Map<number, string | null>();

function foldedAlone(unit: number): string | null {
  const known = others.get(unit);
  if (known !== undefined) return known;
  const character = String.fromCharCode(unit);
  const folded = normalised(character);
  const isFree = !DEPENDS.test(folded) && !character.normalize('NFKD').includes('Σ') && !isHigh(unit) && !isLow(unit);
  if (isFree && folded.length === 1) single[unit] = folded.charCodeAt(0) | (kindAt(Uint16Array.of(folded.charCodeAt(0)), 0) << 16);
  else others.set(unit, isFree ? folded : null);
  return isFree ? folded : null;
}

let out = new Uint16Array(0x10000);
let begins = new Int32Array(0x10000);

/** Characters, and where letters begin among them. Valid until the next text is folded or taken apart. */
export interface Units {
  /** Longer than the text; behind its end stands a zero. */
  readonly units: Uint16Array;
  readonly length: number;
  /** Places of letters that do not follow a letter: so many, in order. */
  readonly begins: Int32Array;
  readonly runs: number;
  /** Whether a Latin letter stands beside one of an alphabet that looks like it. */
  readonly isMixed: boolean;
  /** All units put together by `or`: no unit is larger than this. */
  readonly bits: number;
}

/** How far the text is folded. In the upper half of `bits`, all kinds are put together. */
const done = { length: 0, runs: 0, last: 0, bits: 0 };

/** Never throws; linear in the text's length. The same as `normalised`. */
export function foldUnits(text: string): Units {
  const from = unitsOf(text), end = text.length;
  room(2 * end + 2);
  done.length = done.runs = done.last = done.bits = 0;
  for (let i = foldKnown(from, 0, end); i < end; i = foldKnown(from, i, end)) {
    const unit = from[i] as number, next = from[i + 1] as number;
    if (isHigh(unit) && isLow(next) && isPictograph(unit, next)) {
      out[done.length++] = unit;
      out[done.length++] = next;
      done.last = 0;
      done.bits |= unit | next;
      i += 2;
      continue;
    }
    const several = foldedAlone(unit);
    if (several === null || done.length + several.length + (end - i) >= out.length) return whole(text);
    for (let j = 0; j < several.length; j++) append(several.charCodeAt(j));
    i++;
  }
  out[done.length] = 0;
  return { units: out, length: done.length, begins, runs: done.runs, isMixed: hasBoth(done.bits >>> 16) && areBeside(out, done.length), bits: done.bits & 0xffff };
}

/**
 * Folds until a unit comes that the table does not say. Nothing else is done here, and there is no branch for each word: where
 * words end is what a processor guesses worst.
 * @returns the place of that unit, or the end
 */
function foldKnown(from: Uint16Array, start: number, end: number): number {
  const into = out, places = begins;
  let { length, runs, last, bits } = done, i = start;
  for (; i < end; i++) {
    const folded = single[from[i] as number] as number;
    if (folded === ASK) break;
    const kind = folded >>> 16;
    into[length] = folded;
    bits |= folded;
    places[runs] = length++;
    runs += kind & ~last & LETTER;
    last = kind;
  }
  done.length = length;
  done.runs = runs;
  done.last = last;
  done.bits = bits;
  return i;
}

function append(unit: number): void {
  out[done.length] = unit;
  const kind = kindAt(out, done.length);
  done.bits |= unit | (kind << 16);
  begins[done.runs] = done.length++;
  done.runs += kind & ~done.last & LETTER;
  done.last = kind;
}

function room(size: number): void {
  if (out.length >= size) return;
  out = new Uint16Array(size);
  begins = new Int32Array(size);
}

function whole(text: string): Units {
  const folded = normalised(text);
  const from = unitsOf(folded);
  room(folded.length + 1);
  out.set(from.subarray(0, folded.length + 1));
  return lookedAt(out, folded.length);
}

/** @param units with a zero behind their end */
export function lookedAt(units: Uint16Array, length: number): Units {
  room(length + 1);
  let runs = 0, last = 0, all = 0, bits = 0;
  for (let i = 0; i < length; i++) {
    const kind = kindAt(units, i);
    bits |= units[i] as number;
    all |= kind;
    begins[runs] = i;
    runs += kind & ~last & LETTER;
    last = kind;
  }
  return { units, length, begins, runs, isMixed: hasBoth(all) && areBeside(units, length), bits };
}

const hasBoth = (all: number): boolean => (all & LATIN) !== 0 && (all & LOOKALIKE) !== 0;

/** Whether a Latin letter stands beside one that looks like it: LOOKALIKE is the bit above LATIN. */
function areBeside(units: Uint16Array, length: number): boolean {
  let last = 0, beside = 0;
  for (let i = 0; i < length; i++) {
    const kind = kinds[units[i] as number] as number, either = kind | last;
    beside |= either & (either >>> 1);
    last = kind;
  }
  return (beside & LATIN) !== 0;
}
