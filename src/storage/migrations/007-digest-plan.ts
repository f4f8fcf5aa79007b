/** A mailbox's waiting mail is counted by reason along its own index: sorted so, SQLite does not prefer the policy's, which holds everybody's. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('held_unnamed').execute();
  const waiting = sql<boolean>`state || '' = 'held' and named_at is null`;
  await db.schema.createIndex('held_unnamed').on('held').columns(['mailbox', 'policy', 'reason', 'at']).where(waiting).execute();
}
