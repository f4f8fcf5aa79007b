import { readMessage } from '../../src/message/readable.ts';

const letter = (encoding: string, body: string): Buffer => Buffer.from(`From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n`);

test.each(['quoted-printable', '8bit', 'base64'])('a row of blanks that nobody writes is shortened before it is read (%s)', async (encoding) => {
  const before = process.cpuUsage();
  const message = await readMessage(letter(encoding, `QUJD=${' '.repeat(200_000)}x\r\n${'\t'.repeat(200_000)}y`));
  const { user, system } = process.cpuUsage(before);
  expect(message).toMatchObject({ state: 'readable', subject: 'x' });
  expect((user + system) / 1000).toBeLessThan(2_500);
});

test('blanks that somebody may have written stay', async () => {
  const body = `a${' '.repeat(80)}b\r\n\t\tc`;
  expect(await readMessage(letter('8bit', body))).toMatchObject({ state: 'readable', text: `a${' '.repeat(80)}b\n\t\tc\n` });
});
