/**
 * PURE. Text as a reader takes it in, whatever was done to it to get past filters: one case, one form of each letter,
 * no invisible characters, lookalikes brought back, spaced-out words joined.
 */
import { foldUnits, lookedAt, type Units } from './fold-units.ts';
import { isHigh, kindAt, kinds, LATIN, LEET, LETTER, LOOKALIKE, MARK, NUMBER, SEPARATOR, textOf } from './units.ts';

/** Letters of other alphabets that look like Latin ones (Unicode TR 39, the common part), after lower-casing. */
export const LATIN_FOR = byUnit({
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ҽ: 'e', ғ: 'f', ɡ: 'g', һ: 'h', н: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', о: 'o', п: 'n', р: 'p', ԛ: 'q',
  г: 'r', ѕ: 's', т: 't', у: 'y', ѵ: 'v', ԝ: 'w', х: 'x', ү: 'y', з: '3',
  α: 'a', β: 'b', ϲ: 'c', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', σ: 'o', τ: 't', υ: 'u', χ: 'x', γ: 'y', ω: 'w',
  օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g', զ: 'q', ⅼ: 'l',
});

/** Letters that the signs and digits inside a word stand for. */
const LETTER_FOR = byUnit({ 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' });

function byUnit(table: Readonly<Record<string, string>>): ReadonlyMap<number, number> {
  return new Map(Object.entries(table).map(([from, to]) => [from.charCodeAt(0), to.charCodeAt(0)]));
}

export interface Folded {
  readonly text: string;
  /** The same, unit by unit. Valid until the next text is folded. */
  readonly looked: Units;
  /** Words that mixed alphabets, were spaced out, or had digits for letters: how many of each. */
  readonly mixed: number;
  readonly spaced: number;
  readonly leet: number;
}

/** Never throws; linear in the text's length. */
export function fold(text: string): Folded {
  let looked = foldUnits(text);
  const mixed = looked.isMixed ? unmix(looked) : 0;
  if (mixed > 0) looked = lookedAt(looked.units, looked.length);
  const maybe = tricksIn(looked);
  const { length, spaced } = (maybe & SPACED) !== 0 ? joinSpaced(looked) : { length: looked.length, spaced: 0 };
  if (spaced > 0) looked = lookedAt(looked.units, length);
  const { runs, leet } = spaced > 0 || (maybe & LEET) !== 0 ? undoLeet(looked) : { runs: looked.runs, leet: 0 };
  if (leet > 0) looked = { ...looked, runs, bits: looked.bits | ASCII };
  return { text: textOf(looked.units, length), looked, mixed, spaced, leet };
}

const SPACED = 1;

/** @returns SPACED when anywhere four letters stand by themselves with a separator between each two, LEET when a sign for a letter stands in front of one */
function tricksIn({ units, begins, runs }: Units): number {
  let inRow = 0, last = 0, before = 0, spaced = 0;
  for (let i = 0; i < runs; i++) {
    const at = begins[i] as number, distance = at - last;
    const kind = at === 0 ? 0 : (kinds[units[at - 1] as number] as number);
    before |= kind;
    inRow = distance <= 3 && distance === (isHigh(units[last] as number) ? 3 : 2) && (kind & SEPARATOR) !== 0 ? inRow + 1 : 0;
    if (inRow >= 3) spaced = SPACED;
    last = at;
  }
  return spaced | (before & LEET);
}

const EITHER_ALPHABET = LATIN | LOOKALIKE;

/** Brings the letters of words of two alphabets to Latin ones. @returns how many words */
function unmix({ units, length }: Units): number {
  let words = 0;
  for (let i = 0; i < length; i++) {
    const start = i;
    let last = 0, isMixed = false;
    for (let kind = kindAt(units, i); (kind & (LETTER | MARK)) !== 0; kind = kindAt(units, ++i)) {
      isMixed ||= ((kind | last) & EITHER_ALPHABET) === EITHER_ALPHABET;
      last = kind;
    }
    if (!isMixed) continue;
    words++;
    for (let j = start; j < i; j++) units[j] = LATIN_FOR.get(units[j] as number) ?? (units[j] as number);
  }
  return words;
}

/** Four letters or more with one sign or space between them become a word. Moves what stands behind. */
function joinSpaced({ units, length }: Units): { readonly length: number; readonly spaced: number } {
  let written = 0, spaced = 0;
  for (let i = 0; i < length;) {
    const end = endOfSpaced(units, i);
    if (end > i) spaced++;
    else units[written++] = units[i++] as number;
    for (; i < end; i++) if ((kindAt(units, i) & LETTER) !== 0) units[written++] = units[i] as number;
  }
  units[written] = 0;
  return { length: written, spaced };
}

/** @returns where the spaced-out word that begins at `start` ends; `start` where none does */
function endOfSpaced(units: Uint16Array, start: number): number {
  if ((kindAt(units, start) & LETTER) === 0 || (start > 0 && (kindAt(units, start - 1) & (LETTER | NUMBER)) !== 0)) return start;
  const behind = (index: number): number => index + (isHigh(units[index] as number) ? 2 : 1);
  let end = behind(start), before = end, more = 0;
  while (more < 40 && (kindAt(units, end) & SEPARATOR) !== 0 && (kindAt(units, end + 1) & LETTER) !== 0) {
    before = end;
    end = behind(end + 1);
    more++;
  }
  // The last letter begins a word of its own.
  if ((kindAt(units, end) & (LETTER | NUMBER)) !== 0) {
    end = before;
    more--;
  }
  return more >= 3 ? end : start;
}

const LETTER_OR_SIGN = LETTER | LEET;
const ASCII = 0x7f;

/**
 * Letters for one or two signs or digits between letters. Only where letters follow a sign that follows a letter or a sign can
 * such a word be; and of letters and signs in a row, only the first can begin one.
 * @returns how many words, and how many places of `begins` are left: where words were joined, the places inside are gone
 */
function undoLeet({ units, begins, runs }: Units): { readonly runs: number; readonly leet: number } {
  let leet = 0, left = 0, rowEnd = 0, joinedEnd = 0;
  for (let i = 0; i < runs; i++) {
    const at = begins[i] as number;
    if (at < joinedEnd) continue;
    begins[left++] = at;
    if (at < 2 || ((kinds[units[at - 1] as number] as number) & LEET) === 0 || at < rowEnd || (kindAt(units, at - 2) & LETTER_OR_SIGN) === 0) continue;
    let start = at - 2;
    while (start > 0 && (kindAt(units, start - 1) & LETTER_OR_SIGN) !== 0) start--;
    rowEnd = at;
    while ((kindAt(units, rowEnd) & LETTER_OR_SIGN) !== 0) rowEnd++;
    const end = wordEnd(units, start);
    if (end < 0) continue;
    for (let j = start; j < end; j++) units[j] = LETTER_FOR.get(units[j] as number) ?? (units[j] as number);
    leet++;
    left--;
    joinedEnd = end;
  }
  return { runs: left, leet };
}

/** @returns where the word that has signs for letters and begins at `start` ends, or -1 when there is none */
function wordEnd(units: Uint16Array, start: number): number {
  if ((kindAt(units, start) & LETTER) === 0 || (start > 0 && (kindAt(units, start - 1) & NUMBER) !== 0)) return -1;
  let end = -1, tried = behindLetters(units, start);
  for (;;) {
    let signs = 0;
    while (signs < 3 && (kindAt(units, tried + signs) & LEET) !== 0) signs++;
    if (signs === 0 || signs > 2 || (kindAt(units, tried + signs) & LETTER) === 0) return end;
    tried = behindLetters(units, tried + signs);
    if ((kindAt(units, tried) & NUMBER) === 0 && units[tried] !== AT) end = tried;
  }
}

function behindLetters(units: Uint16Array, start: number): number {
  let i = start;
  while ((kindAt(units, i) & LETTER) !== 0) i++;
  return i;
}

const AT = 0x40;
