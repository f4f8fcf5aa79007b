/** The decision log, as the pages ask it. Ids sort by time, so that an id stands for its moment. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { mailboxOf } from './held-scope.ts';
import { once, statement } from './statement.ts';
import type { Decided, DecidedRow } from './review-book.ts';
import { firstIdAt } from '../platform/ids.ts';
import type { Action } from '../policy/verdict.ts';

type Filter = Parameters<Decided['search']>[0];

export function decided(engine: Engine): Decided {
  const { sql } = engine;
  const countAll = statement((place) =>
    sql.selectFrom('decisionRecipients').select((e) => ['policy', 'action', e.fn.countAll<number>().as('count')]).where('decisionId', '>=', place('from')).groupBy(['policy', 'action']).orderBy('policy').orderBy('action'));

  function* counts(since: number): Work<readonly { policy: string; action: string; count: number }[]> {
    return yield* ask(countAll.with({ from: firstIdAt(since) }));
  }
  function* search(filter: Filter): Work<readonly DecidedRow[]> {
    if (filter.recipient !== undefined) return yield* ask(query(engine, filter, 'recipient', filter.recipient));
    const sender = filter.sender ?? '';
    const found = [...(yield* ask(query(engine, filter, 'sender', sender))), ...(yield* ask(query(engine, filter, 'authors', sender)))];
    const unique = new Map(found.map((row) => [`${row.id} ${row.recipient}`, row]));
    return [...unique.values()].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)).slice(0, filter.limit);
  }
  return { counts: (since) => engine.read(() => counts(since)), search: (filter) => engine.read(() => search(filter)) };
}

function query({ sql }: Engine, filter: Filter, by: 'recipient' | 'sender' | 'authors', value: string) {
  let found = sql.selectFrom('decisionRecipients as r').innerJoin('decisions as d', 'd.id', 'r.decisionId')
    .select(['d.id', 'd.at', 'd.sender', 'd.authors', 'd.subject', 'r.recipient', 'r.action', 'r.policy', 'r.verdict', 'd.score']);
  const mailbox = mailboxOf(value);
  // `name@` has what came for `name+anything@` as well.
  if (by === 'recipient' && mailbox !== value) found = found.where('r.recipient', '=', value);
  if (by === 'recipient') found = found.where('r.mailbox', '=', mailbox).where('r.decisionId', '>=', firstIdAt(filter.since)).orderBy('r.decisionId', 'desc');
  else found = found.where(by === 'sender' ? 'd.sender' : 'd.authors', '=', value).where('d.id', '>=', firstIdAt(filter.since)).orderBy('d.id', 'desc');
  if (filter.action !== undefined) found = found.where('r.action', '=', filter.action as Action);
  if (filter.before !== undefined) found = by === 'recipient' ? found.where('r.decisionId', '<', filter.before) : found.where('d.id', '<', filter.before);
  return once(found.limit(filter.limit));
}
