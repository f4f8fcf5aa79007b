/**
 * SQLite through better-sqlite3: everything that is particular to this database.
 *
 * One connection in WAL mode with `synchronous = NORMAL`: a commit is then a write to the WAL file without a sync, which costs
 * microseconds. What must be durable waits for an fdatasync of the WAL file that runs off the event loop and is shared by all who
 * wait. That is what `synchronous = FULL` does after each commit, except that FULL would stop the whole process for it.
 * A checkpoint in between is no danger: under NORMAL it syncs the WAL before it copies, and the database before the WAL is reused.
 * (https://www.sqlite.org/wal.html, https://www.sqlite.org/pragma.html#pragma_synchronous.)
 */
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { CamelCasePlugin, Kysely, SqliteDialect } from 'kysely';
import type { Durability, Engine, Work } from './engine.ts';
import type { Query, SqlValue } from './statement.ts';
import type { Tables } from './tables.ts';
import { Checkpointer } from './checkpointer.ts';
import { migrateToLatest } from './migrate.ts';
import { StoreError } from './store.ts';
import { SharedSync } from './shared-sync.ts';
import { storage } from '../message/limits.ts';
import { syncDirectory } from '../platform/sync-directory.ts';

interface Waiting {
  readonly work: () => Work<unknown>;
  readonly durability: Durability;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: StoreError) => void;
}

interface Prepared {
  readonly run: (parameters: readonly SqlValue[]) => readonly unknown[];
}

/** Opens (and where needed creates and migrates) the database; rejects with StoreError. */
export async function openSqlite(file: string): Promise<Engine> {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Created by us so that its mode is ours; SQLite gives the WAL files the mode of the database.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const database = new Database(file, { timeout: storage.openTimeoutMs });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    database.pragma('foreign_keys = ON');
    database.pragma('cache_size = -16384');
    // Checkpoints are the checkpointer's; this is for when it cannot keep up.
    database.pragma(`wal_autocheckpoint = ${storage.checkpointInlinePages}`);
    // After a burst the WAL file shrinks again at the next checkpoint.
    database.pragma(`journal_size_limit = ${storage.walKeepMaxBytes}`);
    checkIntegrity(database, file);
    const sql = new Kysely<Tables>({ dialect: new SqliteDialect({ database }), plugins: [new CamelCasePlugin()] });
    await migrateToLatest(sql);
    // From here on a lock of another process is waited for without stopping the event loop.
    database.pragma(`busy_timeout = ${storage.busyTimeoutMs}`);
    await syncDirectory(dirname(file)); // So that the names of new files last, too.
    return new SqliteEngine(database, sql, await SharedSync.open(`${file}-wal`), new Checkpointer(file));
  } catch (error) {
    throw asStoreError(error);
  }
}

function checkIntegrity(database: Database.Database, file: string): void {
  // Beyond this size the check would delay the start by seconds; SQLite still notices damaged pages when it reads them.
  if (statSync(file).size > storage.integrityCheckMaxBytes) return;
  const found = database.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw new StoreError(`The database ${file} is damaged: ${String(found)}`);
}

class SqliteEngine implements Engine {
  readonly sql: Kysely<Tables>;
  readonly #database: Database.Database;
  readonly #sync: SharedSync;
  readonly #checkpointer: Checkpointer;
  readonly #prepared = new Map<string, Prepared>();
  #dataVersion: Database.Statement<[], number> | null = null;
  #executed = 0;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | null = null;

  constructor(database: Database.Database, sql: Kysely<Tables>, sync: SharedSync, checkpointer: Checkpointer) {
    this.#database = database;
    this.sql = sql;
    this.#sync = sync;
    this.#checkpointer = checkpointer;
  }

