import { EventEmitter } from 'node:events';
import { batches, createLog } from '../../src/platform/log.ts';
import { runCommand } from '../support/child.ts';

/** What pino's destination does: keeps lines until a flush, and does nothing for a flush while it writes. */
class Destination extends EventEmitter {
  readonly written: string[] = [];
  maxBytes = Infinity;
  #kept = '';
  #writing = '';

  write(bytes: Buffer): void {
    if (Buffer.byteLength(this.#kept) + bytes.length > this.maxBytes) this.emit('drop', bytes);
    else this.#kept += bytes.toString();
  }

  flush(): void {
    if (this.#writing !== '') return;
    this.#writing = this.#kept;
    this.#kept = '';
  }

  finish(): void {
    this.written.push(this.#writing);
    const bytes = Buffer.byteLength(this.#writing);
    this.#writing = '';
    this.emit('write', bytes);
  }
}

const DELAY_MS = 30;
const pass = (ms: number): void => { jest.advanceTimersByTime(ms); };

function opened(): { readonly destination: Destination; readonly write: (line: string) => void } {
  const destination = new Destination();
  const batched = batches(destination, DELAY_MS);
  return { destination, write: (line) => batched.write(line) };
}

describe('in batches', () => {
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => { jest.useRealTimers(); });

  test('the first line after a pause goes out at once, those that follow wait for each other', () => {
    const { destination, write } = opened();
    write('a\n');
    destination.finish();
    write('b\n');
    write('ü\n');
    destination.finish();
    expect(destination.written).toEqual(['a\n', '']);
    pass(2 * DELAY_MS);
    destination.finish();
    expect(destination.written.at(-1)).toBe('b\nü\n');
    pass(3 * DELAY_MS);
    write('c\n');
    destination.finish();
    expect(destination.written.at(-1)).toBe('c\n');
  });

  test('what comes while a write is under way is not forgotten', () => {
    const { destination, write } = opened();
    write('a\n');
    write('b\n');
    pass(2 * DELAY_MS); // the flush for b came too early
    destination.finish();
    pass(2 * DELAY_MS);
    destination.finish();
    expect(destination.written).toEqual(['a\n', 'b\n']);
  });

  test('lines that were dropped because nobody reads are told of', () => {
    const { destination, write } = opened();
    write('a\n');
    destination.maxBytes = 4;
    write('bb\n');
    write('cc\n');
    write('dd\n');
    destination.maxBytes = Infinity;
    destination.finish();
    pass(2 * DELAY_MS);
    destination.finish();
    const [, second = ''] = destination.written;
    expect(second.startsWith('bb\n')).toBe(true);
    expect(JSON.parse(second.slice(3))).toMatchObject({ level: 'error', dropped: 2 });
  });
});

test('lines are JSON with level and time', () => {
  const lines: string[] = [];
  createLog('info', { write: (line) => void lines.push(line) }).warn({ id: 'x' }, 'decided');
  expect(JSON.parse(lines[0] ?? '')).toEqual({ level: 'warn', time: expect.stringMatching(/^\d{4}-.*Z$/), id: 'x', msg: 'decided' });
});

test.each(['', 'process.exit(3);', 'throw new Error("unforeseen");'])('at the end of the process everything is written (%s)', async (end) => {
  const script = `
    const { createLog } = await import('./src/platform/log.ts');
    const log = createLog();
    for (let n = 0; n < 5000; n++) log.info({ n }, 'line');
    ${end}`;
  const { stdout } = await runCommand(process.execPath, ['--input-type=module', '--eval', script]);
  const lines = stdout.trimEnd().split('\n').map((line) => (JSON.parse(line) as { readonly n: number }).n);
  expect(lines).toEqual(Array.from({ length: 5000 }, (_, n) => n));
});
