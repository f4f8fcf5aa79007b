/** The codec by table, both ways, and by properties: however the stream is cut, the same packets come out. */
import fc from 'fast-check';
import { encodeCommand, encodeReplies, encodeReply, FrameReader, parseCommand, parseReply, type Command, type FilterReply, type Frame } from '../../../src/intake/milter/wire.ts';

/** Bytes as they stand on the wire: text, `\0` and so on as in JavaScript. */
const wire = (text: string): Buffer => Buffer.from(text, 'latin1');
const limits = (maxBytes: number) => ({ dataMaxBytes: () => maxBytes });

function framesOf(bytes: Buffer, pieces: readonly number[] = [], maxBytes = 1_048_575): Frame[] {
  const reader = new FrameReader(limits(maxBytes));
  const frames: Frame[] = [];
  let at = 0;
  for (const size of [...pieces, bytes.length]) {
    reader.push(bytes.subarray(at, at + size));
    at += size;
    for (let frame = reader.next(); frame !== null; frame = reader.next()) {
      if ('fault' in frame) throw new Error(frame.fault);
      frames.push(frame);
    }
    if (at >= bytes.length) break;
  }
  return frames;
}

const commands: readonly (readonly [string, Command])[] = [
  ['O\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff', { type: 'negotiate', version: 6, actions: 0x1ff, steps: 0x1fffff }],
  ['O\0\0\0\x02\0\0\0\x3f\xff\xff\xff\xff', { type: 'negotiate', version: 2, actions: 0x3f, steps: 0xffffffff }],
  ['DC', { type: 'macros', stage: 'C', values: [] }],
  ['DMi\x004F8\0{auth_authen}\0anna\0', { type: 'macros', stage: 'M', values: [['i', '4F8'], ['{auth_authen}', 'anna']] }],
  ['Cmail.example\x004\x01\xbb192.0.2.1\0', { type: 'connect', name: 'mail.example', family: 'inet', port: 443, address: '192.0.2.1' }],
  ['Cunknown\x006\0\x19IPv6:2001::1\0', { type: 'connect', name: 'unknown', family: 'inet6', port: 25, address: 'IPv6:2001::1' }],
  ['Clocalhost\0L\0\0/run/s\0', { type: 'connect', name: 'localhost', family: 'unix', port: 0, address: '/run/s' }],
  ['Clocalhost\0U', { type: 'connect', name: 'localhost', family: 'unknown', port: 0, address: '' }],
  ['Hmail\0', { type: 'helo', name: 'mail' }],
  ['H\0', { type: 'helo', name: '' }],
  ['M<>\0', { type: 'mail', words: ['<>'] }],
  ['M<a@b>\0SIZE=1\0', { type: 'mail', words: ['<a@b>', 'SIZE=1'] }],
  ['R<a@b>\0NOTIFY=NONE\0', { type: 'recipient', words: ['<a@b>', 'NOTIFY=NONE'] }],
  ['T', { type: 'data' }],
  ['LSubject\0 a\n\tb\xe9\0', { type: 'header', name: 'Subject', value: ' a\n\tb\xe9' }],
  ['LX\0\0', { type: 'header', name: 'X', value: '' }],
  ['N', { type: 'endOfHeader' }],
  ['Bab\r\n\0', { type: 'body', data: wire('ab\r\n\0') }],
  ['B', { type: 'body', data: wire('') }],
  ['E', { type: 'endOfBody', data: wire('') }],
  ['Ehi', { type: 'endOfBody', data: wire('hi') }],
  ['UNOOP\0', { type: 'unknown', line: 'NOOP' }],
  ['A', { type: 'abort' }],
  ['Q', { type: 'quit' }],
  ['K', { type: 'quitNewConnection' }],
];

const replies: readonly (readonly [string, FilterReply])[] = [
  ['O\0\0\0\x06\0\0\x01\x19\0\x1f\xf3\xe1', { type: 'negotiate', version: 6, actions: 0x119, steps: 0x1ff3e1, macros: [] }],
  ['O\0\0\0\x06\0\0\0\0\0\0\0\0\0\0\0\x05i\0', { type: 'negotiate', version: 6, actions: 0, steps: 0, macros: [{ stage: 5, names: 'i' }] }],
  ['c', { type: 'continue' }],
  ['a', { type: 'accept' }],
  ['r', { type: 'reject' }],
  ['t', { type: 'tempfail' }],
  ['d', { type: 'discard' }],
  ['p', { type: 'progress' }],
  ['s', { type: 'skip' }],
  ['4', { type: 'shutdown' }],
  ['f', { type: 'connectionFail' }],
  ['y550 5.7.1 No\0', { type: 'replyCode', text: '550 5.7.1 No' }],
  ['qwhy\0', { type: 'quarantine', text: 'why' }],
  ['+<a@b>\0', { type: 'addRecipient', text: '<a@b>' }],
  ['-<a@b>\0', { type: 'deleteRecipient', text: '<a@b>' }],
  ['hX\0 v\0', { type: 'addHeader', name: 'X', value: ' v' }],
  ['i\0\0\0\0X\0 v\0', { type: 'insertHeader', index: 0, name: 'X', value: ' v' }],
  ['m\0\0\0\x03X\0\0', { type: 'changeHeader', index: 3, name: 'X', value: '' }],
  ['bhi', { type: 'replaceBody', data: wire('hi') }],
];

