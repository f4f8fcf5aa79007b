/**
 * PURE. The scorer: log-odds as a sum of what the content says (a learnt model over hashed features), what signals say
 * (learnt, or set by hand where no training mail can teach it), and what was learnt here.
 */
import type { Signal } from '../signals/signal.ts';
import { contentWeigher } from './content.ts';
import { ContributionSum } from './contribution-sum.ts';
import { countAbove, lackingFor, NO_EVIDENCE, upperShare, type Evidence } from './evidence.ts';
import type { Features } from './features/builder.ts';
import { featuresOf } from './features/extract.ts';
import { asked, byHand } from './by-hand.ts';
import { shiftOf } from './local.ts';
import { judgeKind } from './kinds.ts';
import type { Model } from './model.ts';
import type { Score, Scorer, ScoreInput, Threshold } from './score.ts';
import { logitFor, shareAbove } from './tail.ts';

/** Certainty is for proof: evidence alone stays below it. */
const LIKELIHOOD_MAX = 1 - 1e-9;
/** From this bound's threshold on a message looks like spam: that of `balanced`. */
const SPAM_BOUND = 0.001;

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** What was learnt in this installation, on top of the model. Log-odds by slot for a feature of value 1. */
export interface LocalWeights {
  readonly name: string;
  readonly weights: ReadonlyMap<number, number>;
  /** Largest change, in log-odds. */
  readonly shiftMax: number;
}

export interface Learnt {
  /** For everybody. */
  readonly local: LocalWeights | null;
  /** For single people, by address key, on top. */
  readonly people: ReadonlyMap<string, LocalWeights>;
  readonly evidence: Evidence;
}

export const NOTHING_LEARNT: Learnt = Object.freeze({ local: null, people: new Map<string, LocalWeights>(), evidence: NO_EVIDENCE });

/** @param learnt asked for each message, so that what is learnt meanwhile counts at once */
export function contentScorer(model: Model, learnt: () => Learnt = () => NOTHING_LEARNT): Scorer {
  const { header } = model;
  const weigh = contentWeigher(model);
  const spamLogit = logitFor(header.tail, SPAM_BOUND);

  function score({ message, signals, authentication }: ScoreInput): Score {
    // Most signals are absent from most messages: they are passed over once, here.
    const found = signals.filter(({ state }) => state === 'present');
    const features = featuresOf(message, found);
    const { local, people } = learnt();
    const sum = weighed(model, weigh, features, found, message.language);
    if (local !== null) sum.add('learnt-here', true, shiftOf(features, local));
    const { logit, contributions } = sum;
    const { kind, proof, newsletter } = judgeKind({ message, signals: found, authentication }, logit >= spamLogit);
    const score = proof === null ? Math.min(sigmoid(logit), LIKELIHOOD_MAX) : 1;
    const name = local === null ? header.name : `${header.name}+${local.name}`;
    if (people.size === 0 || proof !== null) return { kind, proof, newsletter, contributions, score, model: name };
    return { kind, proof, newsletter, contributions, scoreFor: (recipient) => personalScore(features, logit, people.get(recipient)), score, model: name };
  }

  return Object.freeze({ model: header.name, score, thresholdFor: remembered((evidence, bound) => thresholdFor(model, evidence, bound), () => learnt().evidence) });
}

/** A policy's bounds are few and asked about with each recipient; the answer changes only with the evidence. */
function remembered(compute: (evidence: Evidence, bound: number) => Threshold, evidence: () => Evidence): (bound: number) => Threshold {
  let of: Evidence | null = null;
  const known = new Map<number, Threshold>();
  return (bound) => {
    const now = evidence();
    if (now !== of || known.size >= BOUNDS_MAX) known.clear();
    of = now;
    const threshold = known.get(bound) ?? compute(now, bound);
    known.set(bound, threshold);
    return threshold;
  };
}

const BOUNDS_MAX = 1000;

/** The threshold by the estimate; what is proven, by outcomes of this installation's own mail (or of the mail it was trained on, if own). */
export function thresholdFor({ header: { tail, evidence: whose } }: Model, evidence: Evidence, bound: number): Threshold {
  const logit = logitFor(tail, bound);
  const n = evidence.wanted.length, k = countAbove(evidence, logit);
  const trained = whose === 'own' ? tail.messages : 0;
  const trainedAbove = whose === 'own' ? Math.ceil(tail.messages * shareAbove(tail, logit)) : 0;
  const conservativeShare = upperShare(k + trainedAbove, n + trained);
  const lacking = lackingFor(k + trainedAbove, n + trained, bound);
  return { threshold: Math.min(sigmoid(logit), LIKELIHOOD_MAX), estimatedShare: shareAbove(tail, logit), conservativeShare, proven: lacking === 0, lacking };
}

/** Without what was learnt here: what the content says, and the signals whose weights are set by hand. */
function weighed({ header }: Model, weigh: ReturnType<typeof contentWeigher>, features: Features, signals: readonly Signal[], language: string | null): ContributionSum {
  const sum = new ContributionSum();
  weigh(sum, features, signals, language);
  for (const { name, value, contribution } of [...asked(features, header.asks), ...byHand(signals)]) sum.add(name, value, contribution);
  return sum;
}

/** The likelihood for one person; null: the same as for everybody. */
function personalScore(features: Features, logit: number, person: LocalWeights | undefined): number | null {
  return person === undefined ? null : Math.min(sigmoid(logit + shiftOf(features, person)), LIKELIHOOD_MAX);
}

/** Log-odds without anything learnt here. */
export function baseLogit(model: Model, features: Features, signals: readonly Signal[], language: string | null): number {
  return weighed(model, contentWeigher(model), features, signals, language).logit;
}
