/**
 * What scoring's scanners must find, said by regular expressions: the definition that their speed is held against.
 */

// oxlint-disable-next-line no-misleading-character-class
const INVISIBLE = /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u{e0000}-\u{e007f}]+/gu;
const LOOKALIKE = '\\u0370-\\u03ff\\u0400-\\u052f\\u0530-\\u058f\\u13a0-\\u13ff';
const MIXED = new RegExp(`[a-z][${LOOKALIKE}]|[${LOOKALIKE}][a-z]`);
const WORD = /[\p{L}\p{M}]+/gu;
const SPACED = /(?<![\p{L}\p{N}])\p{L}(?:[ ._*|~-]\p{L}){3,40}(?![\p{L}\p{N}])/gu;
const LEET = /(?<![\p{L}\p{N}@$!])\p{L}+(?:[013457@$!]{1,2}\p{L}+)+(?![\p{L}\p{N}@])/gu;
const LETTER_FOR: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', '@': 'a', $: 's', '!': 'i' };

/** @param latinFor a letter of another alphabet to its Latin lookalike, or to itself */
export function foldByExpressions(text: string, latinFor: (letter: string) => string): { text: string; mixed: number; spaced: number; leet: number } {
  const counts = { mixed: 0, spaced: 0, leet: 0 };
  const plain = text.replace(INVISIBLE, '').normalize('NFKD').replace(/[\u0300-\u036f]+/g, '').normalize('NFC').toLowerCase().replaceAll('ı', 'i').replaceAll('ł', 'l').replaceAll('’', "'");
  const folded = plain
    .replace(WORD, (word) => {
      if (!MIXED.test(word)) return word;
      counts.mixed++;
      return word.split('').map((letter) => (/[a-z]/.test(letter) ? letter : latinFor(letter))).join('');
    })
    .replace(SPACED, (letters) => {
      counts.spaced++;
      return letters.replace(/[^\p{L}]/gu, '');
    })
    .replace(LEET, (word) => {
      counts.leet++;
      return word.replace(/[013457@$!]/g, (sign) => LETTER_FOR[sign] ?? sign);
    });
  return { text: folded, ...counts };
}

const ADDRESS = /[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const URL = /(?:\b[a-z][a-z0-9+.-]{1,10}:\/\/|\bwww\.)[^\s<>"]+/g;
const UNSPACED = '\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff';
const TOKEN = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{M}])(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}'])*|[$€£¥₽₺]|\\p{N}+(?:[.,:/]\\p{N}+)*%?|!!+|\\?\\?+`, 'gu');

function numberShape(token: string): string {
  if (token.endsWith('%')) return '#%';
  if (/[:/]/.test(token)) return '#:#';
  if (/[.,]/.test(token)) return token.length > 6 ? '#,###,###' : '#.#';
  return '#'.repeat(Math.min(token.length, 6));
}

export function tokensByExpressions(text: string, max: number): readonly string[] {
  const tokens = Array.from(text.replace(ADDRESS, ' ').replace(URL, ' ').matchAll(TOKEN), ([token]): readonly string[] => {
    if (/^\p{N}/u.test(token)) return [numberShape(token)];
    if (new RegExp(`^[${UNSPACED}]`, 'u').test(token)) return token.length === 1 ? [token] : Array.from({ length: token.length - 1 }, (_, i) => token.slice(i, i + 2));
    return token.length <= 24 ? [token.replaceAll("'", '')] : [];
  });
  return tokens.flat().slice(0, max);
}

const QUOTE_MARKS = /^[ \t]*(?:[>|:][ \t]?)+/;

/** @param isAround whether programs or lists wrote a line */
export function bareByExpressions(text: string, isAround: (line: string) => boolean): string {
  if (!text.includes('\n')) return text;
  const kept: string[] = [];
  let signature = false;
  for (const line of text.split('\n')) {
    if (/^-- ?\r?$/.test(line)) signature = true;
    else if (line.length > 200) kept.push(line);
    else if (!/^[ \t]*[_=~*#-]{5,}[ \t]*$/.test(line)) {
      signature &&= line.trim() !== '' && !QUOTE_MARKS.test(line);
      if (!signature && !isAround(line)) kept.push(line.replace(QUOTE_MARKS, ''));
    }
  }
  return kept.join('\n');
}
