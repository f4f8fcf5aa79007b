/** PURE. The largest of many contributions, without a list of all. */

export interface Strong {
  readonly index: number;
  readonly block: number;
  readonly contribution: number;
}

/** Keeps the few of the largest absolute value, largest first; of equal ones those offered first. */
export class Strongest {
  readonly #count: number;
  readonly #kept: Strong[] = [];
  #least = 0;

  constructor(count: number) {
    this.#count = count;
  }

  /** What the next must exceed. */
  get least(): number {
    return this.#least;
  }

  get list(): readonly Strong[] {
    return this.#kept;
  }

  offer(index: number, block: number, contribution: number): void {
    const size = Math.abs(contribution);
    if (size <= this.#least) return;
    const kept = this.#kept, strong = { index, block, contribution };
    if (kept.length < this.#count) kept.push(strong);
    let at = kept.length - 1;
    for (; at > 0 && Math.abs((kept[at - 1] as Strong).contribution) < size; at--) kept[at] = kept[at - 1] as Strong;
    kept[at] = strong;
    if (kept.length === this.#count) this.#least = Math.abs((kept[this.#count - 1] as Strong).contribution);
  }
}
