import { atEndOfTurn, endTurnNow } from '../../src/platform/end-of-turn.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('work waits for the end of the turn and keeps its order', async () => {
  const done: string[] = [];
  atEndOfTurn(() => void done.push('first'));
  await Promise.resolve().then(() => atEndOfTurn(() => void done.push('second')));
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(['first', 'second']);
});

test('what is asked for meanwhile is for the next turn', async () => {
  const done: string[] = [];
  atEndOfTurn(() => {
    done.push('now');
    atEndOfTurn(() => void done.push('later'));
  });
  await nextTurn();
  expect(done).toEqual(['now']);
  await nextTurn();
  expect(done).toEqual(['now', 'later']);
});

test('the next turn of sockets and timers comes behind it', async () => {
  const done: string[] = [];
  const timer = new Promise<void>((resolve) => { setTimeout(() => { done.push('timer'); resolve(); }, 5); });
  atEndOfTurn(() => void done.push('work'));
  await timer;
  expect(done).toEqual(['work', 'timer']);
});

test('before long work what waits is done, once', async () => {
  const done: string[] = [];
  atEndOfTurn(() => void done.push('reply'));
  endTurnNow();
  expect(done).toEqual(['reply']);
  endTurnNow();
  atEndOfTurn(() => void done.push('next'));
  await nextTurn();
  expect(done).toEqual(['reply', 'next']);
});
