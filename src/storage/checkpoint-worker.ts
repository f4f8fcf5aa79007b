/** The thread of the checkpointer: one checkpoint for each message, and an answer when it is done, whatever came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

const { file } = workerData as { readonly file: string };

parentPort?.on('message', () => {
  try {
    // Opened anew each time: a connection that stays open would keep the WAL from being removed when the service ends.
    const database = new Database(file, { timeout: 0, fileMustExist: true });
    // Before pages are copied the WAL is synced, and the database before the WAL is used anew.
    database.pragma('synchronous = NORMAL');
    database.pragma('wal_checkpoint(PASSIVE)');
    database.close();
  } finally {
    parentPort?.postMessage('done');
  }
});
