/** The languages that people can choose: those whose catalogues say what the pages say. */
import { catalogues } from './index.ts';
import { FALLBACK_LANGUAGE, type Catalogues } from './words.ts';

/** Code → name in that language itself, English first. */
export function spokenIn(all: Catalogues): Readonly<Record<string, string>> {
  const codes = Object.keys(all).filter((code) => all[code]?.['review.product'] !== undefined);
  const ordered = codes.toSorted((a, b) => Number(b === FALLBACK_LANGUAGE) - Number(a === FALLBACK_LANGUAGE) || (a < b ? -1 : 1));
  return Object.freeze(Object.fromEntries(ordered.map((code) => [code, nameOf(code)])));
}

export const LANGUAGES = spokenIn(catalogues);

function nameOf(code: string): string {
  const name = new Intl.DisplayNames([code], { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
}
