/** The decision log: one row per message, one per recipient. */
import { sql } from 'kysely';
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { mailboxOf } from './held-scope.ts';
import { places, statement } from './statement.ts';
import type { DecisionLog, DecisionRecipient, DecisionRow } from './store.ts';
import type { WriteQueue } from './write-queue.ts';
import { storage } from '../message/limits.ts';

const COLUMNS = ['id', 'at', 'door', 'direction', 'clientIp', 'helo', 'sender', 'authors', 'subject', 'messageId', 'size', 'score', 'kind', 'model', 'revision', 'ms', 'facts'] as const;
const RECIPIENT_COLUMNS = ['decisionId', 'place', 'recipient', 'mailbox', 'action', 'policy', 'replyCode', 'verdict'] as const;

function statements({ sql: database }: Engine) {
  return {
    insert: statement((place) => database.insertInto('decisions').values(places(COLUMNS, place)).onConflict((c) => c.doNothing())),
    insertRecipient: statement((place) => database.insertInto('decisionRecipients').values(places(RECIPIENT_COLUMNS, place)).onConflict((c) => c.doNothing())),
    find: statement((place) => database.selectFrom('decisions').select(COLUMNS).where('id', '=', place('id'))),
    findFacts: statement((place) => database.selectFrom('decisions').select(['id', 'facts']).where('id', '=', place('id'))),
    findRecipients: statement((place) => database.selectFrom('decisionRecipients').select(['recipient', 'action', 'policy', 'replyCode', 'verdict']).where('decisionId', '=', place('id')).orderBy('place')),
    expire: statement((place) =>
      database.deleteFrom('decisions')
        .where('id', 'in', database.selectFrom('decisions').select('id').where('at', '<', place('before')).limit(sql.lit(storage.expireRowsPerStep)))
        .returning('id')),
  };
}

export function decisionLog(engine: Engine, queue: WriteQueue): DecisionLog {
  const run = statements(engine);

  function* insert(row: DecisionRow): Work<void> {
    yield* ask(run.insert.with(row));
    for (const [place, recipient] of row.recipients.entries()) yield* ask(run.insertRecipient.with({ ...recipient, mailbox: mailboxOf(recipient.recipient), decisionId: row.id, place }));
  }
  function* find(id: string): Work<DecisionRow | null> {
    const [row] = yield* ask(run.find.with({ id }));
    if (row === undefined) return null;
    const recipients: readonly DecisionRecipient[] = yield* ask(run.findRecipients.with({ id }));
    return { ...row, recipients };
  }
  function* factsOf(ids: readonly string[]): Work<ReadonlyMap<string, string>> {
    const facts = new Map<string, string>();
    for (const id of ids) {
      const [row] = yield* ask(run.findFacts.with({ id }));
      if (row !== undefined) facts.set(row.id, row.facts);
    }
    return facts;
  }
  function* expireSome(before: number): Work<number> {
    return (yield* ask(run.expire.with({ before }))).length;
  }

  return {
    append: (row) => queue.add(() => insert(row), sizeOf(row)),
    flush: () => queue.flush(),
    find: (id) => engine.read(() => find(id)),
    factsOf: (ids) => engine.read(() => factsOf(ids)),
    async expire(before) {
      // In steps, so that other writes come in between.
      for (let total = 0; ; ) {
        const removed = await engine.write(() => expireSome(before), 'soon');
        total += removed;
        if (removed < storage.expireRowsPerStep) return total;
      }
    },
  };
}

/** Bytes in memory, roughly: two for each character of the long texts. */
function sizeOf(row: DecisionRow): number {
  let chars = 500 + row.facts.length + row.subject.length;
  for (const recipient of row.recipients) chars += 200 + recipient.verdict.length;
  return 2 * chars;
}
