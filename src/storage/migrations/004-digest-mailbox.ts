/** A digest tells a mailbox, `name+anything@` included, of all that waits for it. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('held_unnamed').execute();
  await db.schema.createIndex('held_unnamed').on('held').columns(['mailbox', 'policy', 'at']).where(sql<boolean>`state = 'held' and named_at is null`).execute();
}
