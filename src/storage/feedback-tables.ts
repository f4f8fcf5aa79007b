/** What people said about mail: personal entries, acts, requests to approvers, feedback for the scorer. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { KnownKeys } from './known-keys.ts';
import { once, places, statement } from './statement.ts';
import type { ActRow, ActsLog, AskRow, Asks, FeedbackBook, FeedbackRow, PersonalEntries, PersonalEntry, PersonalKind } from './review-book.ts';

const PERSONAL = ['recipient', 'sender', 'kind', 'reason', 'at', 'until'] as const;
const ACT = ['id', 'at', 'actor', 'role', 'act', 'via', 'heldId', 'recipient', 'sender', 'subject', 'policy', 'outcome'] as const;
const ASK = ['heldId', 'recipient', 'approver', 'at', 'settledAt', 'settledBy', 'answer', 'words'] as const;
const FEEDBACK = ['id', 'at', 'heldId', 'decisionId', 'recipient', 'label', 'how', 'model', 'score', 'kind', 'facts', 'undoneAt'] as const;

const NOTHING_SAID: Promise<readonly PersonalEntry[]> = Promise.resolve(Object.freeze([]));

export function personalEntries(engine: Engine, keys: KnownKeys): PersonalEntries {
  const { sql } = engine;
  const insert = statement((place) =>
    sql.insertInto('personalEntries').values(places(PERSONAL, place))
      .onConflict((c) => c.columns(['recipient', 'sender', 'kind', 'reason']).doUpdateSet((e) => ({ at: e.ref('excluded.at'), until: e.ref('excluded.until') }))));
  const removeOne = statement((place) => sql.deleteFrom('personalEntries').where('recipient', '=', place('recipient')).where('sender', '=', place('sender')).where('kind', '=', place('kind')));
  const findOne = statement((place) => sql.selectFrom('personalEntries').select(PERSONAL).where('recipient', '=', place('recipient')).where('sender', '=', place('sender')).where('until', '>', place('now')));
  const listOf = statement((place) =>
    sql.selectFrom('personalEntries').select(PERSONAL).where('recipient', '=', place('recipient')).where('kind', 'in', ['welcome', 'unwelcome']).where('until', '>', place('now'))
      .orderBy('at', 'desc').orderBy('sender').limit(place('limit')));

  function* put(entries: readonly PersonalEntry[]): Work<void> {
    for (const entry of entries) {
      keys.add('personalEntries', entry.recipient, entry.sender);
      yield* ask(insert.with(entry));
    }
  }
  function* remove(recipient: string, senders: readonly string[], kind: PersonalKind): Work<void> {
    for (const sender of senders) yield* ask(removeOne.with({ recipient, sender, kind }));
  }
  function* find(recipient: string, senders: readonly string[], now: number): Work<readonly PersonalEntry[]> {
    const found: PersonalEntry[] = [];
    for (const sender of senders) found.push(...(yield* ask(findOne.with({ recipient, sender, now }))));
    return found;
  }
  function* list(recipient: string, now: number, limit: number): Work<readonly PersonalEntry[]> {
    return yield* ask(listOf.with({ recipient, now, limit }));
  }
  return {
    put: (entries) => engine.write(() => put(entries), 'durable'),
    remove: (recipient, senders, kind) => engine.write(() => remove(recipient, senders, kind), 'durable'),
    find: (recipient, senders, now) => (senders.some((each) => keys.mayStand('personalEntries', recipient, each)) ? engine.read(() => find(recipient, senders, now)) : NOTHING_SAID),
    list: (recipient, now, limit) => engine.read(() => list(recipient, now, limit)),
  };
}

export function actsLog(engine: Engine): ActsLog {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('acts').values(places(ACT, place)));
  function* add(row: ActRow): Work<void> {
    yield* ask(insert.with(row));
  }
  function* list({ before, actor, heldId, limit }: Parameters<ActsLog['list']>[0]): Work<readonly ActRow[]> {
    let query = sql.selectFrom('acts').select(ACT);
    if (before !== undefined) query = query.where('id', '<', before);
    if (actor !== undefined) query = query.where('actor', '=', actor);
    if (heldId !== undefined) query = query.where('heldId', '=', heldId);
    return yield* ask(once(query.orderBy('id', 'desc').limit(limit)));
  }
  return { add: (row) => engine.write(() => add(row), 'durable'), list: (filter) => engine.read(() => list(filter)) };
}

export function asks(engine: Engine): Asks {
  const { sql } = engine;
  const insert = statement((place) =>
    sql.insertInto('asks').values(places(ASK, place))
      .onConflict((c) => c.column('heldId').doUpdateSet((e) => ({ at: e.ref('excluded.at'), approver: e.ref('excluded.approver'), settledAt: null, settledBy: null, answer: null, words: '' })).where('asks.answer', '=', 'withdrawn'))
      .returning('heldId'));
  const findOne = statement((place) => sql.selectFrom('asks').select(ASK).where('heldId', '=', place('heldId')));
  const settleOne = statement((place) =>
    sql.updateTable('asks').set({ settledAt: place('at'), settledBy: place('by'), answer: place('answer'), words: place('words') }).where('heldId', '=', place('heldId')).where('settledAt', 'is', null).returning('heldId'));
  const openOf = statement((place) => sql.selectFrom('asks').select(ASK).where('approver', '=', place('approver')).where('settledAt', 'is', null).orderBy('at').limit(place('limit')));

  function* add(row: AskRow): Work<boolean> {
    return (yield* ask(insert.with(row))).length > 0;
  }
  function* find(heldId: string): Work<AskRow | null> {
    return (yield* ask(findOne.with({ heldId })))[0] ?? null;
  }
  function* settle(heldId: string, by: string, answer: string, words: string, at: number): Work<boolean> {
    return (yield* ask(settleOne.with({ heldId, by, answer, words, at }))).length > 0;
  }
  function* open(approver: string, limit: number): Work<readonly AskRow[]> {
    return yield* ask(openOf.with({ approver, limit }));
  }
  return {
    add: (row) => engine.write(() => add(row), 'durable'),
    find: (heldId) => engine.read(() => find(heldId)),
    settle: (heldId, by, answer, words, at) => engine.write(() => settle(heldId, by, answer, words, at), 'durable'),
    open: (approver, limit) => engine.read(() => open(approver, limit)),
  };
}

export function feedbackBook(engine: Engine): FeedbackBook {
  const { sql } = engine;
  const insert = statement((place) => sql.insertInto('feedback').values(places(FEEDBACK, place)));
  const takeBack = statement((place) =>
    sql.updateTable('feedback').set({ undoneAt: place('at') }).where('heldId', '=', place('heldId')).where('label', '=', place('label')).where('undoneAt', 'is', null));
  const after = statement((place) => sql.selectFrom('feedback').select(FEEDBACK).where('id', '>', place('after')).where('undoneAt', 'is', null).orderBy('id').limit(place('limit')));

  const ofHeld = statement((place) => sql.selectFrom('feedback').select(FEEDBACK).where('heldId', '=', place('heldId')).where('undoneAt', 'is', null).orderBy('id'));

  function* add(row: FeedbackRow): Work<void> {
    yield* ask(insert.with(row));
  }
  function* find(heldId: string): Work<readonly FeedbackRow[]> {
    return yield* ask(ofHeld.with({ heldId }));
  }
  function* undo(heldId: string, label: string, at: number): Work<void> {
    yield* ask(takeBack.with({ heldId, label, at }));
  }
  function* list(last: string, limit: number): Work<readonly FeedbackRow[]> {
    return yield* ask(after.with({ after: last, limit }));
  }
  return {
    add: (row) => engine.write(() => add(row), 'durable'),
    undo: (heldId, label, at) => engine.write(() => undo(heldId, label, at), 'durable'),
    find: (heldId) => engine.read(() => find(heldId)),
    list: (last, limit) => engine.read(() => list(last, limit)),
  };
}
