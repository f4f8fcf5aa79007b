import { SharedSync } from '../../src/storage/shared-sync.ts';

/** A file whose syncs end when the test says so. */
function slowFile() {
  const ends: ((error?: Error) => void)[] = [];
  let closed = false;
  const file = {
    datasync: () => new Promise<void>((resolve, reject) => ends.push((error) => (error === undefined ? resolve() : reject(error)))),
    close: async () => { closed = true; },
  };
  return { file, ends, isClosed: () => closed };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('a sync that runs already does not count; all who come meanwhile share the next', async () => {
  const { file, ends } = slowFile();
  const sync = new SharedSync(file);
  const done: string[] = [];
  void sync.after().then(() => done.push('first'));
  for (const name of ['b', 'c', 'd']) void sync.after().then(() => done.push(name));
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await turn();
  expect([done, ends.length]).toEqual([['first'], 2]);
  const late = sync.after().then(() => done.push('late'));
  ends[1]?.();
  await turn();
  expect([done, ends.length]).toEqual([['first', 'b', 'c', 'd'], 3]);
  ends[2]?.();
  await late;
  expect(done).toEqual(['first', 'b', 'c', 'd', 'late']);
  await sync.close();
});

test('each sync begins after the call that waits for it', async () => {
  const { file, ends } = slowFile();
  const sync = new SharedSync(file);
  for (let i = 0; i < 3; i++) {
    const done = sync.after();
    expect(ends).toHaveLength(i + 1);
    ends[i]?.();
    await done;
  }
});

test('after one failure nothing is promised any more', async () => {
  const { file, ends } = slowFile();
  const sync = new SharedSync(file);
  const first = sync.after();
  const second = sync.after();
  ends[0]?.(new Error('EIO: i/o error'));
  await expect(first).rejects.toThrow('could not be synced to disk: EIO');
  await expect(second).rejects.toThrow('EIO');
  await expect(sync.after()).rejects.toThrow('EIO');
  expect(sync.failure).toMatch('EIO');
  expect(ends).toHaveLength(1);
  await sync.close();
});

test('close waits for those who wait', async () => {
  const { file, ends, isClosed } = slowFile();
  const sync = new SharedSync(file);
  const waiting = [sync.after(), sync.after()];
  const closing = sync.close();
  ends[0]?.();
  await turn();
  expect(isClosed()).toBe(false);
  ends[1]?.();
  await Promise.all([...waiting, closing]);
  expect(isClosed()).toBe(true);
});
