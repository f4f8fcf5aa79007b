/** PURE. Training mail to a model: learnt, cross-fitted, calibrated, made small. */
import { createHash } from 'node:crypto';
import { FEATURES_VERSION } from '../scoring/features/extract.ts';
import { asked } from '../scoring/by-hand.ts';
import type { Contribution } from '../scoring/score.ts';
import { quantise, type Model, type SourceCount } from '../scoring/model.ts';
import { calibrate, measure } from './calibrate.ts';
import { learnContent } from './content.ts';
import { crossFit } from './crossfit.ts';
import type { Dataset, Example } from './dataset.ts';
import { asksFor, lettersUnknown } from './letters.ts';
import { usualOf } from './usual.ts';

export interface BuildOptions {
  /** In front of the model's name. */
  readonly title: string;
  readonly seed: number;
  readonly evidence: 'public' | 'own';
  readonly say: (progress: string) => void;
}

/** The same messages in the same order give the same model. */
export function buildModel(dataset: Dataset, { title, seed, evidence, say }: BuildOptions): Model {
  const unknown = lettersUnknown(dataset.examples), asks = asksFor(unknown);
  const examples = dataset.examples.map((example) => ({ ...example, offset: example.offset + sumOf(asked(example, asks)) }));
  const fitted = crossFit(dataset, examples, unknown, (fold) => say(`without ${fold}`));
  const { platt, tail, caution, summary } = calibrate(fitted, examples);
  const logits = Float64Array.from(examples, ({ offset }, i) => platt.slope * (fitted.contents[i] as number) + platt.intercept + offset);
  say('with all');
  const content = learnContent(dataset, examples, unknown);
  const { bytes, largest } = quantise(content.weights.map((weight) => weight * platt.slope));
  const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8);
  return {
    bytes,
    header: {
      name: `${title}-${FEATURES_VERSION}.${digest}`, features: FEATURES_VERSION, seed, bias: content.bias * platt.slope + platt.intercept, usual: usualOf(dataset, examples, { bytes, largest }), largest, evidence, tail, caution, asks, lettersUnknown: unknown,
      sources: countSources(examples), languages: content.languages, learntSlots: content.learnt, calibration: summary,
      bySource: measure(logits, examples, ({ source }) => source), byLanguage: measure(logits, examples, ({ language }) => language),
    },
  };
}

const sumOf = (contributions: readonly Contribution[]): number => contributions.reduce((sum, { contribution }) => sum + contribution, 0);

function countSources(examples: readonly Example[]): readonly SourceCount[] {
  return [...Map.groupBy(examples, ({ source }) => source)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([source, members]) => ({
    source, wanted: members.filter(({ label }) => label === 0).length, unwanted: members.filter(({ label }) => label === 1).length, html: members.filter(({ isHtml }) => isHtml).length,
  }));
}
