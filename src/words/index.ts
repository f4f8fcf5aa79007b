/** All that Usher says, in the languages that it speaks: the catalogues beside this file. */
import { readCatalogues } from './read.ts';
import { createWords } from './words.ts';

export const catalogues = readCatalogues(import.meta.dirname);

export const words = createWords(catalogues);
