/** Opens the store: the one place that knows which database it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { correspondents } from './correspondents.ts';
import { decisionLog } from './decisions.ts';
import { digestBook } from './digests.ts';
import { ask } from './engine.ts';
import type { Engine } from './engine.ts';
import { heldBook } from './held.ts';
import { KnownKeys } from './known-keys.ts';
import { lessonBook } from './lessons.ts';
import { noticeBook } from './notices.ts';
import { outbox } from './outbox.ts';
import { decided } from './decided.ts';
import { heldPages } from './held-pages.ts';
import { actsLog, asks, feedbackBook, personalEntries } from './feedback-tables.ts';
import { preferenceBook, sessions, signIns } from './sign-in-tables.ts';
import { retryBook } from './retries.ts';
import { settings, usedMarks } from './small-tables.ts';
import { senderHistory } from './sender-history.ts';
import { openSqlite } from './sqlite.ts';
import { statement } from './statement.ts';
import type { Store } from './store.ts';
import { WriteQueue } from './write-queue.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

export interface StoreOptions {
  /** Folder of the database file `usher.sqlite`; made when it is missing. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

const databaseFile = (dataDir: string): string => join(dataDir, 'usher.sqlite');

/** Whether there is a database in the folder: commands that ask about what happened must not make one. */
export const hasStore = (dataDir: string): boolean => existsSync(databaseFile(dataDir));

/** Rejects with StoreError when the database cannot be opened, is damaged or was made by a newer version. */
export async function openStore({ dataDir, clock, log }: StoreOptions): Promise<Store> {
  return storeOn(await openSqlite(databaseFile(dataDir)), clock, log);
}

/** A store on any database. */
function storeOn(engine: Engine, clock: Clock, log: Log): Store {
  const queue = new WriteQueue(engine, log);
  const keys = new KnownKeys(engine);
  const one = statement(() => engine.sql.selectNoFrom(sql<number>`1`.as('one')));
  return {
    decisions: decisionLog(engine, queue),
    correspondents: correspondents(engine, queue, keys),
    history: senderHistory(engine, queue, keys),
    retries: retryBook(engine),
    held: heldBook(engine),
    outbox: outbox(engine),
    notices: noticeBook(engine),
    digests: digestBook(engine),
    review: {
      sessions: sessions(engine), signIns: signIns(engine), preferences: preferenceBook(engine), personal: personalEntries(engine, keys),
      acts: actsLog(engine), asks: asks(engine), feedback: feedbackBook(engine), held: heldPages(engine), decided: decided(engine),
    },
    marks: usedMarks(engine, clock),
    settings: settings(engine),
    lessons: lessonBook(engine),
    ping: async () => {
      await engine.read(() => ask(one.with({})));
    },
    problems: () => [engine.problem(), queue.problem()].filter((each) => each !== null),
    close: async () => {
      await queue.close().catch((error: unknown) => log.error({ err: error }, 'the end of the decision log could not be written'));
      keys.close();
      await engine.close();
    },
  };
}
