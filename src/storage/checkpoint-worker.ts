/** The thread of the checkpointer: one checkpoint, then it ends. */
import { workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const { file } = workerData as { readonly file: string };
const database = new Database(file, { timeout: 0, fileMustExist: true });
// Before pages are copied the WAL is synced, and the database before the WAL is used anew.
database.pragma('synchronous = NORMAL');
database.pragma('wal_checkpoint(PASSIVE)');
database.close();
