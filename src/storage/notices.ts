/** The bytes of our own notices, from when they are queued until they are delivered or given up. */
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import type { NoticeBook, QueuedNotice } from './notice-book.ts';
import { insertOutbox } from './outbox.ts';
import { statement } from './statement.ts';

/** Also used by digests.ts: a digest and what it names are one transaction. */
export function insertNotice(engine: Engine): (notice: QueuedNotice, digestId: string | null) => Work<void> {
  const addToOutbox = insertOutbox(engine);
  const insert = statement((place) => engine.sql.insertInto('notices').values({ id: place('id'), digestId: place('digestId'), message: place('message') }));
  return function* add({ row, bytes }, digestId) {
    yield* ask(addToOutbox.with(row));
    // One character for each byte: every database keeps that, and it is ASCII but for addresses in UTF-8.
    yield* ask(insert.with({ id: row.id, digestId, message: bytes.toString('latin1') }));
  };
}

export function noticeBook(engine: Engine): NoticeBook {
  const insert = insertNotice(engine);
  const find = statement((place) => engine.sql.selectFrom('notices').select('message').where('id', '=', place('id')));

  function* bytes(id: string): Work<Buffer | null> {
    const [row] = yield* ask(find.with({ id }));
    return row === undefined ? null : Buffer.from(row.message, 'latin1');
  }
  return {
    queue: (notice) => engine.write(() => insert(notice, null), 'durable'),
    bytes: (id) => engine.read(() => bytes(id)),
  };
}
