/** Used marks and settings: two tables of a few rows. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { statement } from './statement.ts';
import type { Settings, UsedMarks } from './store.ts';
import type { Clock } from '../platform/clock.ts';

export function usedMarks(engine: Engine, clock: Clock): UsedMarks {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('marks').values({ mark: place('mark'), expiresAt: place('expiresAt') }).onConflict((c) => c.doNothing()).returning('mark'));
  const forget = statement((place) => sql.deleteFrom('marks').where('expiresAt', '<', place('now')));

  function* use(mark: string, expiresAt: number, now: number): Work<boolean> {
    yield* ask(forget.with({ now }));
    return (yield* ask(insert.with({ mark, expiresAt }))).length > 0;
  }
  return { use: (mark, expiresAt) => engine.write(() => use(mark, expiresAt, clock.now()), 'durable') };
}

export function settings(engine: Engine): Settings {
  const { sql } = engine;
  const find = statement((place) => sql.selectFrom('settings').select('value').where('key', '=', place('key')));
  const put = statement((place) =>
    sql.insertInto('settings').values({ key: place('key'), value: place('value') }).onConflict((c) => c.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') }))));

  const putNew = statement((place) => sql.insertInto('settings').values({ key: place('key'), value: place('value') }).onConflict((c) => c.doNothing()));
  const removeOne = statement((place) => sql.deleteFrom('settings').where('key', '=', place('key')));

  function* get(key: string): Work<string | null> {
    return (yield* ask(find.with({ key })))[0]?.value ?? null;
  }
  function* set(key: string, value: string): Work<void> {
    yield* ask(put.with({ key, value }));
  }
  function* add(key: string, value: string): Work<string> {
    yield* ask(putNew.with({ key, value }));
    return (yield* get(key)) ?? value;
  }
  function* remove(key: string): Work<void> {
    yield* ask(removeOne.with({ key }));
  }
  return {
    get: (key) => engine.read(() => get(key)),
    set: (key, value) => engine.write(() => set(key, value), 'durable'),
    add: (key, value) => engine.write(() => add(key, value), 'durable'),
    remove: (key) => engine.write(() => remove(key), 'durable'),
  };
}
