/** PURE. Signals whose weights are set by hand: what no training mail can teach (heuristic-weights.ts says why of each). */
import type { Signal } from '../signals/signal.ts';
import type { Features } from './features/builder.ts';
import { isLearnt } from './features/learnt-signals.ts';
import { WEIGHTS, type Weight } from './heuristic-weights.ts';
import type { Contribution } from './score.ts';

const byName: ReadonlyMap<string, readonly Weight[]> = Map.groupBy(WEIGHTS.filter(({ signal }) => !isLearnt(signal)), ({ signal }) => signal);

/** Log-odds for messages that ask for nothing or little; see features/asking.ts. */
export interface Asks {
  readonly nothing: number;
  readonly little: number;
  /** What offers nothing, and leads to its author's own site alone. */
  readonly own: number;
}

/** Public training mail has hardly any letters between companies, so it cannot teach what these are like. */
export const ASKS: Asks = Object.freeze({ nothing: -5.2, little: -2.6, own: -2.2 });

/** @param asks as the model has it: see training/letters.ts */
export function asked({ asking }: Pick<Features, 'asking'>, asks: Asks): readonly Contribution[] {
  return asking === 'something' ? [] : [{ name: 'asks', value: asking, contribution: asks[asking] }];
}

/** What is unknown adds nothing, either way. */
export function byHand(signals: readonly Signal[]): readonly Contribution[] {
  const contributions: Contribution[] = [];
  for (const signal of signals) {
    if (signal.state !== 'present') continue;
    const { name, value } = signal;
    for (const weight of byName.get(name) ?? []) {
      if (weight.value !== null && weight.value !== value) continue;
      contributions.push({ name, value, contribution: weight.logOdds });
      break;
    }
  }
  return contributions;
}
