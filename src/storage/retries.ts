/** Who was asked to retry, and when (policy language, item 9). */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { statement } from './statement.ts';
import type { RetryBook } from './store.ts';
import { retryAfterMs, storage } from '../message/limits.ts';

type Standing = 'first' | 'too-early' | 'returned';

export function retryBook(engine: Engine): RetryBook {
  const { sql } = engine;
  const forget = statement((place) => sql.deleteFrom('retries').where('lastAt', '<', place('before')));
  const note = statement((place) =>
    sql.insertInto('retries')
      .values({ network: place('network'), sender: place('sender'), recipient: place('recipient'), firstAt: place('at'), lastAt: place('at') })
      .onConflict((c) => c.columns(['network', 'sender', 'recipient']).doUpdateSet((e) => ({ lastAt: e.ref('excluded.lastAt') })))
      .returning('firstAt'));
  const find = statement((place) =>
    sql.selectFrom('retries').select('firstAt').where('network', '=', place('network')).where('sender', '=', place('sender')).where('recipient', '=', place('recipient')));

  function* standing(network: string, sender: string, recipient: string, at: number): Work<Standing> {
    yield* ask(forget.with({ before: at - storage.retryBookKeepMs }));
    const known = (yield* ask(find.with({ network, sender, recipient }))).length > 0;
    const [row] = yield* ask(note.with({ network, sender, recipient, at }));
    if (!known || row === undefined) return 'first';
    return at - row.firstAt >= retryAfterMs ? 'returned' : 'too-early';
  }

  return { ask: (network, sender, recipient, at) => engine.write(() => standing(network, sender, recipient, at), 'soon') };
}
