/** The index of the quarantine: one row per message and recipient. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { indexHeld } from './held-index.ts';
import { insertOutbox } from './outbox.ts';
import { once, places, statement } from './statement.ts';
import type { Statement } from './statement.ts';
import type { HeldBook, HeldFilter, HeldRow, HeldState, OutboxRow } from './store.ts';
import type { HeldTable } from './tables.ts';
import { retryKeyDays, storage } from '../message/limits.ts';

/** Those of HeldRow. */
export const HELD_COLUMNS = [
  'id', 'retryKey', 'decisionId', 'at', 'policy', 'folder', 'file', 'sender', 'recipient', 'recipientRaw', 'senderRaw', 'parameters', 'from',
  'subject', 'messageId', 'size', 'headBytes', 'score', 'kind', 'reason', 'verdict', 'state', 'stateAt', 'count', 'namedAt',
] as const;
const FRESH_MS = retryKeyDays * 24 * 3600_000;
const KEPT: readonly HeldState[] = ['held', 'releasing'];

export function heldBook(engine: Engine): HeldBook {
  const run = statements(engine);
  const addToOutbox = insertOutbox(engine);
  const insert = insertHeld(engine, run.insert);

  function* hold(rows: readonly HeldRow[], outbox: readonly OutboxRow[]): Work<{ id: string; isNew: boolean }[]> {
    const results = [];
    for (const row of rows) {
      const [key] = yield* ask(run.claimKey.with({ retryKey: row.retryKey, recipient: row.recipient, id: row.id, at: row.at, staleBefore: row.at - FRESH_MS }));
      const id = key?.heldId ?? row.id;
      const isNew = id === row.id;
      if (isNew) yield* insert(row);
      else yield* ask(run.count.with({ id }));
      results.push({ id, isNew });
    }
    const added = new Set(results.filter((each) => each.isNew).map((each) => each.id));
    for (const row of outbox) if (row.heldId === null || added.has(row.heldId)) yield* ask(addToOutbox.with(row));
    return results;
  }
  function* findByRetryKey(retryKey: string, recipient: string, since: number): Work<HeldRow | null> {
    return (yield* ask(run.findByKey.with({ retryKey, recipient, since })))[0] ?? null;
  }
  function* find(id: string): Work<HeldRow | null> {
    return (yield* ask(run.find.with({ id })))[0] ?? null;
  }
  function* move(id: string, from: readonly HeldState[], to: HeldState, at: number): Work<boolean> {
    for (const state of from) {
      if ((yield* ask(run.move.with({ id, from: state, to, at }))).length > 0) return true;
    }
    return false;
  }
  function* release(id: string, row: OutboxRow, at: number): Work<boolean> {
    const moved = yield* move(id, ['held'], 'releasing', at);
    if (moved) yield* ask(addToOutbox.with(row));
    return moved;
  }
  function* vanished(id: string, at: number): Work<boolean> {
    yield* ask(run.forgetKey.with({ id }));
    return yield* move(id, KEPT, 'deleted', at);
  }
  function* withdraw(id: string, at: number): Work<void> {
    // Somebody else was told that this very copy is kept: it stays for them.
    if ((yield* ask(run.countBack.with({ id }))).length > 0) return;
    if (yield* move(id, ['held'], 'deleted', at)) yield* ask(run.forgetKey.with({ id }));
  }
  function* stateOfFile(file: string): Work<'kept' | 'done' | 'unknown'> {
    const states = yield* ask(run.statesOfFile.with({ file }));
    if (states.length === 0) return 'unknown';
    return states.some(({ state }) => KEPT.includes(state)) ? 'kept' : 'done';
  }

  return {
    hold: (rows, outbox = []) => engine.write(() => hold(rows, outbox), 'durable'),
    findByRetryKey: (retryKey, recipient, since) => engine.read(() => findByRetryKey(retryKey, recipient, since)),
    find: (id) => engine.read(() => find(id)),
    list: (filter) => engine.read(() => ask(once(listQuery(engine, filter)))),
    move: (id, from, to, at) => engine.write(() => move(id, from, to, at), 'durable'),
    release: (id, row, at) => engine.write(() => release(id, row, at), 'durable'),
    vanished: (id, at) => engine.write(() => vanished(id, at), 'durable'),
    withdraw: (id, at) => engine.write(() => withdraw(id, at), 'durable'),
    stateOfFile: (file) => engine.read(() => stateOfFile(file)),
  };
}

