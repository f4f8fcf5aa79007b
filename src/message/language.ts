/** A cheap guess at the language of a text: from its script, else from common words. */
import { parse } from './limits.ts';

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

interface CommonWord {
  readonly word: string;
  /** Indices of LANGUAGES. */
  readonly languages: readonly number[];
}

const hashed = (hash: number, unit: number): number => (Math.imul(hash, 31) + unit) & 0x3fff_ffff;

/** By a hash of the letters, so that no word has to be cut out of the text to be looked up. */
const BY_HASH: ReadonlyMap<number, CommonWord> = indexWords();

function indexWords(): ReadonlyMap<number, CommonWord> {
  const found = new Map<string, number[]>();
  for (const [index, words] of Object.values(COMMON_WORDS).entries()) {
    for (const word of words.split(' ')) found.set(word, [...(found.get(word) ?? []), index]);
  }
  const byHash = new Map<number, CommonWord>();
  for (const [word, languages] of found) {
    const hash = Array.from(word).reduce((sum, letter) => hashed(sum, letter.charCodeAt(0)), 0);
    if (byHash.has(hash)) throw new Error(`Two common words share a hash: ${word}`);
    byHash.set(hash, { word, languages });
  }
  return byHash;
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
  const { letters, words, votes } = count(sample.toLowerCase());
  if (letters < 8) return null;
  for (const [script, language] of /[\u0370-\u03ff\u0590-\uffff]/.test(sample) ? SCRIPTS : []) {
    const share = (sample.match(script)?.length ?? 0) / letters;
    if (share > (language === 'ja' ? 0.1 : 0.4)) return language;
  }
  return byCommonWords(words, votes);
}

interface Counted {
  /** UTF-16 units of all words together. */
  readonly letters: number;
  readonly words: number;
  /** By index of LANGUAGES. */
  readonly votes: Float64Array;
}

/** Of each UTF-16 unit: 1 a letter, 2 none, 0 not yet known. */
const classes = new Uint8Array(65_536);

function isLetter(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  // Halves of a letter beyond the basic plane count as the whole; a half alone is no letter.
  if (unit >= 0xd800 && unit <= 0xdfff) {
    const point = text.codePointAt(unit < 0xdc00 ? at : at - 1) ?? 0;
    return point > 0xffff && /\p{L}/u.test(String.fromCodePoint(point));
  }
  const known = classes[unit] as number;
  if (known !== 0) return known === 1;
  const found = /\p{L}/u.test(String.fromCharCode(unit));
  classes[unit] = found ? 1 : 2;
  return found;
}

/** Words are runs of letters. @param small in small letters */
function count(small: string): Counted {
  const votes = new Float64Array(LANGUAGES.length);
  let letters = 0, words = 0;
  for (let at = 0; at < small.length; at++) {
    if (!isLetter(small, at)) continue;
    const start = at;
    let hash = 0;
    do hash = hashed(hash, small.charCodeAt(at++));
    while (at < small.length && isLetter(small, at));
    letters += at - start;
    words++;
    const common = BY_HASH.get(hash);
    if (common !== undefined && common.word.length === at - start && small.startsWith(common.word, start)) vote(common.languages, votes);
  }
  return { letters, words, votes };
}

/** A word common to several languages says less. */
function vote(languages: readonly number[], votes: Float64Array): void {
  for (const language of languages) votes[language] = (votes[language] as number) + 1 / languages.length;
}

function byCommonWords(words: number, votes: Float64Array): string | null {
  let best = 0, second = 0, language = -1;
  for (const [index, share] of votes.entries()) {
    if (share > best) {
      second = best;
      best = share;
      language = index;
    } else if (share > second) second = share;
  }
  if (best < 2 || best / words < 0.04 || second > best * 0.7) return null;
  return LANGUAGES[language] ?? null;
}
