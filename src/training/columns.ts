/**
 * PURE. Which features may be learnt. One that stands in a single source says which collection a message is of, and so does a
 * word of addresses that mostly stands in one; and words of a language count only where both wanted and unwanted mail in it is
 * there to learn from, so that nobody's language becomes a sign of spam.
 */
import { BLOCKS } from '../scoring/features/builder.ts';
import type { Dataset, Example } from './dataset.ts';

const MESSAGES_MIN = 3;
const SOURCES_MIN = 2;
/** In as many sources, counted as if in equal parts, a word of addresses must stand. */
const PATH_SPREAD_MIN = 3;
const PATH = BLOCKS.indexOf('path');
const LANGUAGE_WANTED_MIN = 50;
const LANGUAGE_UNWANTED_MIN = 20;
/** Blocks that hold words. */
export const WORDY: ReadonlySet<number> = new Set((['opening', 'word', 'pair', 'subject', 'piece'] as const).map((block) => BLOCKS.indexOf(block)));

export interface Columns {
  /** Slot to column, for the slots that may be learnt. */
  readonly bySlot: ReadonlyMap<number, number>;
  /** Block of each column. */
  readonly blocks: readonly number[];
  /** Languages whose words count. */
  readonly languages: ReadonlySet<string>;
}

/** Languages with enough of both classes. */
export function taughtLanguages(examples: readonly Example[]): ReadonlySet<string> {
  const counts = new Map<string, [number, number]>();
  for (const { language, label } of examples) {
    const count = counts.get(language) ?? [0, 0];
    count[label]++;
    counts.set(language, count);
  }
  return new Set([...counts].filter(([, [wanted, unwanted]]) => wanted >= LANGUAGE_WANTED_MIN && unwanted >= LANGUAGE_UNWANTED_MIN).map(([language]) => language));
}

export const mayTeach = (example: Example, block: number, languages: ReadonlySet<string>): boolean => !WORDY.has(block) || languages.has(example.language);

/** Where all wanted or all unwanted mail is of one source, sources and classes are the same, and nothing can be told from them. */
export function sourcesTell(examples: readonly Pick<Example, 'source' | 'label'>[]): boolean {
  return [0, 1].every((label) => new Set(examples.filter((example) => example.label === label).map(({ source }) => source)).size >= SOURCES_MIN);
}

interface Seen {
  messages: number;
  readonly block: number;
  readonly bySource: Map<number, number>;
}

export function chooseColumns(dataset: Dataset, examples: readonly Example[]): Columns {
  const languages = taughtLanguages(examples);
  const sizes = new Map<string, number>();
  for (const { source } of examples) sizes.set(source, (sizes.get(source) ?? 0) + 1);
  const sources = [...sizes.keys()];
  const indices = new Map(sources.map((source, index) => [source, index]));
  const seen = new Map<number, Seen>();
  for (const example of examples) {
    const source = indices.get(example.source) as number;
    dataset.each(example, (slot, block) => {
      if (!mayTeach(example, block, languages)) return;
      let found = seen.get(slot);
      if (found === undefined) seen.set(slot, (found = { messages: 0, block, bySource: new Map() }));
      found.messages++;
      found.bySource.set(source, (found.bySource.get(source) ?? 0) + 1);
    });
  }
  const isTold = sourcesTell(examples);
  const bySlot = new Map<number, number>(), blocks: number[] = [];
  for (const [slot, { messages, block, bySource }] of seen) {
    if (messages < MESSAGES_MIN) continue;
    if (isTold && (bySource.size < SOURCES_MIN || (block === PATH && spread(bySource, sources, sizes) < PATH_SPREAD_MIN))) continue;
    bySlot.set(slot, blocks.length);
    blocks.push(block);
  }
  return { bySlot, blocks, languages };
}

/** In how many sources a feature stands, counted as if in equal parts (inverse Simpson index). */
function spread(bySource: ReadonlyMap<number, number>, sources: readonly string[], sizes: ReadonlyMap<string, number>): number {
  let total = 0, squares = 0;
  for (const [source, count] of bySource) {
    const share = count / Math.sqrt(sizes.get(sources[source] as string) ?? 1);
    total += share;
    squares += share * share;
  }
  return (total * total) / squares;
}
