/** The time, as a value that tests replace. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}
export const systemClock: Clock = { now: () => Date.now() };
