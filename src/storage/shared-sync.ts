/** One fdatasync for all who wait for it (group commit), off the event loop. */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { StoreError } from './store.ts';

type Syncable = Pick<FileHandle, 'datasync' | 'close'>;

export class SharedSync {
  readonly #file: Syncable;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #failure: string | null = null;

  constructor(file: Syncable) {
    this.#file = file;
  }

  /** @param path of a file that exists; nothing is written to it here */
  static async open(path: string): Promise<SharedSync> {
    return new SharedSync(await open(path, 'r'));
  }

  /** Why nothing can be made durable any more; null: it can. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Resolves when a sync that began after this call has ended well; one that runs already may have missed the last writes. */
  after(): Promise<void> {
    // After a failed sync the kernel may have dropped the pages, and a second one would report success for nothing:
    // no durable promise is made any more until a restart has read the file again.
    if (this.#failure !== null) return Promise.reject(new StoreError(this.#failure));
    if (this.#running === null) return (this.#running = this.#run());
    this.#next ??= this.#running.then(this.#startNext, this.#startNext);
    return this.#next;
  }

  async close(): Promise<void> {
    while (this.#running !== null) await this.#running.catch(() => undefined); // Those who wait for it are told.
    await this.#file.close();
  }

  readonly #startNext = (): Promise<void> => {
    this.#next = null;
    if (this.#failure !== null) {
      this.#running = null;
      return Promise.reject(new StoreError(this.#failure));
    }
    return (this.#running = this.#run());
  };

  async #run(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      this.#failure ??= `The database could not be synced to disk: ${(error as Error).message}`;
      throw new StoreError(this.#failure, { cause: error });
    } finally {
      if (this.#next === null) this.#running = null;
    }
  }
}
