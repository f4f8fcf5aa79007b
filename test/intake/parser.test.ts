import { setImmediate as nextTurn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { Collector } from '../../src/intake/collect.ts';
import { IntakeParser } from '../../src/intake/parser.ts';
import { waitFor } from '../support/wait.ts';

/** What the parser sees, in order; `DATA` begins a message. */
function watched(lineMaxBytes = 60): { readonly parser: IntakeParser; readonly seen: string[] } {
  const seen: string[] = [];
  const budget = new ByteBudget(Infinity);
  const parser = new IntakeParser({
    command: async (line) => {
      seen.push(`command ${line.toString('latin1')}`);
      if (line.toString() === 'DATA') parser.collect(new Collector({ messageMaxBytes: 100, declaredBytes: 0, bareLineBreaks: 'refuse', budget }));
      if (seen.length % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    badLine: async (problem) => void seen.push(problem),
    message: async (collector) => void seen.push(`message ${collector.problem ?? JSON.stringify(collector.bytes().toString('latin1'))}`),
  }, lineMaxBytes);
  return { parser, seen };
}

/** Everything that it saw of a stream. */
async function events(stream: string, cuts: readonly number[] = []): Promise<string[]> {
  const { parser, seen } = watched();
  const bytes = Buffer.from(stream, 'latin1');
  let offset = 0;
  for (const cut of [...cuts, bytes.length]) {
    const chunk = bytes.subarray(offset, offset + cut);
    offset += chunk.length;
    if (chunk.length > 0) await new Promise<void>((resolve, reject) => { parser.write(chunk, (error) => (error ? reject(error) : resolve())); });
  }
  await new Promise<void>((resolve) => { parser.end(resolve); });
  return seen;
}

test('commands, a message, and commands behind it', async () => {
  expect(await events('EHLO a\r\nDATA\r\nHi\r\n..\r\n.\r\nQUIT\r\nNOOP')).toEqual(['command EHLO a', 'command DATA', 'message "Hi\\r\\n.\\r\\n"', 'command QUIT']);
});

test.each([
  ['NOOP\n', ['bare-line-feed']],
  ['NO\rOP\r\n', ['control-characters']],
  ['\0\r\nNOOP\r\n', ['control-characters', 'command NOOP']],
  ['NOOP\ta\x80\r\n', ['command NOOP\ta\x80']],
  [`${'x'.repeat(61)}\r\nNOOP\r\n`, ['line-too-long', 'command NOOP']],
  [`${'x'.repeat(59)}\r\n`, [`command ${'x'.repeat(59)}`]],
  ['\r\n', ['command ']],
])('%j', async (stream, expected) => expect(await events(stream)).toEqual(expected));

test('however the bytes are cut, the same happens', async () => {
  const piece = fc.constantFrom('NOOP\r\n', 'DATA\r\n', 'Hi\r\n', '.\r\n', '..\r\n', 'a\nb', 'a\rb', '\r', '\n', 'x'.repeat(70), 'MAIL FROM:<a@b>\r\n', 'y'.repeat(120), '\0');
  const stream = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  await fc.assert(fc.asyncProperty(stream, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }), async (text, cuts) => {
    expect(await events(text, cuts)).toEqual(await events(text));
  }), { numRuns: 500 });
});

test('whether the bytes come by the stream or straight from the socket, the same happens', async () => {
  const piece = fc.constantFrom('NOOP\r\n', 'DATA\r\n', 'Hi\r\n', '.\r\n', 'a\nb', '\r', '\n', 'x'.repeat(70), 'NOOP\r\n'.repeat(60), '\0');
  const stream = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  await fc.assert(fc.asyncProperty(stream, fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 60 }), fc.boolean(), async (text, cuts, atOnce) => {
    const expected = await events(text);
    const { parser, seen } = watched();
    const bytes = Buffer.from(text, 'latin1');
    let offset = 0;
    for (const cut of [...cuts, bytes.length]) {
      const chunk = bytes.subarray(offset, offset + cut);
      offset += chunk.length;
      if (chunk.length > 0) expect(parser.take(chunk)).toBe(true);
      if (!atOnce) await nextTurn();
    }
    await waitFor('the end', () => seen.length >= expected.length);
    await nextTurn();
    await nextTurn();
    expect(seen).toEqual(expected);
  }), { numRuns: 200 });
});

test('who sends on and on while a command is waited for is told to wait, and when to go on', async () => {
  let answer = (): void => undefined;
  let commands = 0;
  const parser = new IntakeParser({ command: () => (commands++ === 0 ? new Promise<void>((resolve) => { answer = resolve; }) : undefined), badLine: () => undefined, message: async () => undefined }, 60);
  let drained = 0;
  parser.on('drain', () => drained++);
  expect(parser.take(Buffer.from('MAIL\r\n'))).toBe(true);
  const many = Buffer.from('NOOP\r\n'.repeat(2000));
  const told: boolean[] = [];
  for (let bytes = 0; bytes < 2 * parser.writableHighWaterMark; bytes += many.length) told.push(parser.take(many));
  expect(told[0]).toBe(true);
  expect(told.at(-1)).toBe(false);
  expect(commands).toBe(1);
  answer();
  await waitFor('all commands', () => commands === 1 + 2000 * told.length);
  expect(drained).toBe(1);
});

test('an error of ours ends the stream, straight or not', async () => {
  const boom = new Error('boom');
  for (const straight of [true, false]) {
    for (const later of [true, false]) {
      const parser = new IntakeParser({ command: () => { if (later) return Promise.reject(boom); throw boom; }, badLine: () => undefined, message: async () => undefined }, 60);
      const error = new Promise((resolve) => parser.once('error', resolve));
      if (straight) parser.take(Buffer.from('NOOP\r\nNOOP\r\n'));
      else parser.write(Buffer.from('NOOP\r\nNOOP\r\n'));
      expect(await error).toBe(boom);
      expect(parser.destroyed).toBe(true);
    }
  }
});

test('thousands of commands in one chunk leave others their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const seen = await events('NOOP\r\n'.repeat(20_000));
  clearInterval(timer);
  expect(seen).toHaveLength(20_000);
  expect(turns).toBeGreaterThan(1);
});
