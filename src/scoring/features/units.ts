/** PURE. What kind of character each UTF-16 unit of a text is, looked up instead of matched. */
import { isLittleEndian } from '../../message/utf16.ts';

export { unitsOf } from '../../message/utf16.ts';

/** Texts are made from the same array again and again: its bytes are looked at through one view. */
let viewed: Uint16Array = new Uint16Array(0);
let view: Buffer = Buffer.alloc(0);

export function textOf(from: Uint16Array, length: number): string {
  if (viewed !== from) {
    viewed = from;
    view = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  }
  return isLittleEndian ? view.toString('utf16le', 0, 2 * length) : Buffer.from(view.subarray(0, 2 * length)).swap16().toString('utf16le');
}

/** Kinds of characters; one character may be of several. */
export const LETTER = 1;
export const MARK = 2;
export const NUMBER = 4;
/** Scripts that are written without spaces: Han, kana, Thai, Lao, Khmer, Burmese. */
export const UNSPACED = 8;
/** Letters and marks of scripts with spaces; and with digits, which may follow. */
export const BEGINS_WORD = 16;
export const INSIDE_WORD = 32;
export const CURRENCY = 64;
/** a to z. */
export const LATIN = 128;
/** Of alphabets in which many letters look like Latin ones: Greek, Cyrillic, Armenian, Cherokee. */
export const LOOKALIKE = 256;
/** Signs and digits that are written for letters. */
export const LEET = 512;
/** What spaced-out letters have between them. */
export const SEPARATOR = 1024;
/** ASCII letters, digits and the underscore. */
export const ASCII_WORD = 2048;
/** What ends an address of the web. */
export const URL_END = 4096;
export const WHITE = 8192;
/** What is written several times over. */
export const EMPHASIS = 16_384;
/** Not one of the kinds: nobody has looked yet. */
export const UNSEEN = 0x8000;

const CLASSES: readonly (readonly [kind: number, characters: RegExp])[] = [
  [LETTER, /\p{L}/u],
  [MARK, /\p{M}/u],
  [NUMBER, /\p{N}/u],
  [UNSPACED, /[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/],
  [CURRENCY, /[$€£¥₽₺]/],
  [LATIN, /[a-z]/],
  [LOOKALIKE, /[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff]/],
  [LEET, /[013457@$!]/],
  [SEPARATOR, /[ ._*|~-]/],
  [ASCII_WORD, /\w/],
  [URL_END, /[\s<>"]/],
  [WHITE, /\s/],
  [EMPHASIS, /[!?]/],
];

function kindOf(character: string): number {
  let kind = 0;
  for (const [each, characters] of CLASSES) if (characters.test(character)) kind |= each;
  if ((kind & UNSPACED) !== 0) return kind;
  if ((kind & (LETTER | MARK)) !== 0) kind |= BEGINS_WORD;
  return (kind & (LETTER | MARK | NUMBER)) !== 0 ? kind | INSIDE_WORD : kind;
}

/**
 * By unit, filled as units turn up; none of the kinds above until then. Halves of surrogate pairs stay unseen: what they are
 * depends on the other half. A loop that only reads it, and asks `kindAt` where it ends, takes half as long.
 */
export const kinds = new Uint16Array(0x10000).fill(UNSEEN);

/** The kind of the character that the unit at `index` is, or is half of. */
export function kindAt(from: Uint16Array, index: number): number {
  const kind = kinds[from[index] as number] as number;
  return kind === UNSEEN ? unseenKind(from, index) : kind;
}

export const isHigh = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
export const isLow = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;

function unseenKind(from: Uint16Array, index: number): number {
  const unit = from[index] as number, next = from[index + 1] ?? 0, last = index === 0 ? 0 : (from[index - 1] as number);
  if (isHigh(unit) && isLow(next)) return pairKind(unit, next);
  if (isLow(unit) && isHigh(last)) return pairKind(last, unit);
  const kind = kindOf(String.fromCharCode(unit));
  if (!isHigh(unit) && !isLow(unit)) kinds[unit] = kind;
  return kind;
}

/** More than one text has. */
const PAIRS_MAX = 20_000;
const pairs = new Map<number, number>();

function pairKind(high: number, low: number): number {
  if (isPictograph(high, low)) return 0;
  const pair = (high << 16) | low;
  let kind = pairs.get(pair);
  if (kind === undefined) {
    if (pairs.size >= PAIRS_MAX) pairs.clear();
    kind = kindOf(String.fromCharCode(high, low));
    pairs.set(pair, kind);
  }
  return kind;
}

/** Most characters beyond the first 65,536 that mail has: no letters, and no other form of anything (U+1F000 to U+1FAFF but the enclosed letters). */
export const isPictograph = (high: number, low: number): boolean => high === 0xd83d || (high === 0xd83c && (low < 0xdd00 || low > 0xdeff)) || (high === 0xd83e && low < 0xdf00);
