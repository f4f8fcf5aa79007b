/**
 * PURE. The scorer: log-odds as a sum of what the content says (a learnt model over hashed features), what signals say
 * (learnt, or set by hand where no training mail can teach it), and what was learnt here.
 */
import type { Signal, SignalValue } from '../signals/signal.ts';
import { countAbove, lackingFor, NO_EVIDENCE, upperShare, type Evidence } from './evidence.ts';
import { BLOCKS, type Block, type Features } from './features/builder.ts';
import { featuresOf } from './features/extract.ts';
import { isLearnt } from './features/learnt-signals.ts';
import { Strongest } from './features/strongest.ts';
import { valueOf } from './features/values.ts';
import { byHand } from './by-hand.ts';
import { shiftOf } from './local.ts';
import { judgeKind } from './kinds.ts';
import { weightTable, type Model, type ModelHeader } from './model.ts';
import type { Contribution, Score, Scorer, ScoreInput, Threshold } from './score.ts';
import { logitFor, shareAbove } from './tail.ts';

/** Certainty is for proof: evidence alone stays below it. */
const LIKELIHOOD_MAX = 1 - 1e-9;
/** How many words, links and facts of form are shown one by one; the rest is one sum each. */
const SHOWN = 10;
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
  const { header, bytes } = model;
  const table = weightTable(header.largest);
  const weightAt = (slot: number): number => table[(bytes[slot] as number) + 128] as number;
  const spamLogit = logitFor(header.tail, SPAM_BOUND);

  function score(input: ScoreInput): Score {
    const features = featuresOf(input.message, input.signals);
    const { local } = learnt();
    const contributions = [
      { name: 'starting-point', value: true, contribution: header.bias },
      ...contentContributions(features, input.signals, weightAt),
      ...cautionFor(features, input.message.language, header, weightAt),
      ...byHand(input.signals, features),
      ...(local === null ? [] : localContribution(features, local)),
    ].filter(({ contribution }) => contribution !== 0);
    const logit = contributions.reduce((sum, { contribution }) => sum + contribution, 0);
    contributions.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    const judged = judgeKind(input, logit >= spamLogit);
    const people = learnt().people;
    return {
      ...judged, contributions,
      ...(people.size === 0 || judged.proof !== null ? {} : { scoreFor: (recipient: string) => personalScore(features, logit, people.get(recipient)) }),
      score: judged.proof === null ? Math.min(sigmoid(logit), LIKELIHOOD_MAX) : 1,
      model: local === null ? header.name : `${header.name}+${local.name}`,
    };
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

/** Signals by name; the strongest words, link parts and facts of form one by one; the rest of each block as one sum. */
function contentContributions(features: Features, signals: readonly Signal[], weightAt: (slot: number) => number): Contribution[] {
  const { slots, ends } = features;
  const values = new Map<string, SignalValue>();
  for (const signal of signals) if (signal.state === 'present' && isLearnt(signal.name)) values.set(signal.name, signal.value);
  const signalSums = new Map<string, number>();
  const rest: number[] = BLOCKS.map(() => 0);
  const strongest = new Strongest(SHOWN);
  for (let block = 0, i = 0; block < BLOCKS.length; block++) {
    const end = ends[block] as number, value = valueOf(block, end - i);
    for (; i < end; i++) {
      const contribution = weightAt(slots[i] as number) * value;
      if (contribution === 0) continue;
      const signal = block === 0 ? features.name(i) : '';
      if (block === 0 && values.has(signal)) {
        signalSums.set(signal, (signalSums.get(signal) ?? 0) + contribution);
        continue;
      }
      rest[block] = (rest[block] as number) + contribution;
      strongest.offer(i, block, contribution);
    }
  }
  const shown = strongest.list;
  for (const { block, contribution } of shown) rest[block] = (rest[block] as number) - contribution;
  const sums = new Map<string, number>();
  for (const [block, sum] of rest.entries()) sums.set(BLOCK_NAMES[block] as string, (sums.get(BLOCK_NAMES[block] as string) ?? 0) + sum);
  return [
    ...Array.from(signalSums, ([name, contribution]) => ({ name, value: values.get(name) ?? true, contribution })),
    ...shown.map(({ index, block, contribution }) => ({ name: BLOCK_NAMES[block] as string, value: features.label(index), contribution })),
    ...Array.from(sums, ([name, contribution]) => ({ name: `${name}-rest`, value: true, contribution })),
  ];
}

/** Where fewer of the words are known than the first share, all caution counts; from the second on, none. */
const FAMILIAR = [0.3, 0.6] as const;

/** A language must not cost its writers anything: where the words cannot speak for a message, the form alone must not speak against it. */
function cautionFor({ slots, ends }: Features, language: string | null, { caution, languages }: ModelHeader, weightAt: (slot: number) => number): Contribution[] {
  if (caution === 0 || languages.includes(language ?? 'und')) return [];
  const from = ends[0] as number, to = ends[WORDS_END] as number;
  let known = 0;
  for (let i = from; i < to; i++) if (weightAt(slots[i] as number) !== 0) known++;
  const [none, enough] = FAMILIAR;
  const part = Math.max(0, Math.min(1, (enough - known / Math.max(1, to - from)) / (enough - none)));
  return [{ name: 'language-not-learnt', value: language ?? true, contribution: -caution * part }];
}

/** Single words stand between the named features and here. */
const WORDS_END = BLOCKS.indexOf('word');
/** For people. */
const NAMES: Readonly<Record<Block, string>> = { named: 'form', opening: 'words', word: 'words', pair: 'words', subject: 'subject', piece: 'subject', link: 'links' };
const BLOCK_NAMES: readonly string[] = BLOCKS.map((block) => NAMES[block]);

/** The likelihood for one person; null: the same as for everybody. */
function personalScore(features: Features, logit: number, person: LocalWeights | undefined): number | null {
  return person === undefined ? null : Math.min(sigmoid(logit + shiftOf(features, person)), LIKELIHOOD_MAX);
}

/** Log-odds without anything learnt here. */
export function baseLogit({ header, bytes }: Model, features: Features, signals: readonly Signal[], language: string | null): number {
  const table = weightTable(header.largest);
  const weightAt = (slot: number): number => table[(bytes[slot] as number) + 128] as number;
  const all = [...contentContributions(features, signals, weightAt), ...cautionFor(features, language, header, weightAt), ...byHand(signals, features)];
  return all.reduce((sum, { contribution }) => sum + contribution, header.bias);
}

/** @returns what was learnt here says about the message, as one contribution within its bound */
function localContribution(features: Features, local: LocalWeights): Contribution[] {
  return [{ name: 'learnt-here', value: true, contribution: shiftOf(features, local) }];
}

