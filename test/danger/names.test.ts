/** Names inside files, as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf16, untilNul } from '../../src/danger/names.ts';

test('UTF-16 at any address and of any length; half a character at the end is left out', () => {
  const text = 'Rechnung für März – 報告書.exe';
  for (const shift of [0, 1, 2, 3]) {
    for (const cut of [0, 1, 2]) {
      const bytes = Buffer.concat([Buffer.alloc(shift, '+'), Buffer.from(text, 'utf16le')]).subarray(shift);
      expect(decodeUtf16(bytes.subarray(0, bytes.length - cut))).toBe(text.slice(0, text.length - Math.ceil(cut / 2)));
    }
  }
  expect([decodeUtf16(Buffer.alloc(0)), decodeUtf16(Buffer.from('a')), decodeUtf16(Buffer.from('a\0b\0c\0'), 2, 100), decodeUtf16(Buffer.from('a\0'), 5)]).toEqual(['', '', 'bc', '']);
});

test('large pieces at odd addresses and of odd lengths do not end the process', () => {
  for (let length = 3001; length < 5000; length += 2) expect(decodeUtf16(Buffer.alloc(length + 1, 'x').subarray(1))).toHaveLength((length - 1) / 2);
});

/** These take care themselves that the number of bytes is even. */
const EVEN = ['iso9660.ts', 'ole.ts', 'page.ts'];
test('nothing else decodes UTF-16 in the way that may end the process', () => {
  const dir = join(import.meta.dirname, '../../src/danger');
  const files = readdirSync(dir).filter((name) => /toString\([^)]*utf16le/.test(readFileSync(join(dir, name), 'utf8')));
  expect(files.filter((name) => name !== 'names.ts' && !EVEN.includes(name))).toEqual([]);
});

test('bytes up to a NUL, or to the end', () => {
  expect([untilNul(Buffer.from('ab\0c'), 0, 4), untilNul(Buffer.from('abcd'), 1, 3), untilNul(Buffer.from('ab'), 0, 9)].map(String)).toEqual(['ab', 'bc', 'ab']);
});
