/** What becomes of a notice's bytes, and of what it named, when it was delivered or given up. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { statement } from './statement.ts';

/**
 * What the end of a notice means for what it named. One of several addressees was told: then the others' failures no longer matter.
 * Nobody was told: the rows count as not named, so that they cannot expire and the next digest names them again.
 */
export function endNotice({ sql }: Engine): (id: string, delivered: boolean) => Work<void> {
  const remove = statement((place) => sql.deleteFrom('notices').where('id', '=', place('id')).returning('digestId'));
  const settle = statement((place) => sql.updateTable('notices').set({ digestId: null }).where('digestId', '=', place('digestId')));
  const others = statement((place) => sql.selectFrom('notices').select('id').where('digestId', '=', place('digestId')).limit(1));
  const unname = statement((place) => sql.updateTable('held').set({ namedAt: null, namedBy: null }).where('namedBy', '=', place('digestId')).where('state', '=', 'held').where('dismissedAt', 'is', null));
  return function* end(id, delivered) {
    const [row] = yield* ask(remove.with({ id }));
    const digestId = row?.digestId;
    if (typeof digestId !== 'string') return;
    if (delivered) yield* ask(settle.with({ digestId }));
    else if ((yield* ask(others.with({ digestId }))).length === 0) yield* ask(unname.with({ digestId }));
  };
}
