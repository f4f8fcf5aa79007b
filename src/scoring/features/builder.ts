/** PURE. Collects the features of one message: each slot once, with enough kept to name it again while the message is at hand. */
import type { Asking } from './asking.ts';
import { hashOn, hashText, hashUnit, SLOTS, slotOf } from './hash.ts';
import { keep } from './keep.ts';
import { tokenAt, type Tokens } from './tokens.ts';

/** Blocks are weighed apart: a long text must not drown what few facts there are. */
export const BLOCKS = ['named', 'opening', 'word', 'pair', 'subject', 'piece', 'link', 'path'] as const;
export type Block = (typeof BLOCKS)[number];

export interface Features {
  /** Distinct slots in the order found, block after block. */
  readonly slots: Int32Array;
  /** Where each block ends in `slots`, in the order of BLOCKS. */
  readonly ends: readonly number[];
  /** How much is asked or offered: see asking.ts. */
  readonly asking: Asking;
  /** What stands behind a feature, in plain words; for people, never stored in a model. */
  label(index: number): string;
  /** Of a named feature, without its value. */
  name(index: number): string;
}

/** A word is the same word wherever it stands, and only counts more in the opening. */
export const SEEDS: Readonly<Record<Block, number>> = { named: 0x1b873593, opening: 0x2545f491, word: 0x2545f491, pair: 0x3c6ef372, subject: 0x4cf5ad43, piece: 0x6c078965, link: 0x5851f42d, path: 0x71374491 };
/** What people are told beside the feature's own words; '': nothing. */
const SHOWN_WITH: Readonly<Record<Block, string>> = { named: '', opening: '', word: '', pair: '', subject: 'subject ', piece: 'subject …', link: 'link ', path: 'link ' };

/** One thread, one message at a time: the slots of the last message, where their labels are found, and one bit for each slot seen. */
let slots = new Int32Array(8192);
let labels = new Int32Array(8192);
let length = 0;
const seen = new Int32Array(SLOTS / 32);

export class FeatureBuilder {
  readonly #names: string[] = [];
  readonly #values: (string | number | undefined)[] = [];
  readonly #ends: number[] = [];
  #seed = SEEDS.named;
  #hashes = hashesOf.get(SEEDS.named);
  #tokens: Tokens | null = null;

  constructor() {
    for (let i = 0; i < length; i++) seen[(slots[i] as number) >>> 5] = 0;
    length = 0;
  }

  /** Ends the blocks before this one. */
  block(block: Block): void {
    const index = BLOCKS.indexOf(block);
    while (this.#ends.length < index) this.#ends.push(length);
    this.#seed = SEEDS[block];
    this.#hashes = hashesOf.get(this.#seed);
  }

  /** A feature by its name, or by `name value`. */
  add(name: string, value?: string | number): void {
    this.addHashed(this.#hashOf(name), name, value);
  }

  /** @param named hash of the name, from the block's seed */
  addHashed(named: number, name: string, value?: string | number): void {
    const hash = value === undefined ? named : hashOn(hashUnit(named, SPACE), typeof value === 'string' ? value : (SMALL[value] ?? String(value)));
    if (!this.addHash(hash, ~this.#names.length)) return;
    this.#names.push(name);
    this.#values.push(value);
  }

  #hashOf(name: string): number {
    const known = this.#hashes?.get(name);
    if (known !== undefined) return known;
    const hash = hashText(name, this.#seed);
    this.#hashes?.set(name, hash);
    return hash;
  }

  /** @param label 2n for the token n of those given to `tokens`, 2n+1 for the pair that begins with it  @returns false when the slot was there */
  addHash(hash: number, label: number): boolean {
    const slot = slotOf(hash), word = seen[slot >>> 5] as number, bit = 1 << slot;
    if ((word & bit) !== 0) return false;
    seen[slot >>> 5] = word | bit;
    if (length === slots.length) [slots, labels] = [doubled(slots), doubled(labels)];
    slots[length] = slot;
    labels[length++] = label;
    return true;
  }

  /** The tokens that labels count in. */
  tokens(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  done(asking: Asking): Features {
    while (this.#ends.length < BLOCKS.length) this.#ends.push(length);
    const ends = this.#ends, names = this.#names, values = this.#values, tokens = this.#tokens, own = keep(labels, length);
    const text = (label: number): string => {
      if (label < 0) return values[~label] === undefined ? (names[~label] as string) : `${names[~label]} ${values[~label]}`;
      if (tokens === null) return '';
      return label % 2 === 0 ? tokenAt(tokens, label >> 1) : `${tokenAt(tokens, label >> 1)} ${tokenAt(tokens, (label >> 1) + 1)}`;
    };
    return {
      slots: keep(slots, length),
      ends,
      asking,
      label(index) {
        const block = BLOCKS[ends.findIndex((end) => index < end)] ?? 'named';
        return SHOWN_WITH[block] + text(own[index] as number);
      },
      name: (index) => names[~(own[index] as number)] ?? '',
    };
  }
}

const SPACE = 0x20;
/** Names of facts are few, and the same in every message; words are not. */
const hashesOf: ReadonlyMap<number, Map<string, number>> = new Map([SEEDS.named, SEEDS.link].map((seed) => [seed, new Map()]));
const SMALL: readonly string[] = Array.from({ length: 32 }, (_, value) => String(value));

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}
