/**
 * PURE. How little the training mail says about letters between people. Most has none, and its words and forms then speak only
 * for the collections it is from. What can be learnt from are sources that hold both: wanted and unwanted messages that ask for
 * nothing, side by side. Where nobody says which source a message is of, all mail counts as one.
 */
import { ASKS, type Asks } from '../scoring/by-hand.ts';
import { sourcesTell } from './columns.ts';
import type { Example } from './dataset.ts';

/** With so many of both side by side, half is known. */
const SIDE_BY_SIDE_HALF = 300;

/** 1: nothing is known; nears 0 the more there is to learn from. */
export function lettersUnknown(examples: readonly Pick<Example, 'asking' | 'source' | 'label'>[]): number {
  const isTold = sourcesTell(examples);
  const letters = Map.groupBy(examples.filter(({ asking }) => asking === 'nothing'), ({ source }) => (isTold ? source : ''));
  let sideBySide = 0;
  for (const own of letters.values()) {
    const unwanted = own.filter(({ label }) => label === 1).length;
    sideBySide += Math.min(unwanted, own.length - unwanted);
  }
  return SIDE_BY_SIDE_HALF / (SIDE_BY_SIDE_HALF + sideBySide);
}

/** The weights set by hand for what asks for nothing give way to what can be learnt. */
export const asksFor = (unknown: number): Asks => ({ nothing: ASKS.nothing * unknown, little: ASKS.little * unknown, own: ASKS.own * unknown });
