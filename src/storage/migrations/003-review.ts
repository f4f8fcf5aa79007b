/** What the pages for people need: who is signed in, what they said, and finding held mail quickly. */
import { sql, type Kysely } from 'kysely';
import { scopesOf } from '../held-scope.ts';

export async function up(db: Kysely<unknown>): Promise<void> {
  await people(db);
  await sayings(db);
  await finding(db);
}

async function people(db: Kysely<unknown>): Promise<void> {
  let sessions = db.schema.createTable('sessions').addColumn('id_hash', 'text', (c) => c.primaryKey().notNull());
  for (const name of ['address', 'agent']) sessions = sessions.addColumn(name, 'text', (c) => c.notNull());
  for (const name of ['created_at', 'seen_at', 'expires_at']) sessions = sessions.addColumn(name, 'bigint', (c) => c.notNull());
  await sessions.execute();
  await db.schema.createIndex('sessions_address').on('sessions').column('address').execute();
  await db.schema.createTable('sign_ins')
    .addColumn('id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('address', 'text', (c) => c.notNull())
    .addColumn('code_hash', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('sign_ins_address').on('sign_ins').columns(['address', 'created_at']).execute();
  await db.schema.createIndex('sign_ins_created_at').on('sign_ins').column('created_at').execute();
  await db.schema.createTable('preferences')
    .addColumn('address', 'text', (c) => c.primaryKey().notNull())
    .addColumn('value', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
}

async function sayings(db: Kysely<unknown>): Promise<void> {
  await db.schema.createTable('personal_entries')
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('sender', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('reason', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('until', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('personal_entries_key', ['recipient', 'sender', 'kind', 'reason'])
    .execute();
  let acts = db.schema.createTable('acts').addColumn('id', 'text', (c) => c.primaryKey().notNull()).addColumn('at', 'bigint', (c) => c.notNull());
  for (const name of ['actor', 'role', 'act', 'via', 'held_id', 'recipient', 'sender', 'subject', 'policy', 'outcome']) acts = acts.addColumn(name, 'text', (c) => c.notNull());
  await acts.execute();
  await db.schema.createIndex('acts_held').on('acts').columns(['held_id', 'id']).execute();
  await db.schema.createIndex('acts_actor').on('acts').columns(['actor', 'id']).execute();
  await db.schema.createTable('asks')
    .addColumn('held_id', 'text', (c) => c.primaryKey().notNull())
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('approver', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('settled_at', 'bigint')
    .addColumn('settled_by', 'text')
    .addColumn('answer', 'text')
    .addColumn('words', 'text', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('asks_open').on('asks').columns(['approver', 'settled_at', 'at']).execute();
  let feedback = db.schema.createTable('feedback').addColumn('id', 'text', (c) => c.primaryKey().notNull()).addColumn('at', 'bigint', (c) => c.notNull());
  for (const name of ['held_id', 'decision_id', 'recipient', 'label', 'how', 'model', 'kind', 'facts']) feedback = feedback.addColumn(name, 'text', (c) => c.notNull());
  await feedback.addColumn('score', 'double precision', (c) => c.notNull()).addColumn('undone_at', 'bigint').execute();
  await db.schema.createIndex('feedback_held').on('feedback').columns(['held_id', 'label']).execute();
}

async function finding(db: Kysely<unknown>): Promise<void> {
  // `name+anything@` belongs to `name@`: whoever signs in as name@ must see it.
  await db.schema.alterTable('held').addColumn('mailbox', 'text', (c) => c.notNull().defaultTo('')).execute();
  await db.schema.alterTable('held').addColumn('dismissed_at', 'bigint').execute();
  // Words by their beginnings (https://www.sqlite.org/fts5.html). Scopes are words too, so that a search for one mailbox meets only its rows.
  await sql`create virtual table held_search using fts5(text, scope, id unindexed, tokenize = 'unicode61 remove_diacritics 2', prefix = '1 2 3 4', detail = column)`.execute(db);
  await fillSearch(db);
  await db.schema.createIndex('held_mailbox_at').on('held').columns(['mailbox', 'at', 'id']).execute();
  await db.schema.createIndex('held_mailbox_state').on('held').columns(['mailbox', 'state', 'at', 'id']).execute();
  await db.schema.createIndex('held_policy_at').on('held').columns(['policy', 'at', 'id']).execute();
  await db.schema.createIndex('held_policy_state').on('held').columns(['policy', 'state', 'at', 'id']).execute();
  await db.schema.createIndex('held_state_at_id').on('held').columns(['state', 'at', 'id']).execute();
  await db.schema.createIndex('decisions_sender').on('decisions').columns(['sender', 'id']).execute();
  await db.schema.createIndex('decisions_authors').on('decisions').columns(['authors', 'id']).execute();
  await db.schema.createIndex('decision_recipients_action').on('decision_recipients').columns(['recipient', 'action', 'decision_id']).execute();
  await db.schema.createIndex('decision_recipients_counts').on('decision_recipients').columns(['decision_id', 'policy', 'action']).execute();
}

const STEP = 2000;

async function fillSearch(db: Kysely<unknown>): Promise<void> {
  for (let last = ''; ; ) {
    const { rows } = await sql<{ id: string; at: number; recipient: string; policy: string; search_text: string }>`select id, at, recipient, policy, search_text from held where id > ${last} order by id limit ${STEP}`.execute(db);
    for (const row of rows) {
      const { mailbox, words } = scopesOf(row.recipient, row.policy, Number(row.at));
      await sql`update held set mailbox = ${mailbox} where id = ${row.id}`.execute(db);
      await sql`insert into held_search (text, scope, id) values (${row.search_text}, ${words}, ${row.id})`.execute(db);
    }
    const end = rows.at(-1);
    if (end === undefined) return;
    last = end.id;
  }
}
