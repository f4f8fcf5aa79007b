/**
 * Deadlines that are hardly ever reached: every message has one, and a timer set and cleared for each costs more than much of
 * what it watches over. All of one length share a timer that looks from time to time, so that they come a little late, never early.
 */

/** A deadline is at most so small a part of its length late. */
const PARTS = 16;
/** Lengths come from limits and settings: more of them are a mistake, and have timers of their own. */
const WHEELS_MAX = 20;

interface Waiting {
  readonly at: number;
  readonly expire: () => void;
}

class Wheel {
  readonly #ms: number;
  /** In the order of their ends, since all take as long. */
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;

  constructor(ms: number) {
    this.#ms = ms;
  }

  start(expire: () => void): () => void {
    const waiting: Waiting = { at: performance.now() + this.#ms, expire };
    this.#waiting.add(waiting);
    // It goes on for a while when nobody waits, so that the next message finds it; that must not keep a process alive.
    if (this.#timer === null) this.#timer = setInterval(() => this.#look(), Math.max(1, this.#ms / PARTS));
    else if (this.#waiting.size === 1) this.#timer.ref();
    return () => this.#end(waiting);
  }

  #end(waiting: Waiting): void {
    if (this.#waiting.delete(waiting) && this.#waiting.size === 0) this.#timer?.unref();
  }

  #look(): void {
    if (this.#waiting.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    const now = performance.now();
    for (const waiting of this.#waiting) {
      if (waiting.at > now) return;
      this.#end(waiting);
      waiting.expire();
    }
  }
}

const wheels = new Map<number, Wheel>();

/** @param expire called once when the time is over; must not throw @returns what calls it off; may be called at any time */
export function startDeadline(ms: number, expire: () => void): () => void {
  let wheel = wheels.get(ms);
  if (wheel === undefined) {
    if (wheels.size >= WHEELS_MAX) {
      const timer = setTimeout(expire, ms);
      return () => clearTimeout(timer);
    }
    wheels.set(ms, (wheel = new Wheel(ms)));
  }
  return wheel.start(expire);
}
