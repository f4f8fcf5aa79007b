/** PURE. Scores from models that had not seen the message's source: the nearest thing to mail from elsewhere. */
import { contentLogit, learnContent } from './content.ts';
import type { Dataset, Example } from './dataset.ts';

/** Sources too small to be left out one by one are left out together. */
const ALONE_MIN = 60;
const FOLDS_WITHOUT_SOURCES = 5;

/**
 * @param say told which fold is being made
 * @returns what the content says about each example, in order
 */
export function crossFit(dataset: Dataset, say: (fold: string) => void): Float64Array {
  const { examples } = dataset;
  const folds = foldsOf(examples);
  const logits = new Float64Array(examples.length);
  for (const name of new Set(folds)) {
    say(name);
    const rest = examples.filter((_, i) => folds[i] !== name);
    const content = learnContent(dataset, rest);
    for (const [i, example] of examples.entries()) if (folds[i] === name) logits[i] = contentLogit(dataset, example, content);
  }
  return logits;
}

/** The fold of each example: its source; by turns where there is only one source, or where leaving one out would leave nothing of a class. */
export function foldsOf(examples: readonly Example[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const { source } of examples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  const classes = [0, 1].map((label) => new Set(examples.filter((example) => example.label === label).map(({ source }) => source)));
  if (classes.some((sources) => sources.size < 2)) return examples.map((_, i) => `part ${i % FOLDS_WITHOUT_SOURCES}`);
  return examples.map(({ source }) => ((sizes.get(source) ?? 0) < ALONE_MIN ? 'small sources' : source));
}
