/**
 * One buffer that a message grows into. Above a megabyte it is as large as a message may become: pages that are
 * never written cost nothing, while growing step by step would hold the message twice.
 */
import { Buffer } from 'node:buffer';
import type { ByteBudget } from './byte-budget.ts';

const STEPS_BYTES = [16 * 1024, 128 * 1024, 1024 * 1024];

export class GrowingBuffer {
  readonly #maxBytes: number;
  readonly #expectedBytes: number;
  readonly #budget: ByteBudget;
  #buffer: Buffer | null = null;
  #length = 0;

  /**
   * @param expectedBytes what the sender declared, 0 if nothing; only a hint, and no memory is taken before bytes come
   */
  constructor(maxBytes: number, expectedBytes: number, budget: ByteBudget) {
    this.#maxBytes = maxBytes;
    this.#expectedBytes = expectedBytes;
    this.#budget = budget;
  }

  get length(): number {
    return this.#length;
  }

  /** Appends `source[start, end)`; false, and nothing is appended, when there is no room in memory. The caller minds maxBytes. */
  append(source: Buffer, start: number, end: number): boolean {
    const at = this.#length;
    const buffer = this.#withRoom(end - start);
    if (buffer === null) return false;
    source.copy(buffer, at, start, end);
    return true;
  }

  /** The same for a text of one character a byte. */
  appendLatin1(text: string): boolean {
    const at = this.#length;
    const buffer = this.#withRoom(text.length);
    if (buffer === null) return false;
    buffer.write(text, at, 'latin1');
    return true;
  }

  /** What was appended; not a copy. */
  bytes(): Buffer {
    return this.#buffer === null ? Buffer.alloc(0) : this.#buffer.subarray(0, this.#length);
  }

  /** Forgets everything and gives the bytes back to the budget. */
  free(): void {
    this.#budget.give(this.#length);
    this.#buffer = null;
    this.#length = 0;
  }

  /** The buffer, so many bytes longer; null: there is no room. */
  #withRoom(bytes: number): Buffer | null {
    const needed = this.#length + bytes;
    if (!this.#budget.take(bytes)) return null;
    if (this.#buffer === null || needed > this.#buffer.length) {
      const larger = this.#allocate(needed);
      if (larger === null) {
        this.#budget.give(bytes);
        return null;
      }
      if (this.#buffer !== null) this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#length = needed;
    return this.#buffer;
  }

  #allocate(needed: number): Buffer | null {
    const expected = Math.min(this.#expectedBytes, this.#maxBytes);
    const step = STEPS_BYTES.find((size) => size >= needed) ?? this.#maxBytes;
    // The declared size, if it is enough and no more than a step ahead of what really came.
    const size = expected >= needed && expected <= Math.max(step, STEPS_BYTES[1] as number) ? expected : Math.min(step, Math.max(this.#maxBytes, needed));
    try {
      return Buffer.allocUnsafeSlow(size);
    } catch {
      return null; // the system has no memory to give: the sender is told to try again
    }
  }
}
