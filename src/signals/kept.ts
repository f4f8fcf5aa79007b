/** PURE. Answers that depend on nothing but a short text, kept for the next time: mail names the same hosts over and over. */
import { ownCopy } from '../message/own-copy.ts';

/** Two generations, so that what is still asked for stays, and forgetting costs nothing. Holds at most twice `max` answers. */
export class Kept<T> {
  readonly #max: number;
  readonly #keyMaxChars: number;
  readonly #find: (key: string) => T;
  #young = new Map<string, T>();
  #old = new Map<string, T>();

  /** @param find must give the same for the same key  @param keyMaxChars longer keys are not kept */
  constructor(find: (key: string) => T, max: number, keyMaxChars: number) {
    this.#find = find;
    this.#max = max;
    this.#keyMaxChars = keyMaxChars;
  }

  get(key: string): T {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    if (key.length > this.#keyMaxChars) return this.#find(key);
    // Cut out of a message, the key would keep the whole message in memory.
    const own = ownCopy(key);
    const found = this.#old.get(own) ?? this.#find(own);
    if (this.#young.size >= this.#max) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(own, found);
    return found;
  }
}
