/**
 * PURE. What a finished model says of nearly every message: so much a fact of form usually counts whichever value it has, so
 * much all words of a message together. People are told how a message differs from that; no score depends on it.
 */
import { SORT_NAMES } from '../scoring/content.ts';
import { BLOCKS, type Block } from '../scoring/features/builder.ts';
import { isLearnt } from '../scoring/features/learnt-signals.ts';
import { valueOf } from '../scoring/features/values.ts';
import { weightTable, type Model, type Usual } from '../scoring/model.ts';
import { sourceImportance } from './balance.ts';
import { NAMED_BLOCKS, type Dataset, type Example } from './dataset.ts';

/** What fewer messages have is no fact about most, and is told in full. */
const COMMON_SHARE = 0.3;
/** What as many have belongs to where every message begins. */
const NEARLY_ALL = 0.8;
/** What so much of all HTML has is told as this: that a message is in HTML. */
const ALL_HTML = 0.99;
const HTML = 'html';
const DIGITS = 1e4;

/** One fact of form or of links, whichever value it has; amounts by importance. */
interface Seen {
  readonly sort: string;
  isValue: boolean;
  /** Messages that have it, and those of them in HTML. */
  messages: number;
  html: number;
  /** How often, and what it said together. */
  times: number;
  sum: number;
  last: Example | null;
}

/** @param model its weights as they are stored */
export function usualOf(dataset: Dataset, examples: readonly Example[], { bytes, largest }: Pick<Model, 'bytes'> & { readonly largest: number }): Usual {
  const table = weightTable(largest), importance = sourceImportance(examples), { facts } = dataset;
  const seen = new Map<string, Seen>();
  const sums: Record<string, number> = { words: 0, subject: 0 };
  let all = 0;
  for (const [i, example] of examples.entries()) {
    const counts = importance[i] as number;
    all += counts;
    dataset.each(example, (slot, block, size) => {
      const sort = SORT_NAMES[BLOCKS[block] as Block], said = counts * (table[(bytes[slot] as number) + 128] as number) * valueOf(block, size);
      if (sort in sums) sums[sort] = (sums[sort] as number) + said;
      const fact = NAMED_BLOCKS.includes(block) ? facts.get(slot) : undefined;
      if (fact === undefined || isLearnt(fact.name)) return;
      let own = seen.get(fact.name);
      if (own === undefined) seen.set(fact.name, (own = { sort, isValue: false, messages: 0, html: 0, times: 0, sum: 0, last: null }));
      own.isValue ||= fact.isValue;
      own.times += counts;
      own.sum += said;
      if (own.last === example) return;
      own.last = example;
      own.messages += counts;
      if (example.isHtml) own.html += counts;
    });
  }
  return rounded(seen, all, { words: (sums['words'] as number) / all, subject: (sums['subject'] as number) / all });
}

function rounded(seen: ReadonlyMap<string, Seen>, all: number, wordy: Readonly<Record<string, number>>): Usual {
  const facts: Record<string, number> = {}, sorts: Record<string, number> = { form: 0, links: 0, ...wordy };
  const html = seen.get(HTML)?.messages ?? 0;
  let withHtml = 0;
  for (const [name, { sort, isValue, messages, html: inHtml, times, sum }] of [...seen].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isOfHtml = html < NEARLY_ALL * all && inHtml === messages && messages > ALL_HTML * html;
    if (!isValue || (messages < COMMON_SHARE * all && !isOfHtml)) continue;
    const usual = digits(sum / times);
    facts[name] = usual;
    if (isOfHtml) withHtml += usual;
    else if (messages >= NEARLY_ALL * all) sorts[sort] = (sorts[sort] as number) + usual;
  }
  if (withHtml !== 0) facts[HTML] = digits(-withHtml);
  return { facts, sorts: Object.fromEntries(Object.entries(sorts).map(([sort, usual]) => [sort, digits(usual)])) };
}

const digits = (value: number): number => Math.round(value * DIGITS) / DIGITS;
