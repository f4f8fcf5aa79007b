import { walk } from '../../src/message/walk.ts';

const encodingOf = (field: string): string => walk(Buffer.from(`From: a@example.org\r\nContent-Transfer-Encoding: ${field}\r\n\r\nhello\r\n`)).root.encoding;

test.each([
  ['Base64 (as usual)', 'base64'], ['(a) quoted-printable (b) ', 'quoted-printable'], ['base64; x', 'base64'], ['"base64"', '7bit'], ['8bit\'', '8bit'], ['(open base64', '(open base64'],
  ['base64 (not closed', 'base64 (not closed'], ['()', '7bit'], ['base64;\u2028;', 'base64'],
])('transfer encoding %p is %p', (field, encoding) => {
  expect(encodingOf(field)).toBe(encoding);
});

test.each([['parentheses', '('], ['semicolons', ';'], ['pairs', '()']])('one of a hundred thousand %s takes no longer than others of its length', (_name, sign) => {
  const before = process.cpuUsage();
  encodingOf(`${sign.repeat(100_000)}\u2028`);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(2_500);
});
