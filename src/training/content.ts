/** PURE. Learns the weights of slots from a dataset. */
import { BLOCKS } from '../scoring/features/builder.ts';
import { SLOTS } from '../scoring/features/hash.ts';
import { valueOf } from '../scoring/features/values.ts';
import { importanceOf } from './balance.ts';
import { chooseColumns, mayTeach, WORDY, type Columns } from './columns.ts';
import type { Dataset, Example } from './dataset.ts';
import { fitLogistic, type Rows } from '../scoring/numeric/logistic.ts';

const PENALTY = 0.05;
const TEXT: ReadonlySet<number> = new Set((['opening', 'word', 'pair'] as const).map((block) => BLOCKS.indexOf(block)));

export interface Content {
  /** Log-odds of each slot, for a feature of value 1. */
  readonly weights: Float32Array;
  readonly bias: number;
  /** Languages whose words were learnt. */
  readonly languages: readonly string[];
  readonly learnt: number;
}

/**
 * @param unknown how little is known of letters (letters.ts): the less, the more the text's words are held back
 * @param tolerance see logistic.ts
 */
export function learnContent(dataset: Dataset, examples: readonly Example[], unknown: number, tolerance?: number): Content {
  const columns = chooseColumns(dataset, examples);
  const fit = fitLogistic({
    rows: rowsOf(dataset, examples, columns),
    labels: Uint8Array.from(examples, ({ label }) => label),
    importance: importanceOf(examples, columns.languages),
    offsets: Float64Array.from(examples, ({ offset }) => offset),
    penalty: PENALTY,
    relative: Float64Array.from(columns.blocks, (block) => (TEXT.has(block) ? unknown : 1)),
    ...(tolerance === undefined ? {} : { tolerance }),
  });
  const weights = new Float32Array(SLOTS);
  for (const [slot, column] of columns.bySlot) weights[slot] = fit.weights[column] as number;
  return { weights, bias: fit.bias, languages: [...columns.languages].sort(), learnt: columns.bySlot.size };
}

/** What the content alone says, without the signals set by hand; `blind`: as if no word of it were known. */
export function contentLogit(dataset: Dataset, example: Example, { weights, bias }: Pick<Content, 'weights' | 'bias'>, blind = false): number {
  let sum = bias;
  dataset.each(example, (slot, block, size) => {
    if (!blind || !WORDY.has(block)) sum += (weights[slot] as number) * valueOf(block, size);
  });
  return sum;
}

function rowsOf(dataset: Dataset, examples: readonly Example[], { bySlot, languages }: Columns): Rows {
  let count = 0;
  const starts = new Int32Array(examples.length + 1);
  for (const [i, example] of examples.entries()) {
    dataset.each(example, (slot, block) => {
      if (bySlot.has(slot) && mayTeach(example, block, languages)) count++;
    });
    starts[i + 1] = count;
  }
  const columns = new Int32Array(count), values = new Float32Array(count);
  let at = 0;
  for (const example of examples) {
    dataset.each(example, (slot, block, size) => {
      const column = bySlot.get(slot);
      if (column === undefined || !mayTeach(example, block, languages)) return;
      columns[at] = column;
      values[at++] = valueOf(block, size);
    });
  }
  return { starts, columns, values, columnCount: bySlot.size };
}
