import { storage } from '../../src/message/limits.ts';
import type { Log } from '../../src/platform/log.ts';
import type { Engine, Work } from '../../src/storage/engine.ts';
import { StoreError } from '../../src/storage/store.ts';
import { WriteQueue } from '../../src/storage/write-queue.ts';

function setUp() {
  const lines: string[] = [];
  const note = (level: string) => (...args: unknown[]) => { lines.push(`${level}: ${String(args.at(-1))}`); };
  const log = { info: note('info'), warn: note('warn'), error: note('error'), debug: note('debug') } as unknown as Log;
  const state = { fails: false, batches: [] as number[], done: [] as number[] };
  const engine = {
    write: async <T>(work: () => Work<T>): Promise<T> => {
      if (state.fails) throw new StoreError('SQLITE_FULL: database or disk is full');
      const before = state.done.length;
      const result = work().next([]).value as T;
      state.batches.push(state.done.length - before);
      return result;
    },
  } as unknown as Engine;
  const queue = new WriteQueue(engine, log);
  // oxlint-disable-next-line require-yield
  const add = (n: number, bytes = 100): void => queue.add(function* work() { state.done.push(n); }, bytes);
  return { queue, add, state, lines };
}

test('keeps the order, in batches', async () => {
  const { queue, add, state } = setUp();
  for (let i = 0; i < storage.batchRowsMax + 3; i++) add(i);
  await queue.flush();
  expect(state.batches).toEqual([storage.batchRowsMax, 3]);
  expect(state.done).toEqual(Array.from({ length: storage.batchRowsMax + 3 }, (_, i) => i));
  expect(queue.problem()).toBeNull();
});

test('a database that fails loses nothing that was taken, and says so until it is well', async () => {
  const { queue, add, state, lines } = setUp();
  state.fails = true;
  add(1);
  await expect(queue.flush()).rejects.toThrow('SQLITE_FULL');
  add(2);
  expect(queue.problem()).toBe('decision log: 2 records waiting, 0 dropped; SQLITE_FULL: database or disk is full');
  state.fails = false;
  await queue.flush();
  expect([state.done, queue.problem()]).toEqual([[1, 2], null]);
  expect(lines).toEqual(['error: decision log cannot be written', 'warn: decision log is written again']);
});

test.each([['rows', storage.queueRowsMax, 1], ['bytes', 32, storage.queueMaxBytes / 32]])('the queue is bounded by %s; what does not fit is told once and counted', async (_, fits, bytes) => {
  const { queue, add, state, lines } = setUp();
  state.fails = true;
  for (let i = 0; i < fits + 5; i++) add(i, bytes);
  expect(queue.problem()).toMatch(`${fits} records waiting, 5 dropped`);
  expect(lines).toEqual(['error: decision log is full, records are being dropped']);
  state.fails = false;
  await queue.flush();
  expect([state.done.length, queue.problem()]).toEqual([fits, null]);
  add(99, bytes);
  await queue.flush();
  expect(state.done.at(-1)).toBe(99);
});
