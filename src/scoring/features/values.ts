/**
 * PURE. What one feature of a block counts: the more there are, the less each, and next to nothing in a text of three words,
 * so that long and short messages are judged alike.
 */
import { BLOCKS, type Block } from './builder.ts';

/** A block counts as if it held as many features more. */
const DAMPING: Readonly<Record<Block, number>> = { named: 0, word: 30, pair: 30, subject: 4, link: 5, topic: 2 };
const TABLE_MAX = 8192;
const tables: readonly Float32Array[] = BLOCKS.map((block) => Float32Array.from({ length: TABLE_MAX }, (_, size) => 1 / Math.sqrt(Math.max(1, size + DAMPING[block]))));

/** @param block index in BLOCKS  @param size how many features the block holds in this message */
export const valueOf = (block: number, size: number): number => tables[block]?.[Math.min(size, TABLE_MAX - 1)] ?? 0;
