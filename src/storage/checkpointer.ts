/**
 * Moves the WAL into the database from time to time, on a thread of its own with a connection of its own: the syncs that belong
 * to it take up to a tenth of a second, for which the event loop would stand still. A checkpoint of kind PASSIVE waits for
 * nobody and stops nobody (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint); who commits meanwhile goes on in the WAL.
 */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { storage } from '../message/limits.ts';

const SCRIPT = join(import.meta.dirname, 'checkpoint-worker.ts');

export class Checkpointer {
  readonly #file: string;
  readonly #everyStatements: number;
  #statements = 0;
  /** Started when first needed and kept: a new thread for each checkpoint costs as much as a hundred messages. */
  #worker: Worker | null = null;
  #running: Promise<void> | null = null;

  /** @param file of the database */
  constructor(file: string, everyStatements: number = storage.checkpointStatements) {
    this.#file = file;
    this.#everyStatements = everyStatements;
  }

  /** A transaction of so many statements was committed. */
  wrote(statements: number): void {
    this.#statements += statements;
    if (this.#statements < this.#everyStatements || this.#running !== null) return;
    this.#statements = 0;
    this.#running = this.#run().finally(() => { this.#running = null; });
  }

  /** Resolves when none is under way and the thread has ended. */
  async close(): Promise<void> {
    this.#statements = Number.NEGATIVE_INFINITY;
    await this.#running;
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #run(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const worker = (this.#worker ??= this.#started());
    // One that failed is made up for by the next, or at `checkpointInlinePages` by SQLite itself, which reports what is wrong.
    const ended = (): void => resolve();
    worker.once('message', ended);
    worker.once('exit', ended);
    worker.postMessage('checkpoint');
    await promise;
    worker.off('message', ended);
    worker.off('exit', ended);
  }

  #started(): Worker {
    const worker = new Worker(SCRIPT, { workerData: { file: this.#file }, resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2 } });
    worker.on('error', () => undefined);
    worker.once('exit', () => { if (this.#worker === worker) this.#worker = null; });
    worker.unref(); // It must not keep a process alive that has nothing else to do.
    return worker;
  }
}
