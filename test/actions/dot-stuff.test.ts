import * as fc from 'fast-check';
import { dotStuffed } from '../../src/actions/dot-stuff.ts';

const stuff = (slices: readonly Buffer[], gather = 0, window = 7): Buffer => Buffer.concat([...dotStuffed(slices, gather, window)]);
/** As RFC 5321 section 4.5.2 has the receiver do it. */
function unstuff(wire: Buffer): string {
  const text = wire.toString('latin1');
  expect(text.endsWith('\r\n.\r\n') || text === '.\r\n').toBe(true);
  return text.slice(0, -3).replace(/(^|\r\n)\./g, '$1');
}

it.each([
  ['', '.\r\n'],
  ['a\r\n', 'a\r\n.\r\n'],
  ['a', 'a\r\n.\r\n'],
  ['.\r\n', '..\r\n.\r\n'],
  ['a\r\n.\r\nb\r\n', 'a\r\n..\r\nb\r\n.\r\n'],
  ['..a\r\n...\r\n', '...a\r\n....\r\n.\r\n'],
  ['a.b\r\n c\r\n', 'a.b\r\n c\r\n.\r\n'],
])('%j goes out as %j', (message, wire) => {
  expect(stuff([Buffer.from(message)]).toString()).toBe(wire);
  expect(stuff([Buffer.from(message)], 1000).toString()).toBe(wire);
  // However it is cut.
  expect(stuff([...Buffer.from(message)].map((byte) => Buffer.from([byte]))).toString()).toBe(wire);
});

it('comes out at the other end as it went in, and ends where it ends, however it is cut', () => {
  const piece = fc.oneof(fc.constantFrom('.', '\r\n', '\r\n.', '..', 'a', '\r', '\n'), fc.string({ unit: 'binary-ascii', maxLength: 9 }));
  fc.assert(fc.property(fc.array(piece), fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 1000), (pieces, window, gather) => {
    const message = pieces.join('');
    const wire = stuff(pieces.map((each) => Buffer.from(each, 'latin1')), gather, window);
    expect(unstuff(wire)).toBe(message === '' || message.endsWith('\r\n') ? message : `${message}\r\n`);
    expect(wire.indexOf('\r\n.\r\n')).toBe(wire.length === 3 ? -1 : wire.length - 5);
  }), { numRuns: 500 });
});

it('makes no difference between few leading dots and many', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('.\r\n', '..\r\n', 'a.\r\n', '\r\n', '.'), { minLength: 60, maxLength: 400 }), (lines) => {
    const message = Buffer.from(lines.join(''));
    expect(stuff([message], 0, 10_000).equals(stuff([message], 0, 40))).toBe(true);
    expect(unstuff(stuff([message], 10_000))).toBe(message.toString().replace(/([^\n])$/, '$1\r\n'));
  }));
});

it('copies nothing of a large message without leading dots', () => {
  const body = Buffer.alloc(1_000_000, 'a line of text.\r\n');
  const pieces = [...dotStuffed([Buffer.from('A: b\r\n'), body], 1024, 65536)];
  const own = pieces.filter((each) => each.buffer === body.buffer);
  expect(own.reduce((sum, each) => sum + each.length, 0)).toBe(body.length);
  expect(Math.max(...pieces.map((each) => each.length))).toBe(65536);
});

it('a message of dots only needs one window of memory at a time', () => {
  const body = Buffer.alloc(3_000_000, '.\r\n');
  let bytes = 0;
  for (const piece of dotStuffed([body], 1024, 65536)) {
    expect(piece.length).toBeLessThanOrEqual(2 * 65536);
    bytes += piece.length;
  }
  expect(bytes).toBe(4_000_000 + 3);
});
