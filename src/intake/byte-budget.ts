/** How many bytes of messages are in memory at once, all connections of the process together. */
import { intake } from '../message/limits.ts';

/** Room for one message of the greatest size at least, or none such could ever come in. */
export function budgetFor({ messageMaxBytes }: { readonly messageMaxBytes: number }): ByteBudget {
  return new ByteBudget(Math.max(intake.bytesInFlightMax, messageMaxBytes));
}

export class ByteBudget {
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  has(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#maxBytes;
  }

  /** @returns false, and nothing is taken, when that much is not left */
  take(bytes: number): boolean {
    if (!this.has(bytes)) return false;
    this.#usedBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
