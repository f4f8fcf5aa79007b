/** What we ourselves must deliver. A row is claimed for a while, so that a worker that dies leaves it to another. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { endNotice } from './notice-end.ts';
import { places, statement } from './statement.ts';
import type { Outbox, OutboxRow } from './store.ts';

const COLUMNS = ['id', 'kind', 'heldId', 'sender', 'recipient', 'parameters', 'createdAt', 'nextAt', 'attempts', 'lastError', 'doneAt'] as const;

/** Also used by held.ts: a release and its row here are one transaction. */
export function insertOutbox({ sql }: Engine) {
  return statement((place) => sql.insertInto('outbox').values(places(COLUMNS, place)));
}

function statements({ sql }: Engine) {
  return {
    claim: statement((place) =>
      sql.updateTable('outbox').set((e) => ({ nextAt: place('until'), attempts: e('attempts', '+', 1) }))
        .where('id', 'in', (e) => e.selectFrom('outbox').select('id').where('doneAt', 'is', null).where('nextAt', '<=', place('now')).orderBy('createdAt').orderBy('id').limit(place('limit')))
        .returning(COLUMNS)),
    done: statement((place) => sql.updateTable('outbox').set({ doneAt: place('at'), lastError: null }).where('id', '=', place('id')).returning(['heldId', 'kind'])),
    fail: statement((place) => sql.updateTable('outbox').set({ doneAt: place('at'), lastError: place('error') }).where('id', '=', place('id')).returning(['heldId', 'kind'])),
    retry: statement((place) => sql.updateTable('outbox').set({ nextAt: place('nextAt'), lastError: place('error') }).where('id', '=', place('id'))),
    extend: statement((place) => sql.updateTable('outbox').set({ nextAt: place('until') }).where('id', '=', place('id')).where('doneAt', 'is', null)),
    pending: statement(() => sql.selectFrom('outbox').select((e) => e.fn.countAll<number>().as('number')).where('doneAt', 'is', null)),
    findByHeld: statement((place) => sql.selectFrom('outbox').select(COLUMNS).where('heldId', '=', place('heldId')).orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(1)),
    moveHeld: statement((place) => sql.updateTable('held').set({ state: place('to'), stateAt: place('at') }).where('id', '=', place('heldId')).where('state', '=', 'releasing')),
  };
}

export function outbox(engine: Engine): Outbox {
  const insert = insertOutbox(engine);
  const run = statements(engine);
  const end = endNotice(engine);

  function* add(row: OutboxRow): Work<void> {
    yield* ask(insert.with(row));
  }
  function* claim(now: number, leaseMs: number, limit: number): Work<readonly OutboxRow[]> {
    const rows = yield* ask(run.claim.with({ now, until: now + leaseMs, limit }));
    return rows.toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }
  function* done(id: string, at: number): Work<void> {
    const [row] = yield* ask(run.done.with({ id, at }));
    if (typeof row?.heldId === 'string') yield* ask(run.moveHeld.with({ heldId: row.heldId, to: 'released', at }));
    if (row?.kind === 'notice') yield* end(id, true);
  }
  function* fail(id: string, at: number, error: string): Work<void> {
    const [row] = yield* ask(run.fail.with({ id, at, error }));
    if (typeof row?.heldId === 'string') yield* ask(run.moveHeld.with({ heldId: row.heldId, to: 'held', at }));
    if (row?.kind === 'notice') yield* end(id, false);
  }
  function* retry(id: string, nextAt: number, error: string): Work<void> {
    yield* ask(run.retry.with({ id, nextAt, error }));
  }
  function* extend(id: string, until: number): Work<void> {
    yield* ask(run.extend.with({ id, until }));
  }
  function* findByHeld(heldId: string): Work<OutboxRow | null> {
    return (yield* ask(run.findByHeld.with({ heldId })))[0] ?? null;
  }
  function* pending(): Work<number> {
    return (yield* ask(run.pending.with({})))[0]?.number ?? 0;
  }

  return {
    add: (row) => engine.write(() => add(row), 'durable'),
    // Losing a claim with the power only means that the row is due again.
    claim: (now, leaseMs, limit) => engine.write(() => claim(now, leaseMs, limit), 'soon'),
    done: (id, at) => engine.write(() => done(id, at), 'durable'),
    fail: (id, at, error) => engine.write(() => fail(id, at, error), 'durable'),
    retry: (id, nextAt, error) => engine.write(() => retry(id, nextAt, error), 'soon'),
    extend: (id, until) => engine.write(() => extend(id, until), 'soon'),
    pending: () => engine.read(pending),
    findByHeld: (heldId) => engine.read(() => findByHeld(heldId)),
  };
}
