import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Checkpointer } from '../../src/storage/checkpointer.ts';
import { tempDir } from '../support/temp-dir.ts';

const dir = tempDir('checkpointer');
afterAll(() => dir.remove());

function opened(name: string): { readonly file: string; readonly database: Database.Database } {
  const file = join(dir.path, name);
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('wal_autocheckpoint = 0');
  database.exec('CREATE TABLE t (text)');
  return { file, database };
}

test('what is in the WAL comes into the database file, while another connection goes on', async () => {
  const { file, database } = opened('a.sqlite');
  const checkpointer = new Checkpointer(file, 2);
  const insert = database.prepare('INSERT INTO t VALUES (?)');
  insert.run('before');
  checkpointer.wrote(1);
  await checkpointer.close();
  expect(readFileSync(file).includes('before')).toBe(false);

  const second = new Checkpointer(file, 2);
  second.wrote(2);
  insert.run('meanwhile');
  await second.close();
  expect(readFileSync(file).includes('before')).toBe(true);
  expect(database.prepare('SELECT text FROM t').pluck().all()).toEqual(['before', 'meanwhile']);
  database.close();
  expect(readFileSync(file).includes('meanwhile')).toBe(true);
});

test('one at a time, and none after the end', async () => {
  const { file, database } = opened('b.sqlite');
  const checkpointer = new Checkpointer(file, 1);
  for (let n = 0; n < 100; n++) checkpointer.wrote(1);
  await checkpointer.close();
  checkpointer.wrote(1000);
  await checkpointer.close();
  database.close();
});

test('one that fails harms nobody', async () => {
  const checkpointer = new Checkpointer(join(dir.path, 'nowhere', 'c.sqlite'), 1);
  checkpointer.wrote(1);
  await expect(checkpointer.close()).resolves.toBeUndefined();
});
