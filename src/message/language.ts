/** A cheap guess at the language of a text: from its script, else from common words. */
import { parse } from './limits.ts';
import { unitsOf } from './utf16.ts';

/** Words that are frequent in one language and rare in the others. */
const COMMON_WORDS: Readonly<Record<string, string>> = {
  en: 'the and you for that this with your are have from will not was our please can they what been would there which about',
  de: 'und der die das nicht ist sie ich mit für auf ein eine den von dem zu wir sich auch werden bitte oder haben sind ihre',
  tr: 've bir bu için ile olarak çok daha olan değil gibi kadar sizin size bizim merhaba lütfen ya da ancak tarafından hakkında',
  fr: 'le les des est une dans pour que vous nous pas sur avec votre ce sont qui cette être aux mais plus par notre bonjour',
  es: 'el los las una que para por con del su es no se más como este pero sus nuestro usted hola está muy todo gracias',
  it: 'il che di per una con non sono del della gli questo anche più le nel alla come vostro grazie è essere nostro dei',
  pt: 'não uma para com você que os seu como mais dos das por em sua está são também ao pela obrigado nosso ou muito',
  nl: 'het een van en niet dat voor met zijn op aan wij ook uw naar bij worden heeft deze kunt maar door graag wordt',
  pl: 'nie się jest na że do to jak dla przez oraz ale być są od czy tylko proszę może pan już po tego',
  sv: 'och att det som för inte med är på av den till jag har om ett vi kan från din eller men ska du',
  ru: 'и в не на что с по как это для вы мы от из но за его к так все или если ваш при',
  uk: 'і в не на що з як це для ви ми від та але за його до так все або якщо ваш при є',
};

const LANGUAGES = Object.keys(COMMON_WORDS);

const hashed = (hash: number, unit: number): number => (Math.imul(hash, 31) + unit) & 0x3fff_ffff;

/**
 * By a hash of the letters, so that no word has to be cut out of the text to be looked up: at the place that its last bits say,
 * or the next free one; zero is free. In few small arrays, not in objects: these lie all over the memory.
 */
const HASHES = new Int32Array(1024);
const LAST = HASHES.length - 1;
/** Of each place: a bit for each index of LANGUAGES; and where the word stands in LETTERS, above the bits of its length. */
const IN_LANGUAGES = new Uint16Array(HASHES.length);
const SPELLED = new Uint16Array(HASHES.length);
const LENGTH_BITS = 4;
const LETTERS = indexWords();
/** A word common to several languages says less in each. */
const VOTE_OF = Float64Array.from({ length: LANGUAGES.length + 1 }, (_, languages) => 1 / languages);

function indexWords(): Uint16Array {
  const found = new Map<string, number>();
  for (const [index, words] of Object.values(COMMON_WORDS).entries()) {
    for (const word of words.split(' ')) found.set(word, (found.get(word) ?? 0) | (1 << index));
  }
  const letters: number[] = [];
  for (const [word, languages] of found) {
    const units = Array.from(word, (letter) => letter.charCodeAt(0));
    const hash = units.reduce(hashed, 0), at = placeOf(hash);
    if (hash === 0 || HASHES[at] === hash) throw new Error(`Two common words share a hash: ${word}`);
    if (units.length >= 1 << LENGTH_BITS || letters.length >= 1 << (16 - LENGTH_BITS)) throw new Error(`No room for ${word}`);
    HASHES[at] = hash;
    IN_LANGUAGES[at] = languages;
    SPELLED[at] = (letters.length << LENGTH_BITS) | units.length;
    letters.push(...units);
  }
  return Uint16Array.from(letters);
}

function placeOf(hash: number): number {
  let at = hash & LAST;
  while (HASHES[at] !== 0 && HASHES[at] !== hash) at = (at + 1) & LAST;
  return at;
}

/** Scripts that nearly settle the language. Kana before Han: Japanese uses both. */
const SCRIPTS: readonly (readonly [RegExp, string])[] = [
  [/[\u3040-\u30ff]/g, 'ja'],
  [/[\uac00-\ud7af]/g, 'ko'],
  [/[\u4e00-\u9fff]/g, 'zh'],
  [/[\u0600-\u06ff]/g, 'ar'],
  [/[\u0590-\u05ff]/g, 'he'],
  [/[\u0370-\u03ff]/g, 'el'],
  [/[\u0e00-\u0e7f]/g, 'th'],
  [/[\u0900-\u097f]/g, 'hi'],
];

/** @returns ISO 639-1, or null when the text is too short or too mixed to tell */
export function guessLanguage(text: string): string | null {
  const sample = text.slice(0, parse.languageMaxChars);
  const { letters, words, bits } = count(sample);
  if (letters < 8) return null;
  for (const [script, language] of bits >= FIRST_SCRIPT && ANY_SCRIPT.test(sample) ? SCRIPTS : []) {
    const share = (sample.match(script)?.length ?? 0) / letters;
    if (share > (language === 'ja' ? 0.1 : 0.4)) return language;
  }
  return byCommonWords(words);
}

