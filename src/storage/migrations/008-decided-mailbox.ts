/** What was decided for `name+anything@` is shown to `name@`, as held mail is: decisions remember the mailbox, too. */
import { sql, type Kysely } from 'kysely';
import { mailboxOf } from '../held-scope.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('decision_recipients').addColumn('mailbox', 'text', (c) => c.notNull().defaultTo('')).execute();
  await sql`update decision_recipients set mailbox = recipient`.execute(db);
  const { rows } = await sql<{ recipient: string }>`select distinct recipient from decision_recipients where recipient like '%+%@%'`.execute(db);
  for (const { recipient } of rows) await sql`update decision_recipients set mailbox = ${mailboxOf(recipient)} where recipient = ${recipient}`.execute(db);
  // In the place of those by recipient: the pages ask for mailboxes.
  await db.schema.dropIndex('decision_recipients_recipient').execute();
  await db.schema.dropIndex('decision_recipients_action').execute();
  await db.schema.createIndex('decision_recipients_mailbox').on('decision_recipients').columns(['mailbox', 'decision_id']).execute();
  await db.schema.createIndex('decision_recipients_mailbox_action').on('decision_recipients').columns(['mailbox', 'action', 'decision_id']).execute();
}
