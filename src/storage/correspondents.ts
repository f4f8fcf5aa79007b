/** Who of us wrote to whom outside, or let whose mail through. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { KnownKeys } from './known-keys.ts';
import { places, statement } from './statement.ts';
import type { Correspondents } from './store.ts';
import type { WriteQueue } from './write-queue.ts';

const UNKNOWN = Promise.resolve(false);
const COLUMNS = ['ours', 'theirs', 'at', 'how'] as const;

export function correspondents(engine: Engine, queue: WriteQueue, keys: KnownKeys): Correspondents {
  const { sql } = engine;
  const insert = statement((place) =>
    sql.insertInto('correspondents').values(places(COLUMNS, place))
      .onConflict((c) => c.columns(['ours', 'theirs']).doUpdateSet((e) => ({ at: e.ref('excluded.at'), how: e.ref('excluded.how') }))));
  const find = statement((place) => sql.selectFrom('correspondents').select('at').where('ours', '=', place('ours')).where('theirs', '=', place('theirs')));

  function* learn(ours: string, theirs: readonly string[], at: number, how: string): Work<void> {
    for (const each of theirs) {
      keys.add('correspondents', ours, each);
      yield* ask(insert.with({ ours, theirs: each, at, how }));
    }
  }
  function* knows(ours: string, theirs: readonly string[]): Work<boolean> {
    for (const each of theirs) {
      if ((yield* ask(find.with({ ours, theirs: each }))).length > 0) return true;
    }
    return false;
  }

  return {
    learn: (ours, theirs, at, how) => {
      if (theirs.length > 0) queue.add(() => learn(ours, theirs, at, how), 200 * (theirs.length + 1));
    },
    knows: (ours, theirs) => (theirs.some((each) => keys.mayStand('correspondents', ours, each)) ? engine.read(() => knows(ours, theirs)) : UNKNOWN),
  };
}
