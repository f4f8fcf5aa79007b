/**
 * PURE. Text as a reader takes it in, whatever was done to it to get past filters: one case, one form of each letter,
 * no invisible characters, lookalikes brought back, spaced-out words joined.
 */

// oxlint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e007f}]+/gu;
const MIXED = /[a-z][\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff]|[\u0370-\u03ff\u0400-\u052f\u0530-\u058f\u13a0-\u13ff][a-z]/;
const WORD = /[\p{L}\p{M}]+/gu;
/** Single letters with one sign or space between them, four or more. */
const SPACED = /(?<![\p{L}\p{N}])\p{L}(?:[ ._*|~-]\p{L}){3,40}(?![\p{L}\p{N}])/gu;

/** Letters of other alphabets that look like Latin ones (Unicode TR 39, the common part), after lower-casing. */
const LATIN_FOR: Readonly<Record<string, string>> = {
  а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', ҽ: 'e', ғ: 'f', ɡ: 'g', һ: 'h', н: 'h', і: 'i', ї: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', о: 'o', п: 'n', р: 'p', ԛ: 'q',
  г: 'r', ѕ: 's', т: 't', у: 'y', ѵ: 'v', ԝ: 'w', х: 'x', ү: 'y', з: '3',
  α: 'a', β: 'b', ϲ: 'c', ε: 'e', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', σ: 'o', τ: 't', υ: 'u', χ: 'x', γ: 'y', ω: 'w',
  օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g', զ: 'q', ⅼ: 'l',
};

/** Letters and signs that stand for letters inside a word. */
const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };
const LEET_WORD = /(?<![\p{L}\p{N}@$!])\p{L}+(?:[013457@$!]{1,2}\p{L}+)+(?![\p{L}\p{N}@])/gu;

/** What the two above cannot match without, found much sooner: most text has neither. */
const MAYBE_SPACED = /[ ._*|~-]\p{L}[ ._*|~-]\p{L}[ ._*|~-]\p{L}/u;
const MAYBE_LEET = /(?<=\p{L})[013457@$!]{1,2}\p{L}/u;

export interface Folded {
  readonly text: string;
  /** Words that mixed alphabets, were spaced out, or had digits for letters: how many of each. */
  readonly mixed: number;
  readonly spaced: number;
  readonly leet: number;
}

/** Never throws; linear in the text's length. */
export function fold(text: string): Folded {
  let mixed = 0, spaced = 0, leet = 0;
  let out = text;
  // Most text is ASCII, and then only its case needs folding.
  if (/[^\0-\x7f]/.test(out)) {
    out = out.replace(INVISIBLE, '').normalize('NFKD').replace(/[\u0300-\u036f]+/g, '').normalize('NFC').toLowerCase().replace(/[ıł’]/g, (letter) => (letter === 'ı' ? 'i' : letter === 'ł' ? 'l' : "'"));
    if (MIXED.test(out)) {
      out = out.replace(WORD, (word) => {
        if (!MIXED.test(word)) return word;
        mixed++;
        return word.replace(/[^a-z]/g, (letter) => LATIN_FOR[letter] ?? letter);
      });
    }
  } else out = out.toLowerCase();
  if (MAYBE_SPACED.test(out)) {
    out = out.replace(SPACED, (letters) => {
      spaced++;
      return letters.replace(/[^\p{L}]/gu, '');
    });
  }
  if (MAYBE_LEET.test(out)) {
    out = out.replace(LEET_WORD, (word) => {
      leet++;
      return word.replace(/[013457@$!]/g, (sign) => LEET[sign] ?? sign);
    });
  }
  return { text: out, mixed, spaced, leet };
}
