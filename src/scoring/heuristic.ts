/**
 * PURE. `heuristic-1`: a hand-set additive model in log-odds, until one is learnt. Every signal that is present adds its
 * weight, a sigmoid makes it a likelihood. What is unknown adds nothing, either way.
 */
import type { Signal } from '../signals/signal.ts';
import { TAIL } from './heuristic-tail.ts';
import { BIAS, WEIGHTS } from './heuristic-weights.ts';
import type { Weight } from './heuristic-weights.ts';
import { dangerOf, isBulk } from './kinds.ts';
import type { Contribution, Kind, Score, Scorer, ScoreInput, Threshold } from './score.ts';

export const HEURISTIC_MODEL = 'heuristic-1';

/** From here on a message looks like spam: the threshold of `balanced`. */
const SPAM_BOUND = 0.001;

const byName: ReadonlyMap<string, readonly Weight[]> = Map.groupBy(WEIGHTS, ({ signal }) => signal);

const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));
const logit = (share: number): number => Math.log(share / (1 - share));

function contributionsOf(signals: readonly Signal[]): Contribution[] {
  const contributions: Contribution[] = [];
  for (const signal of signals) {
    if (signal.state !== 'present') continue;
    const weight = byName.get(signal.name)?.find(({ value }) => value === null || value === signal.value);
    if (weight !== undefined) contributions.push({ name: signal.name, value: signal.value, contribution: weight.logOdds });
  }
  return contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

function score(input: ScoreInput): Score {
  const contributions = contributionsOf(input.signals);
  const logOdds = contributions.reduce((sum, { contribution }) => sum + contribution, BIAS);
  const isGtube = input.signals.some(({ name, state }) => name === 'gtube' && state === 'present');
  const danger = dangerOf(input);
  const bulk = isBulk(input);
  // Certainty is for proof; evidence alone stays below it.
  const likelihood = isGtube || danger !== null ? 1 : Math.min(sigmoid(logOdds), 0.9999);
  const isSpam = isGtube || likelihood >= spamThreshold;
  const isNewsletter = bulk && input.authentication.dkimAligned && !isGtube;
  const kind: Kind = danger !== null ? 'dangerous' : isNewsletter ? 'newsletter' : isSpam ? 'spam' : bulk ? 'newsletter' : 'wanted';
  return { score: likelihood, kind, proof: danger ?? (isGtube ? 'gtube' : null), newsletter: isNewsletter, contributions, model: HEURISTIC_MODEL };
}

const POINTS = TAIL.map(([score, share]) => [logit(score), Math.log(share)] as const);

/** Share of wanted mail at or above a score, on the log scale between the counted points and beyond the last. */
export function estimatedShare(threshold: number): number {
  const at = logit(Math.min(Math.max(threshold, 1e-6), 1 - 1e-6));
  const next = POINTS.findIndex(([x]) => x >= at);
  const upper = next < 0 ? POINTS.length - 1 : Math.max(1, next);
  const [x0, y0] = POINTS[upper - 1] ?? [0, 0];
  const [x1, y1] = POINTS[upper] ?? [1, 0];
  return Math.min(1, Math.exp(y0 + ((y1 - y0) * (at - x0)) / (x1 - x0)));
}

/**
 * Nothing was measured on the mail of whoever runs this, so no bound is proven: by the rule of three it would take
 * 3/bound wanted messages without a mistake (Hanley and Lippman-Hand, JAMA 1983). The threshold rises as the bound gets
 * stricter, and is never lower than the counted tail allows.
 */
export function thresholdFor(bound: number): Threshold {
  let threshold = 1 - Math.cbrt(bound);
  while (threshold < 0.9999 && estimatedShare(threshold) > bound) threshold = sigmoid(logit(threshold) + 0.02);
  return { threshold, estimatedShare: estimatedShare(threshold), conservativeShare: 1, proven: false, lacking: Math.ceil(3 / bound) };
}

const spamThreshold = thresholdFor(SPAM_BOUND).threshold;

export const heuristicScorer: Scorer = Object.freeze({ model: HEURISTIC_MODEL, score, thresholdFor });
