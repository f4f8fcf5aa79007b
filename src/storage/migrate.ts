/** Brings a database to the newest shape. Forward only: a numbered step that was released is never changed, a new one is added. */
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { Migration } from 'kysely/migration';
import { setTimeout as sleep } from 'node:timers/promises';
import * as start from './migrations/001-start.ts';
import * as digests from './migrations/002-digests.ts';
import * as review from './migrations/003-review.ts';
import * as digestMailbox from './migrations/004-digest-mailbox.ts';
import * as history from './migrations/005-history.ts';
import * as lessons from './migrations/006-lessons.ts';
import * as digestPlan from './migrations/007-digest-plan.ts';
import * as decidedMailbox from './migrations/008-decided-mailbox.ts';
import * as unknownScores from './migrations/009-unknown-scores.ts';
import { StoreError } from './store.ts';
import type { Tables } from './tables.ts';

const migrations: Readonly<Record<string, Migration>> = { '001-start': start, '002-digests': digests, '003-review': review, '004-digest-mailbox': digestMailbox, '005-history': history, '006-lessons': lessons, '007-digest-plan': digestPlan, '008-decided-mailbox': decidedMailbox, '009-unknown-scores': unknownScores };
const ATTEMPTS = 5;

/** Rejects with StoreError, also for a database that a newer version of this program made. */
export async function migrateToLatest(database: Kysely<Tables>): Promise<void> {
  // Migration tables keep their own names, so without the plugin that renames columns.
  const migrator = new Migrator({ db: database.withoutPlugins(), provider: { getMigrations: () => Promise.resolve(migrations) } });
  for (let attempt = 1; ; attempt++) {
    const { error } = await migrator.migrateToLatest();
    if (error === undefined) return;
    // Two processes that start at once on a new database: one of them waits for the other.
    if (attempt >= ATTEMPTS) throw new StoreError(`The database cannot be brought up to date: ${(error as Error).message}`, { cause: error });
    await sleep(200 * attempt);
  }
}
