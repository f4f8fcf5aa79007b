/** The scoring model from its file: read once, checked, made into a scorer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentScorer, type Learnt } from './scoring/content-scorer.ts';
import { decodeModel, type Model } from './scoring/model.ts';
import type { Scorer } from './scoring/score.ts';

/** The model that comes with Usher; `npm run train:bundled` makes it anew. */
const BUNDLED_MODEL = join(import.meta.dirname, '../models/bundled.model');

const known = new Map<string, Model>();

/** @param file absolute path; null: the model that comes with Usher. Throws one sentence when it cannot be used. */
export function loadModel(file: string | null): Model {
  const path = file ?? BUNDLED_MODEL;
  let model = known.get(path);
  if (model === undefined) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw new Error(`The scoring model ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'}).`, { cause: error });
    }
    const read = decodeModel(bytes);
    if (typeof read === 'string') throw new Error(`The scoring model ${path} cannot be used: ${read}.`);
    model = read;
    known.set(path, model);
  }
  return model;
}

/** @param learnt what was learnt here, asked for each message */
export const loadScorer = (file: string | null, learnt?: () => Learnt): Scorer => contentScorer(loadModel(file), learnt);