/** The row and its words for searching. */
function insertHeld(engine: Engine, inserting: Statement<unknown>) {
  const index = indexHeld(engine);
  return function* (row: HeldRow): Work<void> {
    const searchText = foldForSearch(`${row.subject}\n${row.from}\n${row.sender}\n${row.recipient}`);
    yield* ask(inserting.with({ ...row, searchText }));
    yield* index(row, searchText);
  };
}

function statements({ sql }: Engine) {
  return {
    /** Takes the key for a new row, unless a fresh row has it; gives the row that has it then. */
    claimKey: statement((place) =>
      sql.insertInto('heldKeys')
        .values({ retryKey: place('retryKey'), recipient: place('recipient'), heldId: place('id'), at: place('at') })
        .onConflict((c) => c.columns(['retryKey', 'recipient']).doUpdateSet((e) => ({
          heldId: e.case().when('heldKeys.at', '<', place('staleBefore')).then(e.ref('excluded.heldId')).else(e.ref('heldKeys.heldId')).end(),
          at: e.case().when('heldKeys.at', '<', place('staleBefore')).then(e.ref('excluded.at')).else(e.ref('heldKeys.at')).end(),
        })))
        .returning('heldId')),
    insert: statement((place) => sql.insertInto('held').values(places<keyof HeldTable>([...HELD_COLUMNS, 'searchText'], place))),
    count: statement((place) => sql.updateTable('held').set((e) => ({ count: e('count', '+', 1) })).where('id', '=', place('id'))),
    countBack: statement((place) => sql.updateTable('held').set((e) => ({ count: e('count', '-', 1) })).where('id', '=', place('id')).where('count', '>', 1).returning('id')),
    find: statement((place) => sql.selectFrom('held').select(HELD_COLUMNS).where('id', '=', place('id'))),
    findByKey: statement((place) =>
      sql.selectFrom('held').select(HELD_COLUMNS).where('id', '=', (e) =>
        e.selectFrom('heldKeys').select('heldId').where('retryKey', '=', place('retryKey')).where('recipient', '=', place('recipient')).where('at', '>=', place('since')))),
    forgetKey: statement((place) => sql.deleteFrom('heldKeys').where('heldId', '=', place('id'))),
    move: statement((place) =>
      sql.updateTable('held').set({ state: place('to'), stateAt: place('at') }).where('id', '=', place('id')).where('state', '=', place('from')).returning('id')),
    statesOfFile: statement((place) => sql.selectFrom('held').select('state').distinct().where('file', '=', place('file'))),
  };
}

/** One more than may be shown can be asked for: it says whether there are more. */
function listQuery({ sql }: Engine, filter: HeldFilter) {
  let query = sql.selectFrom('held').select(HELD_COLUMNS);
  if (filter.recipient !== undefined) query = query.where('recipient', '=', filter.recipient);
  if (filter.policy !== undefined) query = query.where('policy', '=', filter.policy);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.search !== undefined) query = query.where('searchText', 'like', containing(filter.search));
  if (filter.before !== undefined) {
    const { at, id } = filter.before;
    query = query.where((e) => e.or([e('at', '<', at), e.and([e('at', '=', at), e('id', '<', id)])]));
  }
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(Math.min(filter.limit, storage.listRowsMax + 1));
}

/** Case and accents set aside in the same way for the text and for what is looked for. */
export function foldForSearch(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').replaceAll('ı', 'i');
}

/**
 * A LIKE pattern; what was typed is taken literally. `_` and `%` would need ESCAPE, which the builder does not have:
 * as wildcards they match themselves too, so a search may only show more, never less.
 */
function containing(search: string): string {
  return `%${foldForSearch(search).replaceAll('\\', '_')}%`;
}
