/** Letters that look like other letters, and characters that nobody sees. */

// Zero-width characters, directional marks and overrides, soft hyphen, word joiner, variation of Hangul fillers, tags.
// eslint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\u3164\uFEFF\uFFA0\u{E0000}-\u{E007F}]/u;
const JOINED_EMOJI = /\p{Extended_Pictographic}\uFE0F?\u200D/u;
const DIRECTION = /[\u202A-\u202E\u2066-\u2069]/;
const LATIN = /\p{Script=Latin}/u;
const LOOKALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u;
/** Mathematical and full-width letters: styled copies of Latin ones. */
const STYLED = /[\u{1D400}-\u{1D7FF}\uFF21-\uFF3A\uFF41-\uFF5A]/u;

/** Whether characters that nobody sees stand in the text; joined emoji are no such thing. */
export function hasInvisible(text: string): boolean {
  return INVISIBLE.test(text) && !JOINED_EMOJI.test(text);
}

/** Whether the direction of writing is overridden. */
export const hasDirectionOverride = (text: string): boolean => DIRECTION.test(text);

/** Whether one word mixes Latin letters with others that look like them, or is written in styled copies of letters. */
export function hasMixedWord(text: string): boolean {
  // What is written in Latin letters alone, nearly all mail, needs no look at its words.
  return /[\u0370-\uffff]/.test(text) && (oddities(text) & MIXED) !== 0;
}

/** Whether letters are written by others that look like them, or carry marks of their own (`a` and a dot below). */
export function isMasked(text: string): boolean {
  return /[\u0300-\uffff]/.test(text) && oddities(text) !== 0;
}

const MIXED = 1, MARKED = 2;
const WORD = 1, IS_LATIN = 2, IS_LOOKALIKE = 4, IS_MARK = 8, IS_STYLED = 16, KNOWN = 128;
/** What each code unit of the basic plane is; 0: not known yet. */
const classes = new Uint8Array(65_536);

function classify(character: string): number {
  let kind = KNOWN;
  if (/[\p{L}\p{M}]/u.test(character)) kind |= WORD;
  if (LATIN.test(character)) kind |= IS_LATIN;
  if (LOOKALIKE.test(character)) kind |= IS_LOOKALIKE;
  // In whatever case: a Greek iota is the capital of one of them.
  if (/\p{M}/iu.test(character)) kind |= IS_MARK;
  if (STYLED.test(character)) kind |= IS_STYLED;
  return kind;
}

const isHighHalf = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
/** Pictograms: neither letters nor marks are among them. */
const isPictogram = (point: number): boolean => point >= 0x1f000 && point <= 0x1fbff;

function classAt(text: string, at: number, unit: number): number {
  if (!isHighHalf(unit)) return (classes[unit] ||= classify(text.charAt(at)));
  const point = text.codePointAt(at) as number;
  return isPictogram(point) ? KNOWN : classify(String.fromCodePoint(point));
}

/** One look at each character: `MIXED` and `MARKED`, as far as they hold. */
function oddities(text: string): number {
  let found = 0, seen = 0, wordStart = 0, before = 0;
  for (let at = 0; at <= text.length; at++) {
    const unit = at < text.length ? text.charCodeAt(at) : BLANK;
    const kind = classes[unit] || classAt(text, at, unit);
    if ((kind & IS_STYLED) !== 0) found |= MIXED;
    if ((kind & IS_MARK) !== 0 && isPlainLetter(before)) found |= MARKED;
    if ((kind & WORD) !== 0) seen |= kind;
    else {
      if ((seen & IS_LATIN) !== 0 && (seen & IS_LOOKALIKE) !== 0 && at - wordStart > 2) found |= MIXED;
      seen = 0;
      wordStart = at + 1;
    }
    before = unit;
    if (isHighHalf(unit) && (text.codePointAt(at) as number) > 0xffff) {
      at++;
      if ((kind & WORD) === 0) wordStart = at + 1;
      before = 0;
    }
  }
  return found;
}
const BLANK = 32;

/** Of a to z, with the long s and the sign of the Kelvin, which are small letters of theirs. */
const isPlainLetter = (unit: number): boolean => ((unit | 32) >= 97 && (unit | 32) <= 122 && unit < 128) || unit === 0x17f || unit === 0x212a;

/** Letters that look alike brought to one form: for comparing a name with what it pretends to be. */
export function skeleton(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[аеорсухіјѕԁһԛԝαονυρτικғɡɑ0]/g, (letter) => SAME[letter] ?? letter);
}
const SAME: Readonly<Record<string, string>> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's', ԁ: 'd', һ: 'h', ԛ: 'q', ԝ: 'w', ғ: 'f', 0: 'o',
  α: 'a', ο: 'o', ν: 'v', υ: 'u', ρ: 'p', τ: 't', ι: 'i', κ: 'k', ɡ: 'g', ɑ: 'a',
};
