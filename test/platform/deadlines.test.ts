import { runCommand } from '../support/child.ts';
import { startDeadline } from '../../src/platform/deadlines.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('it comes when the time is over, a little late at most, and once', () => {
  let expired = 0;
  startDeadline(1600, () => expired++);
  jest.advanceTimersByTime(1599);
  expect(expired).toBe(0);
  jest.advanceTimersByTime(101);
  expect(expired).toBe(1);
  jest.advanceTimersByTime(10_000);
  expect(expired).toBe(1);
});

test('called off it never comes, whenever that was', () => {
  const expired: string[] = [];
  const first = startDeadline(160, () => expired.push('first'));
  const second = startDeadline(160, () => expired.push('second'));
  first();
  first();
  jest.advanceTimersByTime(200);
  second(); // too late
  expect(expired).toEqual(['second']);
});

test('many of several lengths, begun at any time, come each in its own', () => {
  const due: { readonly at: number; came: number }[] = [];
  for (let step = 0; step < 300; step++) {
    const ms = [160, 800, 3200][step % 3] as number;
    const one = { at: Date.now() + ms, came: 0 };
    const cancel = startDeadline(ms, () => { one.came = Date.now(); });
    if (step % 4 === 0) cancel();
    else due.push(one);
    jest.advanceTimersByTime(step % 40);
  }
  jest.advanceTimersByTime(5000);
  for (const { at, came } of due) {
    expect(came).toBeGreaterThanOrEqual(at);
    expect(came).toBeLessThanOrEqual(at + 201);
  }
});

test('nothing ticks when nobody waits, and a pause does no harm', () => {
  startDeadline(1600, () => undefined)();
  jest.advanceTimersByTime(1000);
  expect(jest.getTimerCount()).toBe(0);
  let expired = 0;
  startDeadline(1600, () => expired++);
  jest.advanceTimersByTime(1701);
  expect(expired).toBe(1);
});

test('however many lengths there are, each is kept', () => {
  let expired = 0;
  for (let ms = 5000; ms < 5100; ms++) startDeadline(ms, () => expired++);
  const cancel = startDeadline(6000, () => expired++);
  cancel();
  jest.advanceTimersByTime(7000);
  expect(expired).toBe(100);
});

test('a process that waits for nothing else ends; one that waits for a deadline does not', async () => {
  jest.useRealTimers();
  const script = (cancelled: boolean): string => `
    const { startDeadline } = await import(${JSON.stringify(`${process.cwd()}/src/platform/deadlines.ts`)});
    const begun = performance.now();
    const cancel = startDeadline(${cancelled ? 60_000 : 200}, () => console.log('came'));
    ${cancelled ? 'cancel();' : ''}
    process.on('exit', () => console.log(performance.now() - begun < 30_000 ? 'in time' : 'late'));`;
  expect((await runCommand(process.execPath, ['--input-type=module', '-e', script(true)])).stdout).toBe('in time\n');
  expect((await runCommand(process.execPath, ['--input-type=module', '-e', script(false)])).stdout).toBe('came\nin time\n');
});
