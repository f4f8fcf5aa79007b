/** A score that nobody knows is none. It was written as nought: in lessons without their decision, and for mail that was held although it could not be scored. */
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of ['feedback', 'held']) await db.schema.alterTable(table).addColumn('known_score', 'double precision').execute();
  await sql`update feedback set known_score = score where kind <> ''`.execute(db);
  await sql`update held set known_score = score`.execute(db);
  await sql`update held set known_score = null, kind = 'unknown' where decision_id in (select id from decisions where score is null)`.execute(db);
  // No database of ours can take NOT NULL off a column, but all can put another in its place.
  for (const table of ['feedback', 'held']) {
    await db.schema.alterTable(table).dropColumn('score').execute();
    await db.schema.alterTable(table).renameColumn('known_score', 'score').execute();
  }
}
