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

const WORD_LANGUAGES: ReadonlyMap<string, readonly string[]> = indexWords();

function indexWords(): ReadonlyMap<string, readonly string[]> {
  const index = new Map<string, string[]>();
  for (const [language, words] of Object.entries(COMMON_WORDS)) {
    for (const word of words.split(' ')) index.set(word, [...(index.get(word) ?? []), language]);
  }
  return index;
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
  const words = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  let letters = 0;
  for (const word of words) letters += word.length;
  if (letters < 8) return null;
  for (const [script, language] of /[\u0370-\u03ff\u0590-\uffff]/.test(sample) ? SCRIPTS : []) {
    const share = (sample.match(script)?.length ?? 0) / letters;
    if (share > (language === 'ja' ? 0.1 : 0.4)) return language;
  }
  return byCommonWords(words);
}

function byCommonWords(words: readonly string[]): string | null {
  const votes = new Map<string, number>();
  for (const word of words) {
    const languages = WORD_LANGUAGES.get(word);
    // A word common to several languages says less.
    for (const language of languages ?? []) votes.set(language, (votes.get(language) ?? 0) + 1 / (languages?.length ?? 1));
  }
  const [best, second] = [...votes].toSorted(([, a], [, b]) => b - a);
  if (best === undefined || best[1] < 2 || best[1] / words.length < 0.04) return null;
  return second !== undefined && second[1] > best[1] * 0.7 ? null : best[0];
}
