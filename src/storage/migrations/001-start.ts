/** Everything that Usher remembers in its first version. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await decisions(db);
  await correspondence(db);
  await quarantine(db);
  await db.schema.createTable('settings').addColumn('key', 'text', (c) => c.primaryKey()).addColumn('value', 'text', (c) => c.notNull()).execute();
}

async function decisions(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('decisions')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('door', 'text', (c) => c.notNull())
    .addColumn('direction', 'text', (c) => c.notNull())
    .addColumn('client_ip', 'text')
    .addColumn('helo', 'text', (c) => c.notNull())
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('authors', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('message_id', 'text')
    .addColumn('size', 'bigint', (c) => c.notNull())
    .addColumn('score', 'double precision')
    .addColumn('kind', 'text')
    .addColumn('model', 'text')
    .addColumn('revision', 'text')
    .addColumn('ms', 'double precision', (c) => c.notNull())
    .addColumn('facts', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('decisions_at').on('decisions').column('at').execute();
  await db.schema.createTable('decision_recipients')
    .addColumn('decision_id', 'text', (c) => c.notNull().references('decisions.id').onDelete('cascade'))
    .addColumn('place', 'integer', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('policy', 'text', (c) => c.notNull())
    .addColumn('reply_code', 'integer', (c) => c.notNull())
    .addColumn('verdict', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('decision_recipients_key', ['decision_id', 'place'])
    .execute();
  // Ids sort by time, so this also gives a recipient's decisions in order.
  await db.schema.createIndex('decision_recipients_recipient').on('decision_recipients').columns(['recipient', 'decision_id']).execute();
}

async function correspondence(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('correspondents')
    .addColumn('ours', 'text', (c) => c.notNull())
    .addColumn('theirs', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('how', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('correspondents_key', ['ours', 'theirs'])
    .execute();
  await db.schema.createTable('retries')
    .addColumn('network', 'text', (c) => c.notNull())
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('retries_key', ['network', 'sender', 'recipient'])
    .execute();
  await db.schema.createIndex('retries_last_at').on('retries').column('last_at').execute();
}

async function quarantine(db: Kysely<unknown>): Promise<void> {
  let held = db.schema.createTable('held').addColumn('id', 'text', (c) => c.primaryKey().notNull());
  for (const name of ['at', 'size', 'state_at', 'count', 'head_bytes']) held = held.addColumn(name, 'bigint', (c) => c.notNull());
  const texts = ['retry_key', 'decision_id', 'policy', 'folder', 'file', 'sender', 'recipient', 'recipient_raw', 'sender_raw', 'parameters', 'from', 'subject', 'kind', 'reason', 'verdict', 'state', 'search_text'];
  for (const name of texts) held = held.addColumn(name, 'text', (c) => c.notNull());
  await held.addColumn('message_id', 'text').addColumn('score', 'double precision', (c) => c.notNull()).addColumn('named_at', 'bigint').execute();
  await db.schema.createIndex('held_at').on('held').columns(['at', 'id']).execute();
  await db.schema.createIndex('held_recipient').on('held').columns(['recipient', 'at']).execute();
  await db.schema.createIndex('held_file').on('held').column('file').execute();
  await db.schema.createIndex('held_state').on('held').columns(['state', 'at']).execute();
  await db.schema.createTable('held_keys')
    .addColumn('retry_key', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('held_id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('held_keys_key', ['retry_key', 'recipient'])
    .execute();
  await db.schema.createIndex('held_keys_held').on('held_keys').column('held_id').execute();
  await db.schema.createTable('outbox')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('held_id', 'text')
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('parameters', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('next_at', 'bigint', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .addColumn('last_error', 'text')
    .addColumn('done_at', 'bigint')
    .execute();
  await db.schema.createIndex('outbox_due').on('outbox').columns(['done_at', 'next_at']).execute();
  await db.schema.createIndex('outbox_held').on('outbox').column('held_id').execute();
  await db.schema.createTable('marks').addColumn('mark', 'text', (c) => c.primaryKey().notNull()).addColumn('expires_at', 'bigint', (c) => c.notNull()).execute();
  await db.schema.createIndex('marks_expires_at').on('marks').column('expires_at').execute();
}
