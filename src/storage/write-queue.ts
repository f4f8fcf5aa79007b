/**
 * What may be written a moment later: decisions and correspondents, in one transaction per batch.
 * Memory stays bounded: beyond the bound nothing more is taken, which the log and `problem()` say.
 */
import type { Engine, Work } from './engine.ts';
import type { Log } from '../platform/log.ts';
import { storage } from '../message/limits.ts';

interface Item {
  readonly work: () => Work<void>;
  /** Rough size in memory. */
  readonly bytes: number;
}

export class WriteQueue {
  readonly #engine: Engine;
  readonly #log: Log;
  #items: Item[] = [];
  #bytes = 0;
  #dropped = 0;
  #failure: string | null = null;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor(engine: Engine, log: Log) {
    this.#engine = engine;
    this.#log = log;
  }

  add(work: () => Work<void>, bytes: number): void {
    if (this.#items.length >= storage.queueRowsMax || this.#bytes + bytes > storage.queueMaxBytes) {
      // The first of a run is told at once, the rest with the next success: a log line for each would make things worse.
      if (this.#dropped++ === 0) this.#log.error({ waiting: this.#items.length, error: this.#failure }, 'decision log is full, records are being dropped');
      return;
    }
    this.#items.push({ work, bytes });
    this.#bytes += bytes;
    if (this.#timer === null && this.#writing === null) this.#later(storage.batchDelayMs);
  }

  /** Resolves when all that was added before is written; rejects with StoreError when that failed (it stays queued). */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    while (this.#items.length > 0 || this.#writing !== null) await (this.#writing ??= this.#writeBatch());
  }

  /** Writes what waits; nothing is tried again after this. Rejects like `flush`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  problem(): string | null {
    if (this.#failure === null && this.#dropped === 0) return null;
    return `decision log: ${this.#items.length} records waiting, ${this.#dropped} dropped; ${this.#failure ?? 'catching up'}`;
  }

  #later(delayMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      // The failure is kept in #failure, logged, and tried again.
      this.#writing ??= this.#writeBatch();
      this.#writing.catch(() => undefined);
    }, delayMs);
    this.#timer.unref();
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#items.slice(0, storage.batchRowsMax);
    try {
      await this.#engine.write(() => all(batch), 'soon');
      this.#items = this.#items.slice(batch.length);
      for (const item of batch) this.#bytes -= item.bytes;
      this.#recovered();
    } catch (error) {
      if (this.#failure === null) this.#log.error({ err: error, waiting: this.#items.length }, 'decision log cannot be written');
      this.#failure = (error as Error).message;
      throw error;
    } finally {
      this.#writing = null;
      if (this.#items.length > 0 && this.#timer === null) this.#later(this.#failure === null ? 0 : storage.retryDelayMs);
    }
  }

  #recovered(): void {
    if (this.#failure !== null || this.#dropped > 0) this.#log.warn({ dropped: this.#dropped }, 'decision log is written again');
    this.#failure = null;
    this.#dropped = 0;
  }
}

function* all(items: readonly Item[]): Work<void> {
  for (const item of items) yield* item.work();
}
