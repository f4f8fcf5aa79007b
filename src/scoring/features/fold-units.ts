/** PURE. One form of each character: unit by unit from a table where characters do not depend on each other, which is nearly always. */
import { isHigh, isLow, isPictograph, unitsOf } from './units.ts';

// oxlint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e007f}]+/gu;
const LAST_TOUCHES: Readonly<Record<string, string>> = { ı: 'i', ł: 'l', '’': "'" };

/** No invisible characters, no accents, compatibility forms undone, lower case: what the table is made from, and what is right for any text. */
export const normalised = (text: string): string =>
  text.replace(INVISIBLE, '').normalize('NFKD').replace(/[\u0300-\u036f]+/g, '').normalize('NFC').toLowerCase().replace(/[ıł’]/g, (letter) => LAST_TOUCHES[letter] ?? letter);

/** Marks and Hangul letters join what stands before them, and a capital sigma's small form depends on its place. */
const DEPENDS = /[\p{M}\u1100-\u11ff]/u;
const ASK = 0xffff;
/** What becomes of a unit where that is one unit, filled as units turn up. */
const single = new Uint16Array(0x10000).fill(ASK);
/** What becomes of others; null: it depends on their neighbours. */
const others = new Map<number, string | null>();

function foldedAlone(unit: number): string | null {
  const known = others.get(unit);
  if (known !== undefined) return known;
  const character = String.fromCharCode(unit);
  const folded = normalised(character);
  const isFree = !DEPENDS.test(folded) && !character.normalize('NFKD').includes('Σ');
  if (isFree && folded.length === 1 && !isHigh(unit) && unit !== ASK) single[unit] = folded.charCodeAt(0);
  else others.set(unit, isFree ? folded : null);
  return isFree ? folded : null;
}

let out = new Uint16Array(0x10000);

export interface Units {
  /** Longer than the text; behind its end stands a zero. Valid until the next text is folded or taken apart. */
  readonly units: Uint16Array;
  readonly length: number;
}

/** Never throws; linear in the text's length. The same as `normalised`. */
export function foldUnits(text: string): Units {
  const from = unitsOf(text), end = text.length;
  if (out.length < 2 * end + 2) out = new Uint16Array(2 * end + 2);
  let length = 0;
  for (let i = 0; i < end; i++) {
    const unit = from[i] as number, folded = single[unit] as number;
    if (folded !== ASK) {
      out[length++] = folded;
      continue;
    }
    const next = from[i + 1] as number;
    if (isHigh(unit) && isLow(next)) {
      if (!isPictograph(unit, next)) return whole(text);
      out[length++] = unit;
      continue;
    }
    const several = foldedAlone(unit);
    if (several === null || length + several.length + (end - i) >= out.length) return whole(text);
    for (let j = 0; j < several.length; j++) out[length++] = several.charCodeAt(j);
  }
  out[length] = 0;
  return { units: out, length };
}

function whole(text: string): Units {
  const folded = normalised(text);
  return { units: unitsOf(folded), length: folded.length };
}
