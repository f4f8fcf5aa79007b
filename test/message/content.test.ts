import { decodeContent } from '../../src/message/content.ts';

function decode(text: string, encoding: string, maxBytes = 1000): [string, boolean, readonly string[]] {
  const bytes = Buffer.from(text, 'latin1');
  const { data, truncated, defects } = decodeContent(bytes, 0, bytes.length, encoding, maxBytes);
  return [data.toString('latin1'), truncated, defects];
}

const cases: readonly (readonly [string, string, string, string[]])[] = [
  ['7bit', 'as = it', 'as = it', []],
  ['base64', 'YWJj', 'abc', []],
  ['base64', 'YW\r\nJj\r\n', 'abc', []],
  ['base64', 'YQ==\r\n', 'a', []],
  ['base64', 'YQ', 'a', []],
  ['base64', 'Y W\tJj', 'abc', []],
  ['base64', 'YW!Jj', 'abc', ['base64-invalid']],
  ['base64', 'YW-_Jj', 'abc', ['base64-invalid']],
  ['base64', 'YQ==YmM=', 'abc', ['base64-after-padding']],
  ['base64', 'YWJjY', 'abc', ['base64-truncated']],
  ['base64', '', '', []],
  ['quoted-printable', 'a=3Db', 'a=b', []],
  ['quoted-printable', 'a=3db', 'a=b', []],
  ['quoted-printable', 'a=\r\nb', 'ab', []],
  ['quoted-printable', 'a= \t\r\nb', 'ab', []],
  ['quoted-printable', 'a=\nb', 'ab', []],
  ['quoted-printable', 'a=', 'a', []],
  ['quoted-printable', 'a=ZZb', 'a=ZZb', ['qp-invalid']],
  ['quoted-printable', 'a=4', 'a=4', ['qp-invalid']],
  ['quoted-printable', 'plain', 'plain', []],
  ['x-uuencode', 'begin 644 a.txt\n#86)C\n`\nend\n', 'abc', []],
  ['no-such', 'as it is', 'as it is', []],
];

test.each(cases)('%s: %j', (encoding, text, data, defects) => {
  expect(decode(text, encoding)).toEqual([data, false, defects]);
});

test.each([
  ['7bit', 'x'.repeat(50)],
  ['base64', Buffer.from('x'.repeat(50)).toString('base64')],
  ['quoted-printable', '=78'.repeat(50)],
  ['quoted-printable', 'x'.repeat(50)],
  ['quoted-printable', `=78${'x'.repeat(49)}`],
  ['quoted-printable', `${'x'.repeat(49)}=78`],
])('%s stops at the limit and says so', (encoding, text) => {
  for (const max of [0, 1, 9, 10, 49]) expect(decode(text, encoding, max)).toEqual(['x'.repeat(max), true, []]);
  expect(decode(text, encoding, 50)).toEqual(['x'.repeat(50), false, []]);
});

test('junk costs no more than its share', () => {
  const junk = Buffer.alloc(20_000_000, '!');
  expect(decodeContent(junk, 0, junk.length, 'base64', 1000)).toMatchObject({ truncated: true, defects: ['base64-invalid'] });
});

describe('a large base64 file, decoded in pieces', () => {
  const file = Buffer.from(Array.from({ length: 700_001 }, (_, i) => (i * 31 + (i >> 8)) & 255));
  const wrapped = (width: number, from: Buffer = file): Buffer => Buffer.from(from.toString('base64').replace(new RegExp(`.{${width}}`, 'g'), '$&\r\n'));

  test.each([57, 60, 61, 76, 998])('lines of %i letters give the same bytes', (width) => {
    const text = wrapped(width);
    const { data, truncated, defects } = decodeContent(text, 0, text.length, 'base64', 2_000_000);
    expect(data.equals(file)).toBe(true);
    expect([truncated, defects]).toEqual([false, []]);
  });
  test('no more than asked for, and it says so', () => {
    const text = wrapped(76);
    const { data, truncated } = decodeContent(text, 0, text.length, 'base64', 300_000);
    expect([data.equals(file.subarray(0, 300_000)), truncated]).toEqual([true, true]);
  });
  test('exactly as much as there is', () => {
    const text = Buffer.from(file.toString('base64'));
    expect(decodeContent(text, 0, text.length, 'base64', file.length).truncated).toBe(false);
  });
  test('letters of another alphabet in the middle are told as ever', () => {
    const text = wrapped(76);
    text[500_000] = 0x2a;
    expect(decodeContent(text, 0, text.length, 'base64', 2_000_000).defects).toContain('base64-invalid');
  });
  test('padding in the middle is told as ever', () => {
    const text = Buffer.concat([wrapped(76), wrapped(76)]);
    const { data, defects } = decodeContent(text, 0, text.length, 'base64', 2_000_000);
    expect([data.length, defects.includes('base64-after-padding')]).toEqual([2 * file.length, true]);
  });
});
