/**
 * The bytes of one message as they come in. Most messages come in one or two chunks of the stream: these are kept as
 * they are and put together at the end, if there is anything to put together. What grows larger moves into one buffer.
 */
import { Buffer } from 'node:buffer';
import { intake } from '../message/limits.ts';
import type { ByteBudget } from './byte-budget.ts';
import { GrowingBuffer } from './growing-buffer.ts';

export class MessageStore {
  readonly #large: GrowingBuffer;
  readonly #budget: ByteBudget;
  #slices: Buffer[] = [];
  #slicesBytes = 0;

  /** @param expectedBytes what the sender declared, 0 if nothing */
  constructor(maxBytes: number, expectedBytes: number, budget: ByteBudget) {
    this.#large = new GrowingBuffer(maxBytes, expectedBytes, budget);
    this.#budget = budget;
  }

  get length(): number {
    return this.#slicesBytes + this.#large.length;
  }

  /** What is appended from now on is copied, so that the source may go. */
  get copies(): boolean {
    return this.#large.length > 0;
  }

  /** Appends `source[start, end)`, which must not change until `free`; false, and nothing is appended, when there is no room in memory. */
  append(source: Buffer, start: number, end: number): boolean {
    const bytes = end - start;
    // Every slice costs an object, however small it is.
    const fits = this.#slices.length < intake.slicesMax && this.#slicesBytes + bytes <= intake.slicesMaxBytes;
    if (this.copies || !fits) return this.#gathered() && this.#large.append(source, start, end);
    if (!this.#budget.take(bytes)) return false;
    this.#slices.push(source.subarray(start, end));
    this.#slicesBytes += bytes;
    return true;
  }

  /** What was appended. */
  bytes(): Buffer {
    if (this.copies) return this.#large.bytes();
    if (this.#slices.length !== 1) this.#slices = [Buffer.concat(this.#slices, this.#slicesBytes)];
    return this.#slices[0] as Buffer;
  }

  /** Forgets everything and gives the bytes back to the budget. May be called again. */
  free(): void {
    this.#large.free();
    this.#dropSlices();
  }

  #gathered(): boolean {
    const slices = this.#slices;
    this.#dropSlices();
    return slices.every((slice) => this.#large.append(slice, 0, slice.length));
  }

  #dropSlices(): void {
    this.#budget.give(this.#slicesBytes);
    this.#slices = [];
    this.#slicesBytes = 0;
  }
}
