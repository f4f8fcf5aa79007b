/**
 * PURE. What one feature of a block counts: the more there are, the less each, and next to nothing in a text of three words,
 * so that long and short messages are judged alike.
 */
import { BLOCKS, type Block } from './builder.ts';

/** A block counts as if it held as many features more … */
const DAMPING: Readonly<Record<Block, number>> = { named: 0, opening: 15, word: 30, pair: 20, subject: 4, piece: 8, link: 5, path: 5 };
/** … and so much of that: what a message is about stands at its beginning. */
const SHARE: Readonly<Record<Block, number>> = { named: 1, opening: 1, word: 0.5, pair: 1, subject: 1, piece: 1, link: 1, path: 1 };
const TABLE_MAX = 8192;
const tables: readonly Float32Array[] = BLOCKS.map((block) => Float32Array.from({ length: TABLE_MAX }, (_, size) => SHARE[block] / Math.sqrt(Math.max(1, size + DAMPING[block]))));

/** @param block index in BLOCKS  @param size how many features the block holds in this message */
export const valueOf = (block: number, size: number): number => tables[block]?.[Math.min(size, TABLE_MAX - 1)] ?? 0;
