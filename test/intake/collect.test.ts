import * as fc from 'fast-check';
import { ByteBudget } from '../../src/intake/byte-budget.ts';
import { Collector } from '../../src/intake/collect.ts';
import type { ContentProblem } from '../../src/intake/reply.ts';

interface Result { readonly end: number; readonly problem: ContentProblem | null; readonly text: string | null }

/** @param cuts lengths of the chunks; what is left comes last */
function read(stream: string, cuts: readonly number[] = [], bareLineBreaks: 'refuse' | 'normalise' = 'refuse', messageMaxBytes = 1000): Result {
  const budget = new ByteBudget(Infinity);
  const collector = new Collector({ messageMaxBytes, declaredBytes: 0, bareLineBreaks, budget });
  const bytes = Buffer.from(stream, 'latin1');
  let offset = 0;
  let end = -1;
  for (const cut of [...cuts, bytes.length]) {
    const chunk = bytes.subarray(offset, offset + cut);
    if (chunk.length === 0) continue;
    const found = collector.push(chunk);
    if (found >= 0) {
      end = offset + found;
      break;
    }
    offset += chunk.length;
  }
  const text = collector.problem === null ? collector.bytes().toString('latin1') : null;
  expect(budget.usedBytes).toBe(text?.length ?? 0);
  collector.free();
  expect(budget.usedBytes).toBe(0);
  return { end, problem: collector.problem, text };
}

const good: readonly (readonly [string, string])[] = [
  ['.\r\n', ''],
  ['\r\n.\r\n', '\r\n'],
  ['a\r\n.\r\n', 'a\r\n'],
  ['..\r\n.\r\n', '.\r\n'],
  ['...\r\n.\r\n', '..\r\n'],
  ['.a\r\n.\r\n', 'a\r\n'],
  ['a.\r\n.\r\n', 'a.\r\n'],
  ['a\r\n..\r\n.\r\n', 'a\r\n.\r\n'],
  ['a\0b\r\n\xff\r\n.\r\n', 'a\0b\r\n\xff\r\n'],
  ['a\r\n\r\n.\r\n', 'a\r\n\r\n'],
];

test.each(good)('%j is the message %j', (stream, message) => {
  expect(read(stream)).toEqual({ end: stream.length, problem: null, text: message });
});

test('what stands behind the end of data is left alone', () => {
  expect(read('a\r\n.\r\nMAIL FROM:<x>\r\n').end).toBe('a\r\n.\r\n'.length);
});

const bad: readonly (readonly [string, ContentProblem])[] = [
  ['a\nb\r\n.\r\n', 'bare-lf'], ['a\rb\r\n.\r\n', 'bare-cr'], ['a\r\r\n.\r\n', 'bare-cr'], ['a\n.\r\n\r\n.\r\n', 'bare-lf'],
  ['a\r\n.\n\r\n.\r\n', 'bare-lf'], ['a\r\n.\r.\r\n.\r\n', 'bare-cr'], ['\n.\r\n\r\n.\r\n', 'bare-lf'], ['.\n\r\n.\r\n', 'bare-lf'], ['a\r.\rb\nc\r\n.\r\n', 'bare-cr'],
];

test.each(bad)('%j is refused, and read to its true end', (stream, problem) => {
  expect(read(stream)).toEqual({ end: stream.length, problem, text: null });
});

const normalised: readonly (readonly [string, string])[] = [
  ['a\nb\r\n.\r\n', 'a\r\nb\r\n'], ['a\rb\r\n.\r\n', 'a\r\nb\r\n'], ['a\r\r\n.\r\n', 'a\r\n'], ['a\n.\r\n.\r\n', 'a\r\n.\r\n'], ['a\r\n.\n\r\n.\r\n', 'a\r\n\r\n\r\n'], ['a\n..\r\n.\r\n', 'a\r\n..\r\n'],
];

test.each(normalised)('%j is normalised to %j', (stream, message) => {
  expect(read(stream, [], 'normalise')).toEqual({ end: stream.length, problem: null, text: message });
});

test('the limit holds for what is stored, to the byte', () => {
  expect(read('..2345678\r\n.\r\n', [], 'refuse', 10).problem).toBeNull();
  expect(read('..23456789\r\n.\r\n', [], 'refuse', 10).problem).toBe('too-large');
  expect(read('0123456789abc\nd\r\n.\r\n', [3, 3], 'refuse', 10).problem).toBe('too-large');
  expect(read('0123\n0123456789abc\r\n.\r\n', [3, 3], 'refuse', 10).problem).toBe('bare-lf');
});

test('no room in memory: what was taken is given back', () => {
  const budget = new ByteBudget(10);
  const collector = new Collector({ messageMaxBytes: 1000, declaredBytes: 0, bareLineBreaks: 'refuse', budget });
  expect(collector.push(Buffer.from('12345\r\n'))).toBe(-1);
  expect(collector.push(Buffer.from('12345\r\n.\r\n'))).toBe(10);
  expect(collector.problem).toBe('no-room');
  expect(budget.usedBytes).toBe(0);
});

