import * as fc from 'fast-check';
import { parseHeaders } from 'mailauth/lib/tools.js';
import { walk } from '../../src/message/walk.ts';
import { checkDkim } from '../../src/signals/dkim.ts';
import { headerRows } from '../../src/signals/header-rows.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { zoneResolver } from '../support/dns-zone.ts';

const rows = (header: string, read: typeof headerRows): unknown =>
  read(Buffer.from(header, 'latin1')).parsed.map(({ key, casedKey, line }) => [key ?? '', casedKey ?? '', line.toString('latin1')]);

test('as mailauth takes them apart, whatever the header', () => {
  const piece = fc.constantFrom('From: a', 'Subject', ':', ' ', '\t', '\r\n', '\r\n ', '\n', '\r', 'x', ' : y', '\r\n\t: z', 'DKIM-Signature: v=1;', 'É', '\xa0folded', '\0', '\r\n\r\n', 'X-A_b', '=');
  fc.assert(fc.property(fc.array(piece, { maxLength: 25 }).map((pieces) => pieces.join('')), (header) => {
    expect(rows(header, headerRows)).toEqual(rows(header, parseHeaders));
  }), { numRuns: 3000 });
});

test.each([
  ['folded into as many lines as fit', `DKIM-Signature: v=1;\r\n${' \t\r\n'.repeat(60_000)} a=rsa-sha256\r\nFrom: a@example.org\r\n`, 2],
  ['with a row of blanks for a name', `${' \t'.repeat(100_000)}x\r\nFrom: a@example.org\r\n`, 2],
  ['with carriage returns alone', `From: a@example.org\r\nX: ${'\r'.repeat(200_000)}x\r\n`, 2],
])('a header %s takes no longer than others of its length', (_name, header, count) => {
  const before = process.cpuUsage();
  expect(headerRows(Buffer.from(header, 'latin1')).parsed).toHaveLength(count);
  const { user, system } = process.cpuUsage(before);
  // Less than a tenth of it is needed; the square of the length would take many times as much.
  expect((user + system) / 1000).toBeLessThan(2_500);
});

test('a signature folded so is judged all the same', async () => {
  const bytes = Buffer.from(`DKIM-Signature: v=1;\r\n${' \t\r\n'.repeat(20)} a=rsa-sha256; d=example.org\r\nFrom: a@example.org\r\n\r\nhello\r\n`);
  const lookups = new Lookups(zoneResolver({}), 5_000);
  const { signatures } = await checkDkim(walk(bytes), bytes, '', lookups.asker());
  lookups.close();
  expect(signatures).toMatchObject([{ domain: 'example.org', partial: false }]);
  expect(signatures[0]?.result).not.toBe('pass');
});

test('blanks that no fold has make a signature none, and take no longer than letters', async () => {
  const before = process.cpuUsage();
  for (const blanks of [' ', '\r', '\r\n\t']) {
    const bytes = Buffer.from(`DKIM-Signature: v=1; l=1; a=rsa-sha256; d=example.org; s=s; h=from; bh=x; b=x${blanks.repeat(90_000 / blanks.length)}y\r\nFrom: a@example.org\r\n\r\nhello\r\n`);
    const lookups = new Lookups(zoneResolver({}), 5_000);
    expect((await checkDkim(walk(bytes), bytes, '', lookups.asker())).signatures.some(({ result }) => result === 'pass')).toBe(false);
    lookups.close();
  }
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(5_000);
});