/** Of all in SCRIPTS; no unit of them is smaller than the first. */
const ANY_SCRIPT = /[\u0370-\u03ff\u0590-\u06ff\u0900-\u097f\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/;
const FIRST_SCRIPT = 0x370;

interface Counted {
  /** UTF-16 units of all words together. */
  readonly letters: number;
  readonly words: number;
  /** All units put together by `or`: none is larger. */
  readonly bits: number;
}

/** By index of LANGUAGES, of the text that was counted last. */
const votes = new Float64Array(LANGUAGES.length);

/** What a UTF-16 unit is: its small letter, or one of these. */
const UNSEEN = 0, NO_LETTER = 1, DEPENDS = 2;
const smallOf = new Uint16Array(0x10000);

/** Halves of letters beyond the basic plane, a capital sigma, and letters whose small form is several units depend on more than themselves. */
function seen(unit: number): number {
  const known = smallOf[unit] as number;
  if (known !== UNSEEN) return known;
  const letter = String.fromCharCode(unit), small = letter.toLowerCase();
  const found = (unit >= 0xd800 && unit <= 0xdfff) || letter === 'Σ' || small.length !== 1 ? DEPENDS : /\p{L}/u.test(small) ? small.charCodeAt(0) : NO_LETTER;
  smallOf[unit] = found;
  return found;
}

/** Words are runs of letters. */
function count(sample: string): Counted {
  const units = unitsOf(sample);
  votes.fill(0);
  let letters = 0, words = 0, bits = 0;
  for (let i = 0; i < sample.length; i++) {
    const start = i;
    let letter = seen(units[i] as number), hash = 0;
    while (letter > DEPENDS) {
      do {
        bits |= units[i] as number;
        hash = hashed(hash, letter);
        letter = smallOf[units[++i] as number] as number;
      } while (letter > DEPENDS);
      if (letter === UNSEEN) letter = seen(units[i] as number);
    }
    bits |= units[i] as number;
    if (letter === DEPENDS && !isPictograph(units, i)) return countWhole(sample.toLowerCase());
    if (i === start) continue;
    letters += i - start;
    words++;
    voteFor(units, start, i - start, hash);
  }
  return { letters, words, bits };
}

/** Whether a half of such a pair stands at `at`; there are no letters from U+1F000 to U+1FBFF, and most of what is beyond the basic plane in mail is there. */
function isPictograph(units: Uint16Array, at: number): boolean {
  const unit = units[at] as number, isLow = (unit & 0xfc00) === 0xdc00;
  const high = isLow ? (at === 0 ? 0 : (units[at - 1] as number)) : unit, low = isLow ? unit : (units[at + 1] as number);
  return high >= 0xd83c && high <= 0xd83e && (low & 0xfc00) === 0xdc00;
}

function voteFor(units: Uint16Array, start: number, length: number, hash: number): void {
  const at = placeOf(hash), spelled = SPELLED[at] as number, from = spelled >>> LENGTH_BITS;
  if ((spelled & ((1 << LENGTH_BITS) - 1)) !== length) return;
  for (let i = 0; i < length; i++) if (smallOf[units[start + i] as number] !== LETTERS[from + i]) return;
  let languages = 0;
  for (let left = IN_LANGUAGES[at] as number; left !== 0; left &= left - 1) languages++;
  const vote = VOTE_OF[languages] as number;
  for (let left = IN_LANGUAGES[at] as number; left !== 0; left &= left - 1) {
    const language = 31 - Math.clz32(left & -left);
    votes[language] = (votes[language] as number) + vote;
  }
}

function isLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  // Halves of a letter beyond the basic plane count as the whole; a half alone is no letter.
  if (unit >= 0xd800 && unit <= 0xdfff) {
    const point = text.codePointAt(unit < 0xdc00 ? at : at - 1) ?? 0;
    return point > 0xffff && /\p{L}/u.test(String.fromCodePoint(point));
  }
  return seen(unit) > DEPENDS;
}

/** The same for any text. @param small in small letters */
function countWhole(small: string): Counted {
  votes.fill(0);
  const units = unitsOf(small);
  let letters = 0, words = 0;
  for (let at = 0; at < small.length; at++) {
    if (!isLetter(small, at)) continue;
    const start = at;
    let hash = 0;
    do hash = hashed(hash, small.charCodeAt(at++));
    while (at < small.length && isLetter(small, at));
    letters += at - start;
    words++;
    voteFor(units, start, at - start, hash);
  }
  return { letters, words, bits: 0xffff };
}

function byCommonWords(words: number): string | null {
  let best = 0, second = 0, language = -1;
  for (let index = 0; index < votes.length; index++) {
    const share = votes[index] as number;
    if (share > best) {
      second = best;
      best = share;
      language = index;
    } else if (share > second) second = share;
  }
  if (best < 2 || best / words < 0.04 || second > best * 0.7) return null;
  return LANGUAGES[language] ?? null;
}
