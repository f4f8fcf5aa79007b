/** Digests: which held rows still have to be named, who had which digest, and the bytes of our own notices until they are delivered. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  // Digest that named the row: should it never arrive, the row counts as not named.
  await db.schema.alterTable('held').addColumn('named_by', 'text').execute();
  await db.schema.createIndex('held_named_by').on('held').column('named_by').where(sql.ref('named_by'), 'is not', null).execute();
  // Both stay small in a large quarantine: the one shrinks with every digest, the other with every expiry.
  // The state is written so that no other index of it applies: without statistics SQLite would take one, and read all that is held.
  await db.schema.createIndex('held_unnamed').on('held').columns(['recipient', 'policy', 'at']).where(sql<boolean>`state || '' = 'held' and named_at is null`).execute();
  await db.schema.createIndex('held_expiring').on('held').columns(['policy', 'at', 'id']).where(sql<boolean>`state || '' = 'held' and named_at is not null`).execute();
  await db.schema.createTable('digest_marks')
    .addColumn('addressee', 'text', (c) => c.primaryKey().notNull())
    .addColumn('slot', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createTable('notices')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('digest_id', 'text')
    .addColumn('message', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('notices_digest').on('notices').column('digest_id').execute();
}
