import { StageClock } from '../../src/intake/stage-clock.ts';

let expired = 0;
const clock = (): StageClock => new StageClock(() => { expired++; });
const within = (ms: number): (() => number) => { const at = performance.now() + ms; return () => at; };

beforeEach(() => {
  jest.useFakeTimers();
  expired = 0;
});
afterEach(() => jest.useRealTimers());

test('a stage that lasts too long expires, once', () => {
  clock().start(within(100));
  jest.advanceTimersByTime(99);
  expect(expired).toBe(0);
  jest.advanceTimersByTime(1000);
  expect(expired).toBe(1);
});

test('a new stage takes the place of the one before, shorter or longer', () => {
  const stage = clock();
  stage.start(within(100));
  jest.advanceTimersByTime(90);
  stage.start(within(100));
  jest.advanceTimersByTime(90);
  expect(expired).toBe(0);
  stage.start(within(5));
  jest.advanceTimersByTime(6);
  expect(expired).toBe(1);
});

test('while paused nothing expires; time starts anew with the next stage', () => {
  const stage = clock();
  stage.start(within(100));
  jest.advanceTimersByTime(50);
  stage.pause();
  jest.advanceTimersByTime(1000);
  stage.start(within(100));
  jest.advanceTimersByTime(99);
  expect(expired).toBe(0);
  jest.advanceTimersByTime(2);
  expect(expired).toBe(1);
});

test('a stage whose end moves is asked again', () => {
  let dueAt = performance.now() + 100;
  clock().start(() => dueAt);
  jest.advanceTimersByTime(90);
  dueAt += 50;
  jest.advanceTimersByTime(50);
  expect(expired).toBe(0);
  jest.advanceTimersByTime(20);
  expect(expired).toBe(1);
});

test('at most one timer runs, none after the end', () => {
  const stage = clock();
  for (let i = 0; i < 10; i++) stage.start(within(100 + i));
  expect(jest.getTimerCount()).toBe(1);
  stage.dispose();
  expect(jest.getTimerCount()).toBe(0);
  stage.start(within(1));
  jest.advanceTimersByTime(100);
  expect(expired).toBe(0);
});