/** The length in front is counted here; the tables show the letter and what follows. */
function counted(text: string): Buffer {
  const bytes = wire(`\0\0\0\0${text}`);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  return bytes;
}

test.each(commands.map(([text, command]) => [command.type, text, command] as const))('command %s %j', (_type, text, command) => {
  const bytes = counted(text);
  expect(encodeCommand(command)).toEqual(bytes);
  expect(framesOf(bytes).map(parseCommand)).toEqual([command]);
});

test.each(replies.map(([text, reply]) => [reply.type, text, reply] as const))('reply %s %j', (_type, text, reply) => {
  const bytes = counted(text);
  expect(encodeReply(reply)).toEqual(bytes);
  expect(framesOf(bytes).map(parseReply)).toEqual([reply]);
});

test('replies of one turn are their packets one behind the other', () => {
  const text = fc.string({ unit: fc.integer({ min: 1, max: 0x120 }).map((code) => String.fromCharCode(code)) });
  const any: fc.Arbitrary<FilterReply> = fc.oneof(
    fc.constantFrom(...replies.map(([, reply]) => reply)),
    fc.record({ type: fc.constantFrom('insertHeader' as const, 'changeHeader' as const), index: fc.nat(0xffff_ffff), name: text, value: text }),
    fc.record({ type: fc.constantFrom('replyCode' as const, 'deleteRecipient' as const), text }),
  );
  fc.assert(fc.property(fc.array(any), (some) => expect(encodeReplies(some)).toEqual(Buffer.concat(some.map(encodeReply)))));
  expect(() => encodeReplies([{ type: 'replyCode', text: 'a\0b' }])).toThrow(RangeError);
});

test('lengths are counted without their own four bytes', () => {
  expect(encodeCommand({ type: 'quit' })).toEqual(wire('\0\0\0\x01Q'));
  expect(encodeReply({ type: 'deleteRecipient', text: '<a@b>' })).toEqual(wire('\0\0\0\x07-<a@b>\0'));
});

const malformed: readonly (readonly [string, string])[] = [
  ['negotiation cut short', 'O\0\0\0\x06\0\0\0\x01\0\0\0'], ['connect without an end of the name', 'Cname'], ['connect without family', 'Cname\0'],
  ['connect of an unknown family', 'Cname\0X\0\0a\0'], ['connect without address', 'Cname\x004\0'], ['connect with an endless address', 'Cname\x004\0\x19192.0.2.1'],
  ['connect with two addresses', 'Cname\x004\0\x19a\0b\0'], ['helo without NUL', 'Hname'], ['helo twice', 'Ha\0b\0'], ['helo without anything', 'H'], ['mail without words', 'M'],
  ['mail without NUL', 'M<a@b>'], ['recipient without NUL', 'R<a@b>\0NOTIFY'], ['field without value', 'LX\0'], ['field with three texts', 'LX\0a\0b\0'],
  ['macros without stage', 'D'], ['macros without value', 'DMi\0'], ['macros without NUL', 'DMi\0x'], ['abort with data', 'Ax'], ['quit with data', 'Q\0'], ['data with data', 'Tx'],
];
test.each(malformed)('malformed: %s', (_name, text) => expect(parseCommand({ code: text[0]!, data: wire(text.slice(1)) })).toEqual({ type: 'fault', fault: 'malformed', code: text[0] }));

test.each(['Z', 'O'.toLowerCase(), '\0', '\xff', 'c'])('unknown letter %j', (code) => expect(parseCommand({ code, data: wire('') })).toMatchObject({ fault: 'unknown' }));

const malformedReplies = ['y550', 'i\0\0\0', 'i\0\0\0\x01X\0', 'mX', 'hX\0', 'O\0', 'O\0\0\0\x06\0\0\0\0\0\0\0\0\0\0\0\x05i', 'cx', 'h', '+a', '-a\0b\0'];
test.each(malformedReplies)('malformed reply %j', (text) => expect(parseReply({ code: text[0]!, data: wire(text.slice(1)) })).toMatchObject({ fault: 'malformed' }));

test('an unknown letter of a reply', () => expect(parseReply({ code: 'Z', data: wire('') })).toMatchObject({ fault: 'unknown' }));

test('a text with NUL cannot be sent', () => expect(() => encodeReply({ type: 'deleteRecipient', text: 'a\0b' })).toThrow(RangeError));

