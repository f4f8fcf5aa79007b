/** PURE. Collects the features of one message: each slot once, with enough kept to name it again while the message is at hand. */
import { SLOTS, hashText, slotOf } from './hash.ts';

/** Blocks are weighed apart: a long text must not drown what few facts there are. */
export const BLOCKS = ['named', 'word', 'pair', 'subject', 'link', 'topic'] as const;
export type Block = (typeof BLOCKS)[number];

export interface Features {
  /** Distinct slots in the order found, block after block. */
  readonly slots: Int32Array;
  /** Where each block ends in `slots`, in the order of BLOCKS. */
  readonly ends: readonly number[];
  /** What stands behind a feature, in plain words; for people, never stored in a model. */
  label(index: number): string;
}

const SEEDS: Readonly<Record<Block, number>> = { named: 0x1b873593, word: 0x2545f491, pair: 0x3c6ef372, subject: 0x4cf5ad43, link: 0x5851f42d, topic: 0x6c078965 };

/** Which message a slot was last seen in: a set that empties itself. One thread, one message at a time. */
const seenIn = new Uint32Array(SLOTS);
let generation = 0;

export class FeatureBuilder {
  #slots = new Int32Array(1024);
  #labels: (string | number)[] = [];
  #length = 0;
  readonly #ends: number[] = [];
  #block: Block = 'named';
  #tokens: readonly string[] = [];

  constructor() {
    generation = (generation + 1) >>> 0;
    if (generation === 0) {
      seenIn.fill(0);
      generation = 1;
    }
  }

  get seed(): number {
    return SEEDS[this.#block];
  }

  /** Ends the blocks before this one. */
  block(block: Block): void {
    const index = BLOCKS.indexOf(block);
    while (this.#ends.length < index) this.#ends.push(this.#length);
    this.#block = block;
  }

  add(name: string): void {
    this.addHash(hashText(name, this.seed), name);
  }

  addHash(hash: number, label: string | number): void {
    const slot = slotOf(hash);
    if (seenIn[slot] === generation) return;
    seenIn[slot] = generation;
    if (this.#length === this.#slots.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#slots);
      this.#slots = larger;
    }
    this.#slots[this.#length++] = slot;
    this.#labels.push(label);
  }

  /** The tokens that numbers given to `addHash` as labels count in: a label 2n is a token, 2n+1 a pair. */
  tokens(tokens: readonly string[]): void {
    this.#tokens = tokens;
  }

  done(): Features {
    while (this.#ends.length < BLOCKS.length) this.#ends.push(this.#length);
    const labels = this.#labels, tokens = this.#tokens, ends = this.#ends;
    return {
      slots: this.#slots.slice(0, this.#length),
      ends,
      label(index) {
        const label = labels[index] ?? '';
        const block = BLOCKS[ends.findIndex((end) => index < end)] ?? 'named';
        const text = typeof label === 'string' ? label : label % 2 === 0 ? (tokens[label >> 1] ?? '') : `${tokens[label >> 1]} ${tokens[(label >> 1) + 1]}`;
        return block === 'named' || block === 'word' || block === 'pair' ? text : `${block} ${text}`;
      },
    };
  }
}
