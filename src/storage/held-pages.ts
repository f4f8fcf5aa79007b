/**
 * Held mail page by page, quick however much there is. Lists go along an index by (at, id); searches along the word index,
 * newest first, where mailbox and policy are words as well, so that neither meets other people's rows.
 */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { foldForSearch, HELD_COLUMNS } from './held.ts';
import { mailboxOf, scopeWord, spanWords } from './held-scope.ts';
import type { HeldPage, HeldPageFilter, HeldPages, ShownRow } from './review-book.ts';
import { once, statement } from './statement.ts';
import type { Query, SqlValue } from './statement.ts';
import { review } from '../message/limits.ts';

const COLUMNS = [...HELD_COLUMNS, 'mailbox', 'dismissedAt'] as const;
/** The same in SQL, for the one query that the builder cannot say. */
const SELECTED = COLUMNS.map((name) => `h."${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}"`).join(', ');

export function heldPages(engine: Engine): HeldPages {
  const { sql } = engine;
  const findOne = statement((place) => sql.selectFrom('held').select(COLUMNS).where('id', '=', place('id')));
  const dismissOne = statement((place) =>
    sql.updateTable('held').set((e) => ({ dismissedAt: place('at'), namedAt: e.fn.coalesce('namedAt', e.val(place('at'))) }))
      .where('id', '=', place('id')).where('state', '=', 'held').where('dismissedAt', 'is', null).returning('id'));
  const recallOne = statement((place) => sql.updateTable('held').set({ dismissedAt: null }).where('id', '=', place('id')).where('state', '=', 'held').where('dismissedAt', 'is not', null).returning('id'));
  const waitingBy = (column: 'mailbox' | 'policy') => statement((place) =>
    sql.selectFrom((e) => e.selectFrom('held').select('id').where(column, '=', place('value')).where('state', '=', 'held').where('dismissedAt', 'is', null).limit(place('max')).as('some'))
      .select((e) => e.fn.countAll<number>().as('count')));
  const [waitingFor, waitingUnder] = [waitingBy('mailbox'), waitingBy('policy')];

  function* find(id: string): Work<ShownRow | null> {
    return (yield* ask(findOne.with({ id })))[0] ?? null;
  }
  function* page(filter: HeldPageFilter): Work<HeldPage> {
    const words = filter.search === undefined ? '' : matchOf(filter.search);
    const limit = Math.min(filter.limit, review.pageRowsMax);
    // One more than is shown says whether there are more.
    const rows = yield* ask(words === '' ? listQuery(engine, filter, limit + 1) : searchQuery(filter, words, limit + 1));
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    if (rows.length > limit && last !== undefined) return { rows: shown, next: words === '' ? `${last.at}.${last.id}` : String(last.place) };
    return { rows: shown, next: words === '' ? null : yield* reached(filter, words) };
  }
  /** Where a search that did not fill its page stopped looking; null: at the end. */
  function* reached(filter: HeldPageFilter, words: string): Work<string | null> {
    const [reach] = yield* ask(reachQuery(filter, words));
    return reach === undefined || reach.last === null || reach.count < review.searchReachRows ? null : String(reach.last);
  }
  function* dismiss(id: string, at: number): Work<boolean> {
    return (yield* ask(dismissOne.with({ id, at }))).length > 0;
  }
  function* recall(id: string): Work<boolean> {
    return (yield* ask(recallOne.with({ id }))).length > 0;
  }
  function* waiting(which: typeof waitingFor, value: string, max: number): Work<number> {
    return (yield* ask(which.with({ value, max })))[0]?.count ?? 0;
  }
  return {
    page: (filter) => engine.read(() => page(filter)),
    find: (id) => engine.read(() => find(id)),
    dismiss: (id, at) => engine.write(() => dismiss(id, at), 'durable'),
    recall: (id) => engine.write(() => recall(id), 'durable'),
    waiting: (mailbox, max) => engine.read(() => waiting(waitingFor, mailbox, max)),
    waitingUnder: (policy, max) => engine.read(() => waiting(waitingUnder, policy, max)),
  };
}

