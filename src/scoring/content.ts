/** PURE. What the content says, in log-odds: the learnt weights of its features, told signal by signal and word by word as far as people can use it. */
import type { Signal, SignalValue } from '../signals/signal.ts';
import type { ContributionSum } from './contribution-sum.ts';
import { BLOCKS, type Block, type Features } from './features/builder.ts';
import { isLearnt } from './features/learnt-signals.ts';
import { Strongest } from './features/strongest.ts';
import { valueOf } from './features/values.ts';
import { weightTable, type Model } from './model.ts';

/** How many words, links and facts of form are shown one by one; the rest is one sum each. */
const SHOWN = 10;

/** For people: which sort of feature each block holds. */
export const SORT_NAMES: Readonly<Record<Block, string>> = { named: 'form', opening: 'words', word: 'words', pair: 'words', subject: 'subject', piece: 'subject', link: 'links', path: 'links' };
const BLOCK_NAMES = BLOCKS.map((block) => SORT_NAMES[block]);
const SORTS = [...new Set(BLOCK_NAMES)];
const REST_NAMES = SORTS.map((sort) => `${sort}-rest`);
const SORT_OF = BLOCK_NAMES.map((name) => SORTS.indexOf(name));
/** Single words stand between the named features and here. */
const WORDS_END = BLOCKS.indexOf('word');
const LINK = BLOCKS.indexOf('link');
/** Where fewer of the words are known than the first share, all caution counts; from the second on, none. */
const FAMILIAR = [0.3, 0.6] as const;

/** One thread, one message at a time: the weights of its features. */
let weights = new Float64Array(8192);

interface OfSignal {
  readonly name: string;
  value: SignalValue;
  contribution: number;
  counts: boolean;
}

/** What is usual, ready to be asked: see `Usual` in model.ts. */
interface Common {
  readonly facts: ReadonlyMap<string, number>;
  /** In the order of SORTS. */
  readonly sorts: readonly number[];
}

/**
 * @returns adds what the model says of a message to a sum: where every message begins; learnt signals by name; the strongest words,
 *   link parts and facts of form one by one, as far as they differ from what is usual; the rest of each sort as one
 */
export function contentWeigher({ header: { bias, largest, caution, languages, usual }, bytes }: Model): (sum: ContributionSum, features: Features, signals: readonly Signal[], language: string | null) => void {
  const table = weightTable(largest);
  const common: Common = { facts: new Map(Object.entries(usual?.facts ?? {})), sorts: SORTS.map((sort) => usual?.sorts[sort] ?? 0) };
  const start = common.sorts.reduce((sum, each) => sum + each, bias);

  /** All at once and without a question in between: where a weight is in memory is anybody's guess, and so many can be on their way together. */
  function lookUp(slots: Int32Array): void {
    if (slots.length > weights.length) weights = new Float64Array(2 * slots.length);
    const into = weights;
    for (let i = 0; i < slots.length; i++) into[i] = table[(bytes[slots[i] as number] as number) + 128] as number;
  }

  /** A language must not cost its writers anything: where the words cannot speak for a message, the form alone must not speak against it. */
  function addCaution(sum: ContributionSum, { ends }: Features, language: string | null): void {
    if (caution === 0 || languages.includes(language ?? 'und')) return;
    const from = ends[0] as number, to = ends[WORDS_END] as number;
    let known = 0;
    for (let i = from; i < to; i++) if (weights[i] !== 0) known++;
    const [none, enough] = FAMILIAR;
    const part = Math.max(0, Math.min(1, (enough - known / Math.max(1, to - from)) / (enough - none)));
    sum.add('language-not-learnt', language ?? true, -caution * part);
  }

  return (sum, features, signals, language) => {
    lookUp(features.slots);
    sum.add('starting-point', true, start);
    const strongest = new Strongest(SHOWN);
    const rest = BLOCKS.map(() => 0);
    rest[0] = addNamed(sum, features, signals, strongest, common);
    for (let block = 1; block < BLOCKS.length; block++) rest[block] = block === LINK ? restOfLinks(features, strongest, common) : restOf(block, features, strongest);
    addShown(sum, features, strongest, rest, common);
    addCaution(sum, features, language);
  };
}

/** Adds what each signal says. @returns the sum of the other named features */
function addNamed(sum: ContributionSum, features: Features, signals: readonly Signal[], strongest: Strongest, { facts }: Common): number {
  const bySignal = new Map<string, OfSignal>();
  for (const signal of signals) if (signal.state === 'present' && isLearnt(signal.name)) bySignal.set(signal.name, { name: signal.name, value: signal.value, contribution: 0, counts: false });
  const end = features.ends[0] as number, value = valueOf(0, end);
  const counting: OfSignal[] = [];
  let rest = 0;
  for (let i = 0; i < end; i++) {
    const contribution = (weights[i] as number) * value, name = features.name(i), ofSignal = bySignal.get(name);
    if (ofSignal === undefined) {
      rest += contribution;
      strongest.offer(i, 0, contribution - (facts.get(name) ?? 0));
      continue;
    }
    if (contribution === 0) continue;
    ofSignal.contribution += contribution;
    if (!ofSignal.counts) counting.push(ofSignal);
    ofSignal.counts = true;
  }
  for (const { name, value: shown, contribution } of counting) sum.add(name, shown, contribution);
  return rest;
}

/** As `restOf`, of features that have names. */
function restOfLinks(features: Features, strongest: Strongest, { facts }: Common): number {
  const from = features.ends[LINK - 1] as number, to = features.ends[LINK] as number, value = valueOf(LINK, to - from);
  let rest = 0;
  for (let i = from; i < to; i++) {
    const contribution = (weights[i] as number) * value;
    rest += contribution;
    strongest.offer(i, LINK, contribution - (facts.get(features.name(i)) ?? 0));
  }
  return rest;
}

function restOf(block: number, { ends }: Features, strongest: Strongest): number {
  const from = ends[block - 1] as number, to = ends[block] as number, value = valueOf(block, to - from);
  let rest = 0;
  for (let i = from; i < to; i++) {
    const contribution = (weights[i] as number) * value;
    rest += contribution;
    if (Math.abs(contribution) > strongest.least) strongest.offer(i, block, contribution);
  }
  return rest;
}

function addShown(sum: ContributionSum, features: Features, { list }: Strongest, rest: number[], { sorts }: Common): void {
  for (const { index, block, contribution } of list) {
    rest[block] = (rest[block] as number) - contribution;
    sum.add(BLOCK_NAMES[block] as string, features.label(index), contribution);
  }
  const sums = sorts.map((usual) => -usual);
  for (let block = 0; block < BLOCKS.length; block++) sums[SORT_OF[block] as number] = (sums[SORT_OF[block] as number] as number) + (rest[block] as number);
  for (let sort = 0; sort < SORTS.length; sort++) sum.add(REST_NAMES[sort] as string, true, sums[sort] as number);
}
