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
  if (!/[^\0-\x7F]/.test(text)) return false;
  if (STYLED.test(text)) return true;
  if (!LOOKALIKE.test(text)) return false;
  return text.split(/[^\p{L}\p{M}]+/u).some((word) => word.length > 2 && LATIN.test(word) && LOOKALIKE.test(word));
}

/** Letters that look alike brought to one form: for comparing a name with what it pretends to be. */
export function skeleton(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[аеорсухіјѕԁһԛԝαονυρτικғɡɑ0]/g, (letter) => SAME[letter] ?? letter);
}
const SAME: Readonly<Record<string, string>> = {
  а: 'a', е: 'e', о: 'o', р: 'p', с: 'c', у: 'y', х: 'x', і: 'i', ј: 'j', ѕ: 's', ԁ: 'd', һ: 'h', ԛ: 'q', ԝ: 'w', ғ: 'f', 0: 'o',
  α: 'a', ο: 'o', ν: 'v', υ: 'u', ρ: 'p', τ: 't', ι: 'i', κ: 'k', ɡ: 'g', ɑ: 'a',
};
