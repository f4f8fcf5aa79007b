/** The parsers of messages (src/message), for fuzzing. */
import assert from 'node:assert/strict';
import { readMailboxes } from '../../src/message/addresses.ts';
import { divide } from '../../src/message/boundary.ts';
import { decodeCharset } from '../../src/message/charset.ts';
import { decodeContent } from '../../src/message/content.ts';
import { Findings } from '../../src/message/defects.ts';
import { findUuencoded, isPgpMessage } from '../../src/message/embedded.ts';
import { decodeWords } from '../../src/message/encoded-words.ts';
import { mailAddress } from '../../src/message/envelope.ts';
import { indexFields, readHeader } from '../../src/message/header.ts';
import { readHtml } from '../../src/message/html.ts';
import { guessLanguage } from '../../src/message/language.ts';
import { parse } from '../../src/message/limits.ts';
import { scanLines, toCrlf } from '../../src/message/lines.ts';
import { linksInText } from '../../src/message/links.ts';
import { readParameters } from '../../src/message/parameters.ts';
import { readPartFacts } from '../../src/message/part-facts.ts';
import { StyleSheet } from '../../src/message/style-sheet.ts';
import { readColour, readStyle } from '../../src/message/style.ts';
import { readableLimits, readMessage } from '../../src/message/readable.ts';
import { readTree } from '../../src/message/tree.ts';
import { decodePart, walk } from '../../src/message/walk.ts';
import type { FuzzedParser } from './parser-fuzz.ts';

const HEADER = 'Received: from x (y [192.0.2.1])\r\n\tby z; Mon, 5 Jan 2026 10:00:00 +0000\r\nFrom: =?utf-8?q?J=C3=B6rg?= <a@b.example>\r\nSubject: =?iso-8859-9?B?/f4=?= =?utf-8?b?w6Q=?=\r\nContent-Type: multipart/mixed;\r\n boundary="b"; x*0*=utf-8\'\'%41; x*1="b"\r\n\r\n';
const MAIL = `${HEADER}before\r\n--b\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D"http://x.example">=E0</a>=\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRnJvbTogYUBiDQpTdWJqZWN0OiB4DQoNCmhlbGxvDQo=\r\n--b\r\nContent-Disposition: attachment; filename="a.zip"\r\n\r\nPK\r\nbegin 644 x\r\n#86)C\r\n\`\r\nend\r\n--b--\r\nbehind\r\n`;
const ADDRESSES = '"Doe, John" <john@example.com>, group: a@b.example, (note) <c@[192.0.2.1]>;, =?utf-8?q?=C3=9C?= <x@y>, <@a,@b:c@d>, j\u00f6rg@b\u00fccher.example';
const HTML = '<html><style>.a{color:#fff;display:none}@media x{b{font-size:0}}</style><body bgcolor=white><p class=a style="color:rgb(255,255,255);font-size:1px">hidden</p><a href="https://x.example/?a&amp;b">text</a><!-- c --><form action=x><input type=password></form><img src=cid:x><script>x</script>&#x41;&nbsp;<table><td>';
const PARAMETERS = "attachment; filename*0*=utf-8''%C3%A4; filename*1=\"b\\\"c\"; filename=\"=?utf-8?q?a?=\"; (note) size=3;; x";
const TEXT = 'Visit https://x.example/a?b=c#d, www.y.example. or mail a@b.example!\r\n> begin 644 x\r\nG\u00fcnayd\u0131n \u041f\u0440\u0438\u0432\u0435\u0442 \u60a8\u597d v i a g r a hxxp://z[.]example\r\n-----BEGIN PGP MESSAGE-----\r\n';
const READABLE = `${HEADER.replace('mixed', 'alternative')}--b\r\nContent-Type: text/plain; charset=gb18030; format=flowed; delsp=yes\r\n\r\n> quoted \r\n-- \r\nAnna\r\n--b\r\nContent-Type: multipart/related; boundary=c\r\n\r\n--c\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\nPGltZyBzcmM9ImNpZDp4Ij4=\r\n--c\r\nContent-ID: <x>\r\nContent-Type: image/png; name*=utf-8''%C3%A4.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0K\r\n--c--\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n--b--\r\n`;
/** What once took the square of its length, or an exception for each: short here, mutations make it long. */
const WORDS_OF_NO_CHARSET = Array.from({ length: 40 }, (_, nth) => `=?x${nth}?q?=E4?= =?cp437*en?b?w6Q=?= =?hex?q?a?=`).join(' ');
const ODD_ADDRESSES = `${'('.repeat(60)}${')'.repeat(50)} ${'@'.repeat(60)} x y, ${'a@'.repeat(40)} z, [[[a[[, a:@:@::, <<@a:b@c>, "a" @ b, ${'"\\'.repeat(30)}`;
const ODD_HEADER = `DKIM-Signature: v=1; l=1;\r\n${' \t\r\n'.repeat(60)} b=x${'\r'.repeat(60)}y\r\nContent-Transfer-Encoding: ${'(;'.repeat(60)}\u2028\r\nDate: ${'('.repeat(60)}\r\nFrom: ${ODD_ADDRESSES}\r\nSubject: ${WORDS_OF_NO_CHARSET}\r\n\r\n`;
const ODD_PARAMETERS = `a/b; ${Array.from({ length: 60 }, (_, nth) => `a${nth}*=x${nth}''%E4; n*${nth}*=%41; __proto__=x; constructor*0=y`).join(';')}`;
const LETTERS = Array.from({ length: 600 }, (_, nth) => String.fromCodePoint(0x4e00 + ((nth * 7_919) % 20_900))).join('');
const MARKS = `\u05d0${'\u0345\u0651\u05b1\u05b0\u0301\u0316'.repeat(60)}\ufdfa\u{1d165}\u{1d17b}`;
const LINKS = Array.from({ length: 60 }, (_, nth) => `<a href="http://h${nth}.b\u00fccher${nth}.example/${nth}">b\u00fccher${nth}.example</a>`).join('');
const PARTS = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ADw-b+AD4-\r\n'.repeat(60)}--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=${' '.repeat(300)}x\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n${'QUJD'.repeat(600)}=${' '.repeat(300)}x\r\n--b--\r\n`;
const ODD_MAIL = ODD_HEADER.replace('\r\n\r\n', `\r\n${PARTS}`);
const seeds = (...texts: readonly string[]) => (): Buffer[] => texts.map((each) => Buffer.from(each));
const CHARSETS = ['utf-8', 'us-ascii', 'iso-2022-jp', 'gb18030', 'utf-16', 'utf-7', 'big5', 'koi8-r', 'x-unknown', 'hz-gb-2312', 'euc-kr'];

