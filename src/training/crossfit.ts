/** PURE. Scores from models that had not seen the message's source: the nearest thing to mail from elsewhere. */
import { contentLogit, learnContent } from './content.ts';
import type { Dataset, Example } from './dataset.ts';
import { ROUGHLY } from '../scoring/numeric/logistic.ts';

/** Sources too small to be left out one by one are left out together. */
const ALONE_MIN = 60;
const FOLDS_WITHOUT_SOURCES = 5;
/** A model that has seen less wanted HTML than this is not the one that will be delivered: the source is left out in parts then. */
const WANTED_HTML_MIN = 100;

export interface CrossFitted {
  /** What the content says about each example, in order. */
  readonly contents: Float64Array;
  /** The same as if no word of it were known. */
  readonly blind: Float64Array;
}

/**
 * @param unknown see learnContent
 * @param say told which fold is being made
 */
export function crossFit(dataset: Dataset, examples: readonly Example[], unknown: number, say: (fold: string) => void): CrossFitted {
  const folds = foldsOf(examples);
  const contents = new Float64Array(examples.length), blind = new Float64Array(examples.length);
  for (const name of new Set(folds)) {
    say(name);
    const rest = examples.filter((_, i) => folds[i] !== name);
    const content = learnContent(dataset, rest, unknown, ROUGHLY);
    for (const [i, example] of examples.entries()) {
      if (folds[i] !== name) continue;
      contents[i] = contentLogit(dataset, example, content);
      blind[i] = contentLogit(dataset, example, content, true);
    }
  }
  return { contents, blind };
}

/** The fold of each example: its source; in parts where there is only one source, or where leaving one out would leave nothing of a class. */
export function foldsOf(examples: readonly Example[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const { source } of examples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  const classes = [0, 1].map((label) => new Set(examples.filter((example) => example.label === label).map(({ source }) => source)));
  if (classes.some((sources) => sources.size < 2)) return examples.map((_, i) => `part ${i % FOLDS_WITHOUT_SOURCES}`);
  const html = examples.filter(({ label, isHtml }) => label === 0 && isHtml);
  const needed = new Set([...sizes.keys()].filter((source) => html.length >= WANTED_HTML_MIN && html.filter((each) => each.source !== source).length < WANTED_HTML_MIN));
  return examples.map(({ source }, i) => ((sizes.get(source) ?? 0) < ALONE_MIN ? 'small sources' : needed.has(source) ? `${source} part ${i % FOLDS_WITHOUT_SOURCES}` : source));
}