describe('the reader of packets', () => {
  const faultOf = (bytes: Buffer, maxBytes: number) => {
    const reader = new FrameReader(limits(maxBytes));
    reader.push(bytes);
    return reader.next();
  };

  test('a packet of no bytes is a fault', () => expect(faultOf(wire('\0\0\0\0'), 10)).toMatchObject({ fault: 'empty' }));
  test('a packet at the limit is read', () => expect(faultOf(wire('\0\0\0\x0bB0123456789'), 10)).toMatchObject({ code: 'B' }));
  test('a packet above the limit is a fault before it has come', () => expect(faultOf(wire('\0\0\0\x0cB'), 10)).toMatchObject({ fault: 'too-large', code: 'B' }));
  test('so is what never was a packet', () => expect(faultOf(wire('GET / HTTP/1.1\r\n'), 1_048_575)).toMatchObject({ fault: 'too-large' }));
  test('half a packet is waited for', () => expect(faultOf(wire('\0\0\0\x02B'), 10)).toBeNull());

  test('packets that were given out keep their bytes', () => {
    const reader = new FrameReader(limits(100));
    const first = encodeCommand({ type: 'body', data: wire('first') });
    const second = encodeCommand({ type: 'body', data: wire('second') });
    const stream = Buffer.concat([first, second, first, second]);
    const seen: Buffer[] = [];
    for (const byte of stream) {
      reader.push(Buffer.from([byte]));
      for (let frame = reader.next(); frame !== null; frame = reader.next()) seen.push((frame as Frame).data);
    }
    expect(seen.map(String)).toEqual(['first', 'second', 'first', 'second']);
  });
});

/** Texts as they may stand on the wire: any byte but NUL. */
const text = fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 60 });
const number = fc.integer({ min: 0, max: 0xffffffff });
const data = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('negotiate' as const), version: number, actions: number, steps: number }),
  fc.record({ type: fc.constant('macros' as const), stage: fc.constantFrom('C', 'H', 'M', 'R', 'E'), values: fc.array(fc.tuple(text, text), { maxLength: 5 }) }),
  fc.record({ type: fc.constant('connect' as const), name: text, family: fc.constantFrom('unix' as const, 'inet' as const, 'inet6' as const), port: fc.integer({ min: 0, max: 65535 }), address: text }),
  fc.record({ type: fc.constant('connect' as const), name: text, family: fc.constant('unknown' as const), port: fc.constant(0), address: fc.constant('') }),
  fc.record({ type: fc.constantFrom('mail' as const, 'recipient' as const), words: fc.array(text, { minLength: 1, maxLength: 5 }) }),
  fc.record({ type: fc.constant('header' as const), name: text, value: text }),
  fc.record({ type: fc.constantFrom('body' as const, 'endOfBody' as const), data }),
  fc.record({ type: fc.constantFrom('data' as const, 'endOfHeader' as const, 'abort' as const, 'quit' as const, 'quitNewConnection' as const) }),
);
const anyReply: fc.Arbitrary<FilterReply> = fc.oneof(
  fc.record({ type: fc.constant('negotiate' as const), version: number, actions: number, steps: number, macros: fc.array(fc.record({ stage: fc.integer({ min: 0, max: 6 }), names: text }), { maxLength: 4 }) }),
  fc.record({ type: fc.constantFrom('insertHeader' as const, 'changeHeader' as const), index: number, name: text, value: text }),
  fc.record({ type: fc.constant('addHeader' as const), name: text, value: text }),
  fc.record({ type: fc.constantFrom('replyCode' as const, 'quarantine' as const, 'addRecipient' as const, 'deleteRecipient' as const), text }),
  fc.record({ type: fc.constant('replaceBody' as const), data }),
  fc.record({ type: fc.constantFrom('continue' as const, 'discard' as const, 'progress' as const, 'skip' as const) }),
);

test('what is written is read again, however the stream is cut', () => {
  fc.assert(fc.property(fc.array(anyCommand, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }), (list, pieces) => {
    expect(framesOf(Buffer.concat(list.map(encodeCommand)), pieces).map(parseCommand)).toEqual(list);
  }), { numRuns: 400 });
});

test('replies too', () => {
  fc.assert(fc.property(fc.array(anyReply, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 200 }), (list, pieces) => {
    expect(framesOf(Buffer.concat(list.map(encodeReply)), pieces).map(parseReply)).toEqual(list);
  }), { numRuns: 400 });
});

test('any bytes are packets or faults, never an exception', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }), fc.uint8Array({ maxLength: 80 }), (code, bytes) => {
    const frame = { code, data: Buffer.from(bytes) };
    expect([typeof parseCommand(frame).type, typeof parseReply(frame).type]).toEqual(['string', 'string']);
  }), { numRuns: 2000 });
});
