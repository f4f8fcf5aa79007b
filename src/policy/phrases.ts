/** PURE. Sentences about decisions, from the catalogues `words/decision.<language>.json`; English where a language lacks one. */
import { IntlMessageFormat } from 'intl-messageformat';
import de from '../words/decision.de.json' with { type: 'json' };
import en from '../words/decision.en.json' with { type: 'json' };
import ru from '../words/decision.ru.json' with { type: 'json' };
import tr from '../words/decision.tr.json' with { type: 'json' };

export type Words = (language: string, key: string, values?: Readonly<Record<string, string | number>>) => string;

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = { de, en, ru, tr };
const compiled = new Map<string, IntlMessageFormat>();

/** @param key e.g. `decision.sender.retry`; one that no catalogue has is a programmer's error and comes back as it is */
export const phrase: Words = (language, key, values = {}) => {
  const primary = language.split('-', 1)[0] as string;
  const speaks = CATALOGUES[primary]?.[key] === undefined ? 'en' : primary;
  const id = `${speaks} ${key}`;
  let format = compiled.get(id);
  if (format === undefined) {
    // Values come from mail and pages: tags in them are text.
    format = new IntlMessageFormat(CATALOGUES[speaks]?.[key] ?? `'${key}'`, speaks, undefined, { ignoreTag: true });
    compiled.set(id, format);
  }
  return String(format.format(values));
};
