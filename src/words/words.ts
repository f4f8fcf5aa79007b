/** Sentences for people, from message catalogues (ICU MessageFormat); English where a language lacks one. */
import { IntlMessageFormat } from 'intl-messageformat';

/** Key → message. */
export type Catalogue = Readonly<Record<string, string>>;
/** Language code → everything that is said in it. */
export type Catalogues = Readonly<Record<string, Catalogue>>;
export type Words = (language: string, key: string, values?: Readonly<Record<string, string | number>>) => string;

export const FALLBACK_LANGUAGE = 'en';

/**
 * @param catalogues whole messages by language and key
 * @returns words(language, key, values): `tr-TR` is looked up as `tr`. A key that no catalogue has is a programmer's
 *   error and comes back as it is, so that a person still sees something.
 */
export function createWords(catalogues: Catalogues): Words {
  const compiled = new Map<string, IntlMessageFormat>();
  return (language, key, values = {}) => {
    const primary = language.toLowerCase().split(/[-_]/, 1)[0] ?? FALLBACK_LANGUAGE;
    const speaks = hasOwn(catalogues[primary], key) ? primary : FALLBACK_LANGUAGE;
    const message = hasOwn(catalogues[speaks], key) ? catalogues[speaks]?.[key] : undefined;
    if (message === undefined) return key;
    const id = `${speaks} ${key}`;
    let format = compiled.get(id);
    if (format === undefined) {
      // Values come from mail and from pages: `<b>` in them is text.
      format = new IntlMessageFormat(message, speaks, undefined, { ignoreTag: true });
      compiled.set(id, format);
    }
    return String(format.format(values));
  };
}

/** One catalogue out of those of several areas; a key of two areas is a programmer's error. */
export function joined(...areas: readonly Catalogue[]): Catalogue {
  const all: Record<string, string> = {};
  for (const area of areas) {
    for (const [key, message] of Object.entries(area)) {
      if (Object.hasOwn(all, key)) throw new Error(`two messages with the key ${key}`);
      all[key] = message;
    }
  }
  return Object.freeze(all);
}

function hasOwn(catalogue: Catalogue | undefined, key: string): boolean {
  return catalogue !== undefined && Object.hasOwn(catalogue, key);
}
