import { decodeCharset } from '../../src/message/charset.ts';

const bytes = (...values: number[]): Buffer => Buffer.from(values);

test.each([
  ['', Buffer.from('plain'), 'plain', null],
  ['', Buffer.from('café'), 'café', null],
  ['', bytes(0x63, 0xe9), 'cé', 'charset-mismatch'],
  ['utf-8', Buffer.from('\ufeffcafé'), 'café', null],
  ['"UTF-8"', Buffer.from('café'), 'café', null],
  ['utf-8', bytes(0x61, 0xff), 'a\ufffd', 'charset-mismatch'],
  ['us-ascii', Buffer.from('café'), 'café', 'charset-mismatch'],
  ['us-ascii', bytes(0xe9), 'é', 'charset-mismatch'],
  ['iso-8859-1', bytes(0x80, 0xe9), '€é', null],
  ['windows-1254', bytes(0xfe), 'ş', null],
  ['koi8-r', bytes(0xf0), 'П', null],
  ['gb2312', bytes(0xc4, 0xe3), '你', null],
  ['iso-2022-jp', Buffer.from('\x1b$B$"\x1b(B', 'latin1'), 'あ', null],
  ['iso-2022-jp', bytes(0x82, 0xa0), 'あ', 'charset-mismatch'],
  ['utf-7', Buffer.from('+ADw-script+AD4-'), '<script>', 'charset-utf7'],
  ['utf-16', bytes(0xff, 0xfe, 0x61, 0x00), 'a', 'charset-utf16'],
  ['utf-16be', bytes(0x00, 0x61), 'a', 'charset-utf16'],
  ['unicode20utf8', Buffer.from('café'), 'café', null],
  ['no-such', Buffer.from('plain'), 'plain', 'charset-unknown'],
  ['no-such', bytes(0xe9), 'é', 'charset-unknown'],
])('%s %p', (charset, data, text, problem) => {
  expect(decodeCharset(data, charset)).toEqual({ text, problem });
});

// Readers show what is written; taken for a charset, these would show something else to us alone.
test.each(['hex', 'h-e-x', 'base64', 'binary', 'utf7imap', 'utf_16', 'u-t-f-1-6', 'utf-16:2000', 'utf-320', 'unicode-foo', 'ucs-22', 'utf_7', 'constructor', '__proto__'])('%s is no charset: bytes are read as they stand', (charset) => {
  for (const text of ['Grüße', 'Günaydın +AGE-']) expect(decodeCharset(Buffer.from(text), charset)).toEqual({ text, problem: 'charset-unknown' });
  expect(decodeCharset(Buffer.from('plain'), charset).text).toBe('plain');
});
