import iconv from 'iconv-lite';
import { decodePolicyText } from '../../src/policy/decode.ts';

const page = 'policy: satis\r\ntitle: Satış ve sipariş\r\n';
const russian = 'policy: prodazhi\ntitle: Отдел продаж, заявки и заказы\n';

test.each([
  ['UTF-8', Buffer.from(page), page, []],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${page}`), page, []],
  ['UTF-16 with a mark', iconv.encode(page, 'utf-16le', { addBOM: true }), page, []],
  ['UTF-16 the other way', iconv.encode(page, 'utf-16be', { addBOM: true }), page, []],
  ['UTF-16 without a mark', iconv.encode(page, 'utf-16le', { addBOM: false }), page, []],
  ['old Macintosh line ends', Buffer.from('a: b\rc: d\r'), 'a: b\nc: d\n', []],
  ['Windows-1254', iconv.encode(page, 'windows-1254'), page, ['encoding@2:11']],
  ['Windows-1251', iconv.encode(russian, 'windows-1251'), russian, ['encoding@2:8']],
  ['not a text', Buffer.from([80, 75, 3, 4, 0, 0, 0, 200]), '', ['not-text@1:1']],
  ['nothing', Buffer.alloc(0), '', []],
])('%s', (_, bytes, text, problems) => {
  const decoded = decodePolicyText(bytes, 'x.yaml');
  expect(decoded.text).toBe(text);
  expect(decoded.diagnostics.map((one) => `${one.code}@${one.place.line}:${one.place.column}`)).toEqual(problems);
});
