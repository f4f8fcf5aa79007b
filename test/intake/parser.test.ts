import * as fc from 'fast-check';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { Collector } from '../../src/intake/collect.ts';
import { IntakeParser } from '../../src/intake/parser.ts';

/** Everything the parser saw, in order; `DATA` begins a message. */
async function events(stream: string, cuts: readonly number[] = [], lineMaxBytes = 60): Promise<string[]> {
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

test('thousands of commands in one chunk leave others their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const seen = await events('NOOP\r\n'.repeat(20_000));
  clearInterval(timer);
  expect(seen).toHaveLength(20_000);
  expect(turns).toBeGreaterThan(1);
});