/** Chars, and few defects. */
function within(result: string, maxChars: number, findings?: Findings): void {
  assert(result.length <= maxChars, `${result.length} characters`);
  if (findings !== undefined) assert(findings.defects.length <= 300 && findings.unopened.length <= parse.unopenedMax);
}

/** Every file of src/message that reads what strangers wrote. */
export const messageParsers: readonly FuzzedParser[] = [
  { name: 'message/addresses', seeds: seeds(ADDRESSES, ODD_ADDRESSES, WORDS_OF_NO_CHARSET), read: (bytes) => { const findings = new Findings(), value = bytes.toString('utf8'); const list = readMailboxes(value, findings, 0); assert(list.length <= parse.mailboxesMax + 12); within(list.map(({ name, address }) => name + address).join(''), 12 * value.length + 100, findings); } },
  { name: 'message/envelope', seeds: seeds('<a@b.example>', '"a b"@[192.0.2.1]', 'J\u00f6rg@B\u00dcCHER.example', '<@a:b@c>'), read: (bytes) => { const address = mailAddress(bytes.toString('utf8')); within(address.key, 10 * bytes.length + 10); } },
  { name: 'message/boundary', seeds: seeds(MAIL), read: (bytes) => { const findings = new Findings(); const { parts } = divide(bytes, 0, bytes.length, 'b', 20, findings); assert(parts.length <= 20); for (const [start, end] of parts) assert(0 <= start && start <= end && end <= bytes.length); } },
  { name: 'message/charset', seeds: seeds(TEXT, LETTERS, '\x1b$B$"\x1b(B', '~{<:Ky2;VS~}', '+AGE-', 'u-t-f-1-6', 'h-e-x', 'unicode-x'), read: (bytes) => { for (const charset of [...CHARSETS, bytes.toString('latin1')]) within(decodeCharset(bytes, charset).text, 3 * bytes.length + 10); } },
  { name: 'message/content', seeds: seeds('SGVsbG8=\r\nIHdvcmxk\r\n', 'a=C3=A4=\r\nb=3D=\r\n', 'begin 644 x\r\n#86)C\r\n`\r\nend\r\n'), read: (bytes) => { for (const encoding of ['base64', 'quoted-printable', '8bit', 'x-uuencode', 'x']) assert(decodeContent(bytes, 0, bytes.length, encoding, 5000).data.length <= 5000); } },
  { name: 'message/embedded', seeds: seeds(MAIL, TEXT), read: (bytes) => { const list = findUuencoded(bytes, 0, bytes.length); assert(list.length <= parse.partsMax); isPgpMessage(bytes.toString('latin1')); } },
  { name: 'message/encoded-words', seeds: seeds(WORDS_OF_NO_CHARSET, '=?utf-8?q?J=C3=B6rg?= =?utf-8?b?w6Q=?= x =?iso-2022-jp?B?GyRCJCIbKEI=?= =?x*en?q?_?='), read: (bytes) => { const findings = new Findings(); within(decodeWords(bytes.toString('latin1'), findings, 0), 3 * bytes.length + 10, findings); } },
  { name: 'message/header', seeds: seeds(HEADER, ODD_HEADER, 'From x\nA : b\n\n\nbody'), read: (bytes) => {
    const findings = new Findings(), budget = { bytes: parse.headersTotalMaxBytes, fields: parse.headerFieldsTotalMax };
    const { fields, bodyStart } = readHeader(bytes, 0, bytes.length, budget, findings);
    assert(fields.length <= parse.headerFieldsMax && bodyStart >= 0 && bodyStart <= bytes.length);
    const facts = readPartFacts(indexFields(fields, findings), 'text/plain', 0, findings);
    within(facts.filename ?? '', 4 * bytes.length + 10, findings);
  } },
  { name: 'message/html', seeds: seeds(HTML, LINKS, LETTERS), read: (bytes) => { const findings = new Findings(), html = bytes.toString('utf8'); const facts = readHtml(html, findings, 0, 50); assert(facts.links.length <= 50); within(JSON.stringify(facts), 20 * html.length + 10_000, findings); } },
  { name: 'message/language', seeds: seeds(TEXT, LETTERS, MARKS), read: (bytes) => { const language = guessLanguage(bytes.toString('utf8')); assert(language === null || language.length <= 8); } },
  { name: 'message/lines', seeds: seeds(MAIL, 'a\rb\nc\r\r\nd\0'), read: (bytes) => { scanLines(bytes, new Findings()); assert(toCrlf(bytes).length <= 2 * bytes.length); } },
  { name: 'message/links', seeds: seeds(TEXT, LETTERS), read: (bytes) => { const links = linksInText(bytes.toString('utf8'), 50); assert(links.length <= 50); within(JSON.stringify(links), 50 * 12 * parse.urlMaxChars); } },
  { name: 'message/parameters', seeds: seeds(PARAMETERS, ODD_PARAMETERS), read: (bytes) => { const findings = new Findings(), value = bytes.toString('latin1'); within(JSON.stringify(readParameters(value, findings, 0)), 12 * value.length + 200, findings); } },
  { name: 'message/readable', seeds: seeds(MAIL, READABLE, HTML, ODD_MAIL, `To: ${ADDRESSES}\nList-Post: <x>\nReply-To: x:y> z;\n\nhello\n`), read: async (bytes) => {
    const message = await readMessage(bytes);
    if (message.state === 'unreadable') return within(message.detail, 10_000);
    within(message.text + (message.html ?? ''), 2 * readableLimits.textMaxChars);
    within(JSON.stringify([message.from, message.to, message.subject, message.attachments]), 40 * bytes.length + 10_000);
    assert(message.date === null || Number.isFinite(message.date));
    assert(message.attachments.every(({ sizeBytes }) => sizeBytes <= 2 * bytes.length));
  } },
  { name: 'message/style', seeds: seeds('color:#fff;background:url(x) red;font:0/1 x;opacity:.0!important', '.a,#b{color:hsl(1,2%,3%)}/* x */@import "y";c{d:e}', 'rgba(1,2,3,.4)'), read: (bytes) => { const style = bytes.toString('utf8'); readStyle(style); readColour(style); const sheet = new StyleSheet(); sheet.read(style); assert(sheet.size <= parse.styleRulesMax); } },
  { name: 'message/tree', seeds: seeds(MAIL, ODD_MAIL), read: (bytes) => { const findings = new Findings(); assert(readTree(bytes, findings).parts.length <= parse.partsMax); } },
  { name: 'message/walk', seeds: seeds(MAIL, HTML, ODD_MAIL, MARKS), read: (bytes) => {
    const message = walk(bytes);
    within(message.text, parse.textMaxBytes);
    assert(message.links.length <= parse.linksMax && message.parts.length <= parse.partsMax);
    for (const part of message.parts.slice(0, 10)) assert(decodePart(bytes, part, 100).data.length <= 100);
  } },
];