test('growing keeps every byte, whatever was declared', () => {
  for (const declaredBytes of [0, 5, 200_000, 3_000_000, 1e15]) {
    const collector = new Collector({ messageMaxBytes: 3_000_000, declaredBytes, bareLineBreaks: 'refuse', budget: new ByteBudget(1e9) });
    const line = `${'0123456789'.repeat(9)}\r\n`;
    const chunk = Buffer.from(line.repeat(300));
    for (let i = 0; i < 100; i++) collector.push(chunk);
    expect(collector.push(Buffer.from('.\r\n'))).toBe(3);
    expect(collector.bytes().equals(Buffer.from(line.repeat(30_000)))).toBe(true);
  }
});

test('a system without memory to give is no room, not a crash', () => {
  const message = Buffer.from(`${'a\r\n'.repeat(60_000)}.\r\n`);
  const refuse = jest.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation(() => { throw new RangeError('Array buffer allocation failed'); });
  const budget = new ByteBudget(1_000_000);
  const collector = new Collector({ messageMaxBytes: 1_000_000, declaredBytes: 0, bareLineBreaks: 'refuse', budget });
  expect(collector.push(message)).toBe(message.length);
  expect(collector.problem).toBe('no-room');
  expect(budget.usedBytes).toBe(0);
  refuse.mockRestore();
});

/** Streams made of what matters: line ends, half ones, dots, and something else. */
const stream = fc.array(fc.constantFrom('\r\n', '\r', '\n', '.', '..', 'a', '\r\n.', '\r\n.\r', 'text\r\n'), { maxLength: 40 }).map((parts) => `${parts.join('')}\r\n.\r\nQUIT\r\n`);
const cuts = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 100 });
const mode = fc.constantFrom('refuse' as const, 'normalise' as const);
const limit = fc.constantFrom(5, 20, 1000);

test('however the stream is cut, the same is read', () => {
  fc.assert(fc.property(stream, cuts, mode, limit, (text, lengths, bareLineBreaks, max) => {
    expect(read(text, lengths, bareLineBreaks, max)).toEqual(read(text, [], bareLineBreaks, max));
  }), { numRuns: 2000 });
});

test('the end is the first CRLF . CRLF, and nothing else', () => {
  fc.assert(fc.property(stream, cuts, (text, lengths) => {
    const first = `\r\n${text}`.indexOf('\r\n.\r\n') + 3;
    expect(read(text, lengths).end).toBe(first);
  }), { numRuns: 2000 });
});

/** RFC 5321 section 4.5.2, as whoever passes the message on does it. */
const stuffed = (message: string): string => `${message.replace(/(^|\r\n)\./g, '$1..')}${message === '' || message.endsWith('\r\n') ? '' : '\r\n'}.\r\n`;

test('what is accepted has no bare CR or LF, and sent on it is one message, the same', () => {
  fc.assert(fc.property(stream, cuts, mode, (text, lengths, bareLineBreaks) => {
    const { problem, text: message } = read(text, lengths, bareLineBreaks);
    if (problem !== null || message === null) return;
    expect(message).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
    const onward = stuffed(message);
    expect(read(onward)).toEqual({ end: onward.length, problem: null, text: message });
  }), { numRuns: 2000 });
});

test('normalising refuses nothing, refusing changes nothing but the dots', () => {
  fc.assert(fc.property(stream, (text) => {
    expect(read(text, [], 'normalise').problem).toBeNull();
    const strict = read(text);
    if (strict.text !== null) expect(stuffed(strict.text)).toBe(stuffed(read(text, [], 'normalise').text as string));
  }), { numRuns: 1000 });
});

test('however a message is cut, it is the same bytes, and all of the budget comes back', () => {
  const text = `${'A line.\r\n'.repeat(30_000)}`;
  for (const size of [1_000, 16_384, 65_536, 131_072, 131_073, 300_000]) {
    const budget = new ByteBudget(1_000_000);
    const collector = new Collector({ messageMaxBytes: 1_000_000, declaredBytes: 0, bareLineBreaks: 'refuse', budget });
    const wire = Buffer.from(`${text}.\r\n`);
    for (let at = 0; at < wire.length; at += size) collector.push(wire.subarray(at, at + size));
    expect(collector.problem).toBeNull();
    expect(budget.usedBytes).toBe(text.length);
    expect(collector.bytes().toString('latin1') === text).toBe(true);
    expect(collector.bytes().toString('latin1') === text).toBe(true);
    collector.free();
    collector.free();
    expect(budget.usedBytes).toBe(0);
  }
});

test('a message that trickles in byte by byte does not cost an object for each', () => {
  const budget = new ByteBudget(1_000_000);
  const collector = new Collector({ messageMaxBytes: 1_000_000, declaredBytes: 0, bareLineBreaks: 'refuse', budget });
  const wire = Buffer.from(`${'x'.repeat(500)}\r\n.\r\n`);
  for (let at = 0; at < wire.length; at++) {
    collector.push(wire.subarray(at, at + 1));
    if (at === 100) expect(collector.copies).toBe(true);
  }
  expect(collector.bytes().toString()).toBe(`${'x'.repeat(500)}\r\n`);
});
