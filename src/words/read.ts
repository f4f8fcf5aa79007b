/** Reads the message catalogues of a folder: `<area>.<language>.json`. A further language is a file more there, whole or in part. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { joined, type Catalogue, type Catalogues } from './words.ts';

const NAME = /^([a-z][a-z-]*)\.([a-z]{2,3})\.json$/;

/** @throws an Error that names the file when one is not an object of texts: the service does not start with words that are missing */
export function readCatalogues(folder: string): Catalogues {
  const areas = new Map<string, Catalogue[]>();
  for (const file of readdirSync(folder).sort()) {
    const language = NAME.exec(file)?.[2];
    if (language !== undefined) areas.set(language, [...(areas.get(language) ?? []), readCatalogue(folder, file)]);
  }
  return Object.freeze(Object.fromEntries([...areas].map(([language, catalogues]) => [language, joined(...catalogues)])));
}

function readCatalogue(folder: string, file: string): Catalogue {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
  if (read === null || typeof read !== 'object' || !Object.values(read).every((text) => typeof text === 'string')) throw new Error(`${file}: must hold texts by their keys.`);
  return read as Catalogue;
}
