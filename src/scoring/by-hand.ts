/** PURE. Signals whose weights are set by hand: what no training mail can teach (heuristic-weights.ts says why of each). */
import type { Signal } from '../signals/signal.ts';
import type { Features } from './features/builder.ts';
import { isLearnt } from './features/learnt-signals.ts';
import { WEIGHTS, type Weight } from './heuristic-weights.ts';
import type { Contribution } from './score.ts';

const byName: ReadonlyMap<string, readonly Weight[]> = Map.groupBy(WEIGHTS.filter(({ signal }) => !isLearnt(signal)), ({ signal }) => signal);

/** Public training mail has hardly any letters between companies, so it cannot teach what these are like; see features/asking.ts. */
const ASKING = { nothing: -4, little: -2, something: 0 } as const;

/** What is unknown adds nothing, either way. */
export function byHand(signals: readonly Signal[], { asking }: Pick<Features, 'asking'>): readonly Contribution[] {
  const contributions: Contribution[] = asking === 'something' ? [] : [{ name: 'asks', value: asking, contribution: ASKING[asking] }];
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
