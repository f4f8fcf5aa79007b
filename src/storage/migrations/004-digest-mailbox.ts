/** A digest tells a mailbox, `name+anything@` included, of all that waits for it; an owner's tells of all that waits under a policy. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('held_unnamed').execute();
  const waiting = sql<boolean>`state || '' = 'held' and named_at is null`;
  await db.schema.createIndex('held_unnamed').on('held').columns(['mailbox', 'policy', 'at']).where(waiting).execute();
  await db.schema.createIndex('held_unnamed_policy').on('held').columns(['policy', 'reason']).where(waiting).execute();
}
