/** What became of senders' mail, and the Message-IDs of what went out. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('sender_events')
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('event', 'text', (c) => c.notNull())
    .addColumn('proven', 'integer', (c) => c.notNull())
    .addColumn('weight', 'double precision', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('sender_events_key', ['address', 'event', 'proven'])
    .execute();
  await db.schema.createIndex('sender_events_at').on('sender_events').column('at').execute();
  await db.schema.createTable('sent_ids')
    .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sent_ids_at').on('sent_ids').column('at').execute();
}
