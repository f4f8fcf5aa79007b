import * as fc from 'fast-check';
import { ReplyParser } from '../../src/actions/reply-parser.ts';
import type { Reply } from '../../src/pipeline.ts';

/** All replies in these chunks; null as soon as one chunk is no reply. */
function parse(...chunks: string[]): Reply[] | null {
  const parser = new ReplyParser();
  const all: Reply[] = [];
  for (const chunk of chunks) {
    const replies = parser.push(Buffer.from(chunk));
    if (replies === null) return null;
    all.push(...replies);
  }
  return all;
}

it.each<[string, Reply[]]>([
  ['250 2.1.0 Ok\r\n', [{ code: 250, enhanced: '2.1.0', text: 'Ok' }]],
  ['250\r\n', [{ code: 250, enhanced: null, text: '' }]],
  ['250 \r\n', [{ code: 250, enhanced: null, text: '' }]],
  ['250 2.0.0\r\n', [{ code: 250, enhanced: '2.0.0', text: '' }]],
  ['354 Go\r\n550 5.7.1 No\r\n', [{ code: 354, enhanced: null, text: 'Go' }, { code: 550, enhanced: '5.7.1', text: 'No' }]],
  ['550-5.7.1 One\r\n550-5.7.1  two\r\n550 three\r\n', [{ code: 550, enhanced: '5.7.1', text: 'One\n two\nthree' }]],
  ['250 5.1.1 not its class\r\n', [{ code: 250, enhanced: null, text: '5.1.1 not its class' }]],
  ['220 127.0.0.1 ready\r\n', [{ code: 220, enhanced: null, text: '127.0.0.1 ready' }]],
  ['450 4.7.1234 x\r\n', [{ code: 450, enhanced: null, text: '4.7.1234 x' }]],
  ['250 bare LF\n', [{ code: 250, enhanced: null, text: 'bare LF' }]],
  ['550 a\rb\x00c\x1b[1m\r\n', [{ code: 550, enhanced: null, text: 'a b c [1m' }]],
  ['550 5.1.1 Öffnung\r\n', [{ code: 550, enhanced: '5.1.1', text: 'Öffnung' }]],
])('%j is %j', (text, replies) => {
  expect(parse(text)).toEqual(replies);
});

it.each(['hello\r\n', '25 x\r\n', '2500 x\r\n', '150 x\r\n', '650 x\r\n', '250x\r\n', '250_x\r\n', ' 250 x\r\n', '\r\n', '250-a\r\n251 b\r\n', '250-a\r\n\r\n', 'x'.repeat(5000), `250 ${'x'.repeat(5000)}\r\n`, '250-a\r\n'.repeat(201)])('%j is no reply', (text) => {
  expect(parse(text)).toBeNull();
});

it('does not depend on how the bytes arrive', () => {
  const wire = '250-2.0.0 Größe\r\n250 2.0.0 ok\r\n354 go\r\n421 4.3.2 bye\r\n';
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: Buffer.byteLength(wire) })), (cuts) => {
    const parser = new ReplyParser();
    const bytes = Buffer.from(wire);
    const replies: Reply[] = [];
    const at = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    for (let i = 1; i < at.length; i++) replies.push(...parser.push(bytes.subarray(at[i - 1], at[i])) ?? []);
    expect(replies).toEqual(parse(wire));
    expect(parser.idle).toBe(true);
  }));
});

it('takes any bytes at all without throwing', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array()), (chunks) => {
    const parser = new ReplyParser();
    for (const chunk of chunks) if (parser.push(Buffer.from(chunk)) === null) break;
    expect(parser.idle || !parser.idle).toBe(true);
  }));
});
