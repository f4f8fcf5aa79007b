import { Findings } from '../../src/message/defects.ts';
import { decodeWords } from '../../src/message/encoded-words.ts';
import { parse } from '../../src/message/limits.ts';
import { readParameters } from '../../src/message/parameters.ts';
import { readMessage } from '../../src/message/readable.ts';
import { walk } from '../../src/message/walk.ts';

function decode(value: string): [string, string[]] {
  const findings = new Findings();
  return [decodeWords(value, findings, 0), findings.defects.map((defect) => defect.code)];
}

// RFC 2047 section 8, and what is met in the wild.
const cases: readonly (readonly [string, string, string[]])[] = [
  ['plain', 'plain', []],
  ['(=?ISO-8859-1?Q?a?=)', '(a)', []],
  ['=?ISO-8859-1?Q?a?= b', 'a b', []],
  ['=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=', 'ab', []],
  ['=?ISO-8859-1?Q?a_b?=', 'a b', []],
  ['=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=', 'a b', []],
  ['=?utf-8?b?Y2Fmw6k=?=', 'café', []],
  ['=?UTF-8?Q?caf=C3?= =?utf-8?q?=A9?=', 'café', []],
  ['=?UTF-8?B?Y2Fmww==?= =?UTF-8?Q?=A9?=', 'café', []],
  ['=?iso-8859-9?q?sipari=FE?=', 'sipariş', []],
  ['=?koi8-r?B?8NLJ18XU?=', 'Привет', []],
  ['=?utf-8*en?q?hi?=', 'hi', []],
  ['=?windows-1252?q?=80?=', '€', []],
  ['=?utf-8?q?=FF?=', '\ufffd', ['word-invalid']],
  ['=?utf-8?q?=ZZ?=', '=ZZ', ['word-invalid']],
  ['=?no-such-charset?q?a?=', 'a', ['word-charset-unknown']],
  ['=?utf-8?x?a?=', '=?utf-8?x?a?=', []],
  ['=?utf-8?q?unfinished', '=?utf-8?q?unfinished', []],
  ['=?utf-8?b?Y2!Fm?=', 'caf', ['word-invalid']],
];

test.each(cases)('%s', (value, text, defects) => {
  expect(decode(value)).toEqual([text, defects]);
});

describe('more words than are decoded', () => {
  const many = (count: number, charset: (nth: number) => string): string => Array.from({ length: count }, (_, nth) => `=?${charset(nth)}?q?=E4?=`).join(' ');

  test('the rest stays as it is written, and that is told', () => {
    const findings = new Findings();
    const text = decodeWords(many(parse.encodedWordsMax + 2, (nth) => `x-${nth}`), findings, 7);
    expect(text).toBe(`${'ä'.repeat(parse.encodedWordsMax)} ${many(2, (nth) => `x-${parse.encodedWordsMax + nth}`)}`);
    expect(findings.unopened).toEqual([{ reason: 'header-too-large', path: 'HEADER' }]);
    expect(findings.defects).toContainEqual({ code: 'header-too-large', at: 7 });
  });

  test('of one message, not of one field: parameters with a charset count too', () => {
    const findings = new Findings();
    decodeWords(many(parse.encodedWordsMax - 1, () => 'x'), findings, 0);
    const decoded = (): string | undefined => readParameters("attachment; filename*=koi8-r''%F0", findings.anchoredAt(1), 0).parameters['filename'];
    expect(decoded()).toBe('П');
    expect(findings.unopened).toEqual([]);
    expect(decoded()).toBe('ð');
    expect(findings.unopened).toHaveLength(1);
  });

  test('those of parts leave author and subject as they are read', () => {
    const bytes = Buffer.from(`From: =?utf-8?q?Pay=50al?= <a@example.org>\r\nSubject: =?utf-8?q?=C3=A4?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; x="${many(parse.encodedWordsMax + 1, () => 'utf-8')}"\r\n\r\nhello\r\n--b--\r\n`);
    expect(walk(bytes)).toMatchObject({ subject: 'ä', from: [{ name: 'PayPal' }], unopened: [{ reason: 'header-too-large', path: 'HEADER' }] });
  });

  test('what people read of such a message is given up in words', async () => {
    const bytes = Buffer.from(`From: a@example.org\r\nSubject: ${many(parse.encodedWordsMax + 1, () => 'utf-8')}\r\n\r\nhello\r\n`);
    expect(walk(bytes).unopened).toEqual([{ reason: 'header-too-large', path: 'HEADER' }]);
    expect(await readMessage(bytes)).toMatchObject({ state: 'unreadable', reason: 'header-too-large' });
  });
});

test('of text in UTF-7, a beginning is read, whatever the number of its parts; the rest is told as not looked at', () => {
  const part = `--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n${'+AOQ-'.repeat(10_000)}\r\n`;
  const { text, unopened } = walk(Buffer.from(`From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${part.repeat(4)}--b--\r\n`));
  expect([text.match(/ä/g)?.length]).toEqual([Math.floor(parse.utf7MaxBytes / 5)]);
  expect(unopened.map(({ reason }) => reason)).toEqual(['text-too-long', 'text-too-long', 'text-too-long']);
});