/** `place`: number in the word index; only searches give it. */
interface FoundRow extends ShownRow {
  readonly place?: number;
}

function listQuery({ sql }: Engine, filter: HeldPageFilter, limit: number): Query<FoundRow> {
  let query = sql.selectFrom('held').select(COLUMNS);
  const { scope, state } = filter;
  if (scope !== 'all') query = 'mailbox' in scope ? query.where('mailbox', '=', mailboxOf(scope.mailbox)) : query.where('policy', '=', scope.policy);
  if (state === 'waiting') query = query.where('state', '=', 'held').where('dismissedAt', 'is', null);
  else if (state !== undefined) query = query.where('state', '=', state);
  if (filter.since !== undefined) query = query.where('at', '>=', filter.since);
  if (filter.until !== undefined) query = query.where('at', '<', filter.until);
  const cursor = /^(\d{1,15})\.([0-9a-z]{1,64})$/.exec(filter.cursor ?? '');
  // A row value lets the index begin where the last page ended; the same as OR would be read from the start.
  if (cursor !== null) query = query.where((e) => e(e.refTuple('at', 'id'), '<', e.tuple(Number(cursor[1]), cursor[2] as string)));
  return once(query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit));
}

/** Rows of the word index, newest first, as many as one search looks at: were all looked at, rare states among frequent words would take seconds. */
function matching(filter: HeldPageFilter, words: string): { readonly sql: string; readonly parameters: readonly SqlValue[] } {
  const { scope } = filter;
  const whose = scope === 'all' ? '' : ` AND scope : ${'mailbox' in scope ? scopeWord('mailbox', mailboxOf(scope.mailbox)) : scopeWord('policy', scope.policy)}`;
  // Otherwise the whole index would be read from today back to a day long ago.
  const days = filter.since === undefined && filter.until === undefined ? null : spanWords(filter.since, filter.until);
  const within = days === null ? whose : `${whose} AND scope : (${days.length === 0 ? 'none' : days.join(' OR ')})`;
  const cursor = /^\d{1,15}$/.test(filter.cursor ?? '') ? [Number(filter.cursor)] : [];
  return {
    sql: `select rowid as place, id from held_search where held_search match ?${cursor.length > 0 ? ' and rowid < ?' : ''} order by rowid desc limit ${review.searchReachRows}`,
    parameters: [`text : (${words})${within}`, ...cursor],
  };
}

function reachQuery(filter: HeldPageFilter, words: string): Query<{ readonly last: number | null; readonly count: number }> {
  const { sql, parameters } = matching(filter, words);
  return { sql: `select min(place) as last, count(*) as count from (${sql})`, parameters };
}

function searchQuery(filter: HeldPageFilter, words: string, limit: number): Query<FoundRow> {
  const { state } = filter;
  const found = matching(filter, words);
  const where: string[] = ['1 = 1'];
  const parameters: SqlValue[] = [...found.parameters];
  const add = (condition: string, ...values: SqlValue[]): void => {
    where.push(condition);
    parameters.push(...values);
  };
  if (state === 'waiting') add("h.state = 'held' and h.dismissed_at is null");
  else if (state !== undefined) add('h.state = ?', state);
  if (filter.since !== undefined) add('h.at >= ?', filter.since);
  if (filter.until !== undefined) add('h.at < ?', filter.until);
  return {
    sql: `select ${SELECTED}, s.place as place from (${found.sql}) s cross join held h on h.id = s.id where ${where.join(' and ')} order by s.place desc limit ?`,
    parameters: [...parameters, limit],
  };
}

/** What was typed, as words that must all begin so; '' when it holds none. Quoted, so that nothing in it is an operator. */
function matchOf(search: string): string {
  const words = foldForSearch(search).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.slice(0, review.searchWordsMax).map((word) => `"${word.slice(0, 64)}"*`).join(' AND ');
}
