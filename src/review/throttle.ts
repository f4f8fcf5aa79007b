/** How often one client may try: a window of fixed length per client, in memory, bounded. */
import { clientNetwork } from '../stations/client-network.ts';
import { review } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';

export class Throttle {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #seen = new Map<string, { count: number; readonly until: number }>();

  constructor(clock: Clock, max: number = review.attemptsPerClientMax) {
    this.#clock = clock;
    this.#max = max;
  }

  /** Counts an attempt; false: too many. IPv4 clients count by /24 and IPv6 ones by /64, like everywhere else here. */
  allows(ip: string): boolean {
    const now = this.#clock.now();
    const key = clientNetwork(ip === '' ? null : ip);
    const entry = this.#seen.get(key);
    if (entry !== undefined && entry.until > now) return ++entry.count <= this.#max;
    this.#seen.delete(key);
    // The first key is the oldest: whoever fills the table only makes it forget those who came long ago.
    if (this.#seen.size >= review.clientsRememberedMax) this.#seen.delete(this.#seen.keys().next().value as string);
    this.#seen.set(key, { count: 1, until: now + review.attemptsWindowMs });
    return true;
  }
}