  async read<T>(work: () => Work<T>): Promise<T> {
    try {
      return this.#run(work);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  write<T>(work: () => Work<T>, durability: Durability): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.push({ work, durability, resolve, reject });
    this.#draining ??= this.#drain();
    return promise as Promise<T>;
  }

  /** https://www.sqlite.org/pragma.html#pragma_data_version */
  othersWrote(): number | null {
    try {
      return Number((this.#dataVersion ??= this.#database.prepare<[], number>('PRAGMA data_version').pluck()).get());
    } catch {
      return null; // What is wrong with the database, the next statement says.
    }
  }

  problem(): string | null {
    return this.#sync.failure;
  }

  async close(): Promise<void> {
    while (this.#draining !== null) await this.#draining;
    await this.#sync.close();
    await this.#checkpointer.close();
    this.#database.close();
  }

  /** Commits what waits, group after group: all that came up since the last group share one transaction. */
  async #drain(): Promise<void> {
    // A turn of the event loop lets the writes of other messages join.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const results = await this.#commit(group);
        this.#answer(group, results);
      } catch (error) {
        await this.#oneByOne(group, error);
      }
    }
    this.#draining = null;
  }

  #answer(group: readonly Waiting[], results: readonly unknown[]): void {
    const durable = group.some((each) => each.durability === 'durable') ? this.#sync.after() : null;
    for (const [index, each] of group.entries()) {
      if (each.durability === 'soon') each.resolve(results[index]);
      else void durable?.then(() => each.resolve(results[index]), (error: unknown) => each.reject(asStoreError(error)));
    }
  }

  /** A group that failed is tried one by one, so that the fault of one is not the fault of all. */
  async #oneByOne(group: readonly Waiting[], error: unknown): Promise<void> {
    if (group.length === 1) {
      group[0]?.reject(asStoreError(error));
      return;
    }
    for (const each of group) {
      try {
        this.#answer([each], await this.#commit([each]));
      } catch (own) {
        each.reject(asStoreError(own));
      }
    }
  }

  /** Another process (`usher quarantine`) may hold the lock for a moment: waits without stopping the event loop. */
  async #commit(group: readonly Waiting[]): Promise<readonly unknown[]> {
    for (let waitedMs = 0; ; waitedMs += storage.busyRetryMs) {
      try {
        return this.#transaction(group);
      } catch (error) {
        if (!isBusy(error) || waitedMs >= storage.busyWaitMaxMs) throw error;
        await sleep(storage.busyRetryMs);
      }
    }
  }

  #transaction(group: readonly Waiting[]): readonly unknown[] {
    const before = this.#executed;
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const results = group.map((each) => this.#run(each.work));
      this.#database.exec('COMMIT');
      this.#checkpointer.wrote(this.#executed - before);
      return results;
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #run<T>(work: () => Work<T>): T {
    const steps = work();
    let step = steps.next([]);
    while (step.done !== true) step = steps.next(this.#execute(step.value));
    return step.value;
  }

  #execute(query: Query<unknown>): readonly unknown[] {
    this.#executed++;
    let prepared = this.#prepared.get(query.sql);
    if (prepared === undefined) {
      prepared = prepare(this.#database, query.sql);
      if (this.#prepared.size >= storage.preparedMax) this.#prepared.clear();
      this.#prepared.set(query.sql, prepared);
    }
    return prepared.run(query.parameters);
  }
}

/** Rows come back with the names of tables.ts: one list of names per statement instead of a conversion per value. */
function prepare(database: Database.Database, sql: string): Prepared {
  const native = database.prepare<SqlValue[], unknown[]>(sql);
  if (!native.reader) {
    return { run: (parameters) => { native.run(...parameters); return []; } };
  }
  const names = native.columns().map((column) => column.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
  native.raw(true);
  return {
    run: (parameters) => native.all(...parameters).map((values) => Object.fromEntries(names.map((name, i) => [name, values[i]]))),
  };
}

function isBusy(error: unknown): boolean {
  // By its code: the class of the library's errors is that of whoever loaded it first in this process.
  return String((error as { code?: unknown } | null)?.code ?? '').startsWith('SQLITE_BUSY');
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = (error as { code?: string } | null)?.code;
  return new StoreError(error instanceof Error ? `${code ?? error.name}: ${error.message}` : String(error), { cause: error });
}
