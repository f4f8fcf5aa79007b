/** PURE. Contributions put together: their sum, in the order in which they come, and all that are not zero, the largest first. */
import type { Contribution } from './score.ts';
import type { SignalValue } from '../signals/signal.ts';

export class ContributionSum {
  readonly #largestFirst: Contribution[] = [];
  #logit = 0;

  /** Log-odds. */
  get logit(): number {
    return this.#logit;
  }

  /** By absolute value; of equal ones those added first. */
  get contributions(): readonly Contribution[] {
    return this.#largestFirst;
  }

  add(name: string, value: SignalValue, contribution: number): void {
    if (contribution === 0) return;
    this.#logit += contribution;
    const list = this.#largestFirst, added = { name, value, contribution }, size = Math.abs(contribution);
    let at = list.length;
    list.push(added);
    for (; at > 0 && Math.abs((list[at - 1] as Contribution).contribution) < size; at--) list[at] = list[at - 1] as Contribution;
    list[at] = added;
  }
}
