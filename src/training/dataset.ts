/** PURE. The training mail as features: what is kept of each message while a model is made. */
import type { Asking } from '../scoring/features/asking.ts';
import { BLOCKS, type Features } from '../scoring/features/builder.ts';

export interface Example {
  /** 1: unwanted, 0: wanted. */
  readonly label: 0 | 1;
  readonly source: string;
  readonly isHtml: boolean;
  /** ISO 639-1 as guessed, or `und`. */
  readonly language: string;
  /** Log-odds of the signals whose weights are set by hand. */
  readonly offset: number;
  readonly asking: Asking;
  /** First slot in the dataset, and where each block ends, counted from there. */
  readonly at: number;
  readonly ends: readonly number[];
}

/** A feature that has a name. */
export interface Fact {
  readonly name: string;
  /** It is one of several values: `capitals 3`. */
  readonly isValue: boolean;
}

/** Blocks of features that have names. */
export const NAMED_BLOCKS: readonly number[] = (['named', 'link'] as const).map((block) => BLOCKS.indexOf(block));

export class Dataset {
  readonly examples: Example[] = [];
  readonly #facts = new Map<number, Fact>();
  #slots = new Int32Array(1 << 20);
  #length = 0;

  add(features: Features, about: Pick<Example, 'label' | 'source' | 'isHtml' | 'language' | 'offset'>): void {
    const { slots, ends, asking } = features;
    while (this.#length + slots.length > this.#slots.length) {
      const larger = new Int32Array(this.#slots.length * 2);
      larger.set(this.#slots);
      this.#slots = larger;
    }
    this.#slots.set(slots, this.#length);
    this.examples.push({ ...about, asking, at: this.#length, ends });
    this.#length += slots.length;
    for (const block of NAMED_BLOCKS) {
      for (let i = block === 0 ? 0 : (ends[block - 1] as number); i < (ends[block] as number); i++) {
        const slot = slots[i] as number;
        if (!this.#facts.has(slot)) this.#facts.set(slot, { name: features.name(i), isValue: !features.label(i).endsWith(features.name(i)) });
      }
    }
  }

  /** What stands behind the slots of facts of form and of links, as far as there were any. */
  get facts(): ReadonlyMap<number, Fact> {
    return this.#facts;
  }

  /** Every feature of one message: its slot, its block, and how many the block holds. */
  each(example: Example, visit: (slot: number, block: number, size: number) => void): void {
    let from = 0;
    for (let block = 0; block < BLOCKS.length; block++) {
      const end = example.ends[block] as number;
      for (let i = from; i < end; i++) visit(this.#slots[example.at + i] as number, block, end - from);
      from = end;
    }
  }
}
