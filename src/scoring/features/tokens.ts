/** PURE. Folded text to tokens: words where scripts have spaces, pairs of characters where they have none. */

const ADDRESS = /[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g;
const URL = /(?:\b[a-z][a-z0-9+.-]{1,10}:\/\/|\bwww\.)[^\s<>"]+/g;
/** Scripts that are written without spaces: Han, kana, Thai, Lao, Khmer, Burmese. */
const UNSPACED = '\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff';
const TOKEN = new RegExp(`[${UNSPACED}]+|(?:(?![${UNSPACED}])[\\p{L}\\p{M}])(?:(?![${UNSPACED}])[\\p{L}\\p{M}\\p{N}'])*|[$€£¥₽₺]|[\\p{N}]+(?:[.,:/][\\p{N}]+)*%?|!!+|\\?\\?+`, 'gu');
const ASCII_TOKEN = /[a-z][a-z0-9']*|\$|[0-9]+(?:[.,:/][0-9]+)*%?|!!+|\?\?+/g;
const UNSPACED_RUN = new RegExp(`^[${UNSPACED}]`, 'u');

const WORD_CHARS_MAX = 24;
const DIGITS = ['#', '##', '###', '####', '#####', '######'];

/** Numbers by their shape: which one it is says nothing. */
function number(token: string): string {
  if (token.endsWith('%')) return '#%';
  if (token.includes(':') || token.includes('/')) return '#:#';
  if (token.includes('.') || token.includes(',')) return token.length > 6 ? '#,###,###' : '#.#';
  return DIGITS[Math.min(token.length, DIGITS.length) - 1] ?? '#';
}

/**
 * @param text folded  @param max tokens at most
 * @returns words, number shapes, signs, and pairs of characters for scripts without spaces; addresses left out
 */
export function tokensOf(text: string, max: number): string[] {
  let clean = text;
  if (clean.includes('@')) clean = clean.replace(ADDRESS, ' ');
  if (clean.includes('://') || clean.includes('www.')) clean = clean.replace(URL, ' ');
  const isAscii = !/[^\0-\x7f]/.test(clean);
  const tokens: string[] = [];
  for (const [match] of clean.matchAll(isAscii ? ASCII_TOKEN : TOKEN)) {
    if (tokens.length >= max) break;
    const first = match.charCodeAt(0);
    if (first < 128 ? first >= 48 && first <= 57 : /^\p{N}/u.test(match)) tokens.push(number(match));
    else if (first >= 0x0e00 && UNSPACED_RUN.test(match)) pairs(match, tokens, max);
    else if (match.length <= WORD_CHARS_MAX) tokens.push(word(match));
  }
  return tokens;
}

/** `don't` and `dont`, `it's` and `its`: apostrophes are typed as one likes. */
const word = (match: string): string => (match.includes("'") ? match.replaceAll("'", '') : match);

function pairs(run: string, tokens: string[], max: number): void {
  if (run.length === 1) tokens.push(run);
  for (let i = 0; i + 1 < run.length && tokens.length < max; i++) tokens.push(run.slice(i, i + 2));
}
