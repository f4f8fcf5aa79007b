/**
 * What a table's file may ask of a database. A unit of work is a generator that yields statements and is given their rows:
 * SQLite runs it within one turn of the event loop, so that no transaction is ever open across an `await`;
 * PostgreSQL can run the same generator with an `await` at each step.
 */
import type { Kysely } from 'kysely';
import type { Tables } from './tables.ts';
import type { Query } from './statement.ts';

export type Work<T> = Generator<Query<unknown>, T, readonly unknown[]>;

/** Runs one statement inside a unit of work: `const rows = yield* ask(find.with({ id }))`. */
export function* ask<Row>(query: Query<Row>): Generator<Query<Row>, readonly Row[], readonly unknown[]> {
  return (yield query) as readonly Row[];
}

/**
 * `durable`: resolves only when a power loss cannot undo it.
 * `soon`: atomic and safe from a crash of this process, but the last moments may be lost with the power.
 */
export type Durability = 'durable' | 'soon';

export interface Engine {
  /** Builds SQL for this database; statements are run by `read` and `write` alone. */
  readonly sql: Kysely<Tables>;
  /** Rejects with StoreError. */
  read<T>(work: () => Work<T>): Promise<T>;
  /** One transaction; others that wait at the same time may share its commit. `work` may be run again, so it must not have effects outside. Rejects with StoreError. */
  write<T>(work: () => Work<T>, durability: Durability): Promise<T>;
  /** A number that is another one after somebody else (another process) has written; null: that cannot be told. */
  othersWrote(): number | null;
  /** What keeps it from durable writes, for people; null: nothing. */
  problem(): string | null;
  close(): Promise<void>;
}
