/** PURE. From cross-fitted log-odds to likelihoods, and to thresholds that hold on sources the model has not seen. */
import type { Calibration, Measured } from '../scoring/model.ts';
import { fitTail, logitFor, type Tail } from '../scoring/tail.ts';
import { sourceImportance } from './balance.ts';
import type { CrossFitted } from './crossfit.ts';
import type { Example } from './dataset.ts';
import { minimise } from '../scoring/numeric/lbfgs.ts';

export const DRIFT_BOUNDS = [0.01, 0.005, 0.001];
const SOURCE_MIN = 100;
/** Share of the sources left out on which the bounds must hold with the margin. */
const SOURCES_HELD = 0.9;
const MARGIN_STEP = 0.05;
const MARGIN_MAX = 6;
const ROUNDING = 1e-6;
const ERROR_BINS = 15;
/** More than this would let anything through that is written in another language. */
const CAUTION_MAX = 1;

export interface Platt {
  readonly slope: number;
  readonly intercept: number;
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** A line from content log-odds to calibrated ones, beside what hand-set signals add (Platt, 1999). */
export function fitPlatt(contents: Float64Array, examples: readonly Example[], importance: Float64Array): Platt {
  const { at } = minimise((x, gradient) => {
    const [slope = 1, intercept = 0] = x;
    let loss = 0, a = 0, b = 0;
    for (const [i, { label, offset }] of examples.entries()) {
      const content = contents[i] as number, logit = slope * content + intercept + offset, counts = importance[i] as number;
      const signed = label === 1 ? -logit : logit;
      loss += counts * (signed > 30 ? signed : Math.log1p(Math.exp(signed)));
      const error = counts * (sigmoid(logit) - label);
      a += error * content;
      b += error;
    }
    gradient[0] = a;
    gradient[1] = b;
    return loss;
  }, Float64Array.of(1, 0), 100, 1e-9);
  return { slope: Math.max(0.05, at[0] as number), intercept: at[1] as number };
}

export interface Calibrated {
  readonly platt: Platt;
  readonly tail: Tail;
  /** What is taken off where the words are of a language that was not learnt, in log-odds. */
  readonly caution: number;
  readonly summary: Calibration;
}

/** Cross-fitted log-odds in, as they are and as if no word were known. */
export function calibrate({ contents, blind }: CrossFitted, examples: readonly Example[]): Calibrated {
  const importance = sourceImportance(examples);
  const platt = fitPlatt(contents, examples, importance);
  const logits = Float64Array.from(examples, ({ offset }, i) => platt.slope * (contents[i] as number) + platt.intercept + offset);
  const wanted = examples.flatMap((example, i) => (example.label === 0 ? [{ source: example.source, logit: logits[i] as number, counts: importance[i] as number }] : []));
  const sources = [...new Set(wanted.map(({ source }) => source))].filter((source) => wanted.filter((each) => each.source === source).length >= SOURCE_MIN);
  const tailWithout = new Map(sources.map((source) => {
    const rest = wanted.filter((each) => each.source !== source);
    const used = rest.length > 0 ? rest : wanted;
    return [source, fitTail(used.map(({ logit }) => logit), used.map(({ counts }) => counts), 0)];
  }));
  const got = (source: string, bound: number, margin: number): number => {
    const own = wanted.filter((each) => each.source === source);
    const threshold = logitFor(tailWithout.get(source) as Tail, bound) + margin;
    return own.filter(({ logit }) => logit >= threshold).length / own.length;
  };
  const sizeOf = (source: string): number => wanted.filter((each) => each.source === source).length;
  const margin = marginFor(sources, sizeOf, got);
  const drift = DRIFT_BOUNDS.flatMap((bound) => sources.map((source) => (
    { bound, source, plain: got(source, bound, 0), withMargin: got(source, bound, margin), wanted: sizeOf(source) })));
  const tail = fitTail(wanted.map(({ logit }) => logit), wanted.map(({ counts }) => counts), margin);
  // Wanted mail whose words are not known must not score higher for it: its tail is brought to where it would be.
  const unread = examples.flatMap(({ label, offset }, i) => (label === 0 ? [platt.slope * (blind[i] as number) + platt.intercept + offset] : []));
  const caution = Math.min(CAUTION_MAX, Math.max(0, fitTail(unread, wanted.map(({ counts }) => counts), 0).from - tail.from));
  return { platt, tail, caution, summary: { ...platt, expectedError: calibrationError(logits, examples, importance), drift } };
}

/**
 * The least by which thresholds must be raised so that each bound holds on nine of ten sources left out, to the message: one of
 * 866 does not break a promise of one in a thousand.
 */
function marginFor(sources: readonly string[], sizeOf: (source: string) => number, got: (source: string, bound: number, margin: number) => number): number {
  if (sources.length < 2) return 0;
  for (let margin = 0; margin < MARGIN_MAX; margin += MARGIN_STEP) {
    const isHeld = DRIFT_BOUNDS.every((bound) => sources.filter((source) => got(source, bound, margin) * sizeOf(source) <= Math.ceil(bound * sizeOf(source)) + ROUNDING).length >= SOURCES_HELD * sources.length);
    if (isHeld) return Math.round(margin / MARGIN_STEP) * MARGIN_STEP;
  }
  return MARGIN_MAX;
}

/** Expected calibration error: mean distance between likelihood and outcome over bins of equal numbers. */
export function calibrationError(logits: Float64Array, examples: readonly Example[], importance: Float64Array): number {
  const order = [...examples.keys()].sort((a, b) => (logits[a] as number) - (logits[b] as number));
  const size = Math.ceil(order.length / ERROR_BINS);
  let error = 0, all = 0;
  for (let from = 0; from < order.length; from += size) {
    let said = 0, was = 0, total = 0;
    for (const i of order.slice(from, from + size)) {
      const counts = importance[i] as number;
      said += counts * sigmoid(logits[i] as number);
      was += counts * (examples[i] as Example).label;
      total += counts;
    }
    error += Math.abs(said - was);
    all += total;
  }
  return error / Math.max(1e-9, all);
}

const GROUP_MIN = 20;
const THRESHOLDS = [-2, 0, 2, 4, 6, 8, 10];

/** Shares of each group at or above each threshold, for groups with enough messages. */
export function measure(logits: Float64Array, examples: readonly Example[], groupOf: (example: Example) => string): readonly Measured[] {
  const groups = Map.groupBy(examples.keys(), (i) => groupOf(examples[i] as Example));
  return [...groups].filter(([, members]) => members.length >= GROUP_MIN).sort(([a], [b]) => (a < b ? -1 : 1)).map(([group, members]) => {
    const of = (label: number) => members.filter((i) => (examples[i] as Example).label === label);
    const wanted = of(0), unwanted = of(1);
    const share = (list: readonly number[], t: number) => (list.length === 0 ? 0 : list.filter((i) => (logits[i] as number) >= t).length / list.length);
    return { group, wanted: wanted.length, unwanted: unwanted.length, above: THRESHOLDS.map((t) => [t, share(wanted, t), share(unwanted, t)] as const) };
  });
}
