/** How long a client may take for a stage of the conversation (RFC 5321 section 4.5.3.2.7). One timer for all stages. */
export class StageClock {
  readonly #expire: () => void;
  #dueAt: (() => number) | null = null;
  #timer: NodeJS.Timeout | null = null;
  #firesAt = Infinity;

  /** @param expire called once when a stage takes too long */
  constructor(expire: () => void) {
    this.#expire = expire;
  }

  /** @param dueAt when this stage is over, in milliseconds of `performance.now()`; asked again before it is */
  start(dueAt: () => number): void {
    this.#dueAt = dueAt;
    const at = dueAt();
    // A timer that fires too early is cheaper than a new one for every command.
    if (at < this.#firesAt) this.#arm(at);
  }

  /** It is not the client's turn. */
  pause(): void {
    this.#dueAt = null;
  }

  dispose(): void {
    this.#dueAt = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#firesAt = -Infinity;
  }

  #arm(at: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#firesAt = at;
    this.#timer = setTimeout(() => this.#fired(), Math.max(1, at - performance.now()));
    this.#timer.unref();
  }

  #fired(): void {
    this.#timer = null;
    this.#firesAt = Infinity;
    if (this.#dueAt === null) return;
    const at = this.#dueAt();
    if (at > performance.now()) return this.#arm(at);
    this.#dueAt = null;
    this.#expire();
  }
}
