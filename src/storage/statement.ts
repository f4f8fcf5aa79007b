/** Statements compiled once by Kysely and run many times with other values: compiling costs more than running. */
import type { Compilable, CompiledQuery } from 'kysely';

export type SqlValue = string | number | null;

/** SQL with its values; `Row` is what it gives back (nothing for statements without RETURNING). */
export interface Query<out Row> {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
  readonly rowType?: Row;
}

class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export interface Statement<Row> {
  /** @throws when a value is missing: a programmer's error. */
  with(values: object): Query<Row>;
}

/** Stands for a value to come; typed as whatever the builder wants in that place. */
// oxlint-disable-next-line typescript/no-explicit-any
export type PlaceFor = (name: string) => any;

/**
 * Compiles a query in which `place('name')` stands for values to come.
 * Values written outright (a state, a limit) are kept as they are.
 */
export function statement<Row>(build: (place: PlaceFor) => Compilable<Row>): Statement<Row> {
  const compiled: CompiledQuery<Row> = build((name) => new Placeholder(name)).compile();
  const slots = compiled.parameters.map((value) => (value instanceof Placeholder ? value : (value as SqlValue)));
  return {
    with: (given) => {
      const values = given as Readonly<Record<string, SqlValue | undefined>>;
      return { sql: compiled.sql, parameters: slots.map((slot) => (slot instanceof Placeholder ? valueOf(values, slot.name) : slot)) };
    },
  };
}

/** A query built for one use. */
export function once<Row>(query: Compilable<Row>): Query<Row> {
  const compiled = query.compile();
  return { sql: compiled.sql, parameters: compiled.parameters as readonly SqlValue[] };
}

function valueOf(values: Readonly<Record<string, SqlValue | undefined>>, name: string): SqlValue {
  const value = values[name];
  if (value === undefined) throw new Error(`No value for ${name}`);
  // PostgreSQL's text cannot hold NUL, and SQLite's functions stop at it.
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

/** An object whose every key is a placeholder of the same name: for inserts of whole rows. */
export function places<Key extends string>(keys: readonly Key[], place: PlaceFor): Record<Key, never> {
  return Object.fromEntries(keys.map((key) => [key, place(key)])) as Record<Key, never>;
}
