import { createCipheriv } from 'node:crypto';
import { parse } from '../../src/message/limits.ts';
import type { Message, Part } from '../../src/message/message.ts';
import { decodePart, toCrlf, walk } from '../../src/message/walk.ts';
import { mail, rawMail } from '../support/mail.ts';

const codes = (message: Message): string[] => message.defects.map((defect) => defect.code).toSorted();
const shape = (message: Message): string[] => message.parts.map((part) => `${part.path} ${part.type}`.trim());
const mixed = (...body: string[]): Buffer => mail('From: a@b.example', 'Content-Type: multipart/mixed; boundary=X', '', ...body);

test('a plain message', () => {
  const message = walk(mail('From: Anna <anna@b.example>', 'Reply-To: c@d.example', 'To: e@f.example, g@h.example', 'Cc: i@j.example', 'Subject: =?utf-8?q?caf=C3=A9?=', 'Message-ID: <1@b.example>', '', 'See https://k.example/x.', ''));
  expect(message).toMatchObject({
    subject: 'café', messageId: '<1@b.example>', from: [{ name: 'Anna', address: 'anna@b.example' }], replyTo: [{ name: '', address: 'c@d.example' }],
    to: [{ name: '', address: 'e@f.example' }, { name: '', address: 'g@h.example' }], cc: [{ name: '', address: 'i@j.example' }],
    text: 'See https://k.example/x.\r\n', html: null, attachedHtml: null, defects: [], unopened: [],
    links: [{ url: 'https://k.example/x', text: 'https://k.example/x', where: 'text' }],
  });
  expect(message.root).toMatchObject({ path: '1', type: 'text/plain', encoding: '7bit', disposition: null, filename: null, within: null });
});

test('alternatives count once, HTML preferred; attachments keep their names', () => {
  const bytes = mixed('--X', 'Content-Type: multipart/alternative; boundary="Y Z"', '', '--Y Z', '', 'plain http://p.example', '--Y Z', 'Content-Type: text/html', '', '<b>rich</b>', '--Y Z--', '--X',
    'Content-Type: application/pdf; name="bill.pdf"', 'Content-Disposition: attachment; filename="bill.pdf"', 'Content-Transfer-Encoding: base64', '', 'YWJj', '--X--', '');
  const message = walk(bytes);
  expect(shape(message)).toEqual(['multipart/mixed', '1 multipart/alternative', '1.1 text/plain', '1.2 text/html', '2 application/pdf']);
  expect(message).toMatchObject({ text: 'rich', alternativeText: 'plain http://p.example', defects: [] });
  expect(message.links.map((link) => link.where)).toEqual(['text']);
  const pdf = message.parts[4] as Part;
  expect(pdf).toMatchObject({ filename: 'bill.pdf', otherFilenames: [], disposition: 'attachment' });
  expect(decodePart(bytes, pdf, 100)).toEqual({ data: Buffer.from('abc'), truncated: false, defects: [] });
  expect(decodePart(bytes, pdf, 2)).toMatchObject({ data: Buffer.from('ab'), truncated: true });
});

test('inner messages: as they stand, in base64, and in a digest', () => {
  const inner = 'Subject: in\r\nContent-Type: text/html\r\n\r\n<i>inside</i>';
  const plain = walk(mixed('--X', 'Content-Type: message/rfc822', '', inner, '--X--'));
  expect(shape(plain)).toEqual(['multipart/mixed', '1 message/rfc822', '1.1 text/html']);
  expect(plain.text).toBe('inside');
  const bytes = mixed('--X', 'Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', Buffer.from(inner).toString('base64'), '--X--');
  const encoded = walk(bytes);
  expect(shape(encoded)).toEqual(shape(plain));
  expect(encoded.text).toBe('inside');
  const leaf = encoded.parts[2] as Part;
  expect(leaf.within?.toString('latin1', leaf.bodyStart, leaf.bodyEnd)).toBe('<i>inside</i>');
  expect(decodePart(bytes, leaf, 100).data.toString()).toBe('<i>inside</i>');
  const digest = walk(mail('Content-Type: multipart/digest; boundary=X', '', '--X', '', 'Subject: a', '', 'one', '--X', '', 'Content-Type: multipart/mixed; boundary=Y', '', '--Y', '', 'two', '--Y--', '--X--'));
  expect(shape(digest)).toEqual(['multipart/digest', '1 message/rfc822', '1.1 text/plain', '2 message/rfc822', '2.TEXT multipart/mixed', '2.1 text/plain']);
});

test.each<[string, Buffer, string[], string, string[]]>([
  ['final boundary missing', mixed('--X', '', 'a', '--X', '', 'b'), ['multipart/mixed', '1 text/plain', '2 text/plain'], 'a\nb', ['boundary-not-closed']],
  ['white space behind the boundary', mixed('--X \t', '', 'a', '--X--  '), ['multipart/mixed', '1 text/plain'], 'a', []],
  ['a longer line that begins alike', mixed('--X', '', 'a', '--XY', 'b', '--X--'), ['multipart/mixed', '1 text/plain'], 'a\r\n--XY\r\nb', ['boundary-like']],
  ['parts behind the end', mixed('--X', '', 'a', '--X--', '--X', '', 'b', '--X--'), ['multipart/mixed', '1 text/plain', '2 text/plain'], 'a\nb', ['parts-after-end']],
  ['words nobody sees', mixed('Hello you', '--X', '', 'a', '--X--', 'and you'), ['multipart/mixed', '1 text/plain'], 'a', ['epilogue-text', 'preamble-text']],
  ['the usual preamble', mixed('This is a multi-part message in MIME format.', '--X', '', 'a', '--X--', ''), ['multipart/mixed', '1 text/plain'], 'a', []],
  ['inner with the boundary of the outer', mixed('--X', 'Content-Type: multipart/mixed; boundary=X', '', '--X', '', 'a', '--X--'), ['multipart/mixed', '1 multipart/mixed', '2 text/plain'], 'a', ['boundary-missing']],
  ['boundary that never comes', mixed('just text'), ['multipart/mixed'], 'just text', ['boundary-missing']],
  ['no boundary said', mail('Content-Type: multipart/mixed', '', 'just text'), ['multipart/mixed'], 'just text', ['boundary-absent']],
  ['inner not closed', mixed('--X', 'Content-Type: multipart/mixed; boundary=Y', '', '--Y', '', 'a', '--X', '', 'b', '--X--'), ['multipart/mixed', '1 multipart/mixed', '1.1 text/plain', '2 text/plain'], 'a\nb', ['boundary-not-closed']],
  ['encoding on multipart, boundaries in the clear', mail('Content-Type: multipart/mixed; boundary=X', 'Content-Transfer-Encoding: base64', '', '--X', '', 'a', '--X--'), ['multipart/mixed', '1 text/plain'], 'a', ['encoding-on-multipart']],
  ['encoding on multipart, wholly encoded', mail('Content-Type: multipart/mixed; boundary=X', 'Content-Transfer-Encoding: base64', '', Buffer.from('--X\r\n\r\na\r\n--X--').toString('base64')), ['multipart/mixed', '1 text/plain'], 'a', ['boundary-missing', 'encoding-on-multipart']],
  ['content type twice', mail('Content-Type: text/plain', 'Content-Type: multipart/mixed; boundary=X', '', 'a'), ['1 text/plain'], 'a', ['content-type-duplicate']],
  ['unreadable content type', mail('Content-Type: text', '', 'a'), ['1 text/plain'], 'a', ['content-type-invalid']],
  ['part without header', mixed('--X', 'just words here', '--X--'), ['multipart/mixed', '1 text/plain'], 'just words here', ['header-line-without-colon', 'header-not-ended']],
  ['header of a part only', mixed('--X', 'Content-Type: text/plain', '--X--'), ['multipart/mixed', '1 text/plain'], '', []],
  ['utf-7', mail('Content-Type: text/html; charset=utf-7', '', '+ADw-b+AD4-x'), ['1 text/html'], 'x', ['charset-utf7']],
  ['undeclared 8-bit', rawMail('From: a@b.example', '', 'caf\xe9'), ['1 text/plain'], 'café', ['8bit-in-7bit', 'charset-mismatch']],
  ['split words', mail('From: a@b.example', 'Content-Type: text/plain; charset=utf-8', '', 'ca\u200bfé \u202efdp'), ['1 text/plain'], 'café \u202efdp', ['direction-override', 'zero-width-text']],
])('%s', (_name, bytes, parts, text, defects) => {
  const message = walk(bytes);
  expect(shape(message)).toEqual(parts);
  expect(message.text).toBe(text);
  expect(codes(message)).toEqual(defects.toSorted());
});

test('names on which programs disagree are all kept', () => {
  const message = walk(mail('Content-Type: application/octet-stream; name="c.txt"', "Content-Disposition: attachment; filename=\"a.pdf\"; filename*=utf-8''b.exe", '', 'x'));
  expect(message.root).toMatchObject({ filename: 'b.exe', otherFilenames: ['a.pdf', 'c.txt'] });
  expect(codes(message)).toEqual(['filename-disagree']);
});

test('a long name is cut from the front: the ending says what it is', () => {
  const message = walk(mail(`Content-Disposition: attachment; filename="${'a'.repeat(400)}.exe"`, '', 'x'));
  expect(message.root.filename).toHaveLength(parse.filenameMaxChars);
  expect(message.root.filename?.endsWith('.exe')).toBe(true);
});

test.each<[string, string, string[]]>([
  ['application/pkcs7-mime; smime-type=enveloped-data', 'encrypted', []],
  ['application/x-pkcs7-mime', 'encrypted', []],
  ['application/pkcs7-mime; smime-type=signed-data', 'opaque', []],
  ['multipart/encrypted; boundary=X', 'encrypted', ['boundary-missing']],
  ['message/partial; id=1', 'partial', []],
  ['message/external-body; access-type=URL', 'external-body', []],
])('%s cannot be looked into', (type, reason, defects) => {
  const message = walk(mail(`Content-Type: ${type}`, '', 'x'));
  expect(message.unopened).toEqual([{ reason, path: message.root.path }]);
  expect(codes(message)).toEqual(defects);
});

test('PGP in plain text cannot be looked into either', () => {
  expect(walk(mail('From: a@b.example', '', '-----BEGIN PGP MESSAGE-----', '', 'abc')).unopened).toEqual([{ reason: 'encrypted', path: '1' }]);
});

test('an uuencoded file in plain text is told and found', () => {
  const bytes = mail('From: a@b.example', '', 'hello', 'begin 644 evil.exe', '#86)C', '`', 'end', 'bye');
  const message = walk(bytes);
  expect(codes(message)).toEqual(['uuencode-in-text']);
  expect(message.parts.map((part) => [part.path, part.filename])).toEqual([['1', null], ['1.1', 'evil.exe']]);
  expect(decodePart(bytes, message.parts[1] as Part, 100).data.toString()).toBe('abc');
});

test('HTML attachments are looked at, but not as what the reader sees', () => {
  const message = walk(mixed('--X', '', 'see', '--X', 'Content-Type: application/octet-stream', 'Content-Disposition: attachment; filename=a.html', '', '<form action="http://e.example"><input type=password>', '--X--'));
  expect(message).toMatchObject({ text: 'see', html: null, attachedHtml: { forms: 1, passwordFields: 1 } });
});

describe('limits', () => {
  test('depth', () => {
    let body = 'x';
    for (let i = 0; i < 40; i++) body = `Content-Type: multipart/mixed; boundary=B${i}\r\n\r\n--B${i}\r\n${body}\r\n--B${i}--`;
    const message = walk(Buffer.from(body));
    expect(message.parts).toHaveLength(parse.depthMax + 1);
    expect(message.unopened.map((part) => part.reason)).toEqual(['too-deep']);
  });

  test('parts', () => {
    const message = walk(mixed(...Array.from({ length: 2000 }, () => ['--X', '', 'a']).flat(), '--X--'));
    expect(message.parts).toHaveLength(parse.partsMax);
    expect(message.unopened).toEqual([{ reason: 'too-many-parts', path: '' }]);
  });

  test('text and HTML', () => {
    const plain = walk(mail('From: a@b.example', '', 'word '.repeat(300_000)));
    expect(plain.text).toHaveLength(parse.textMaxBytes);
    expect(plain.unopened).toEqual([{ reason: 'text-too-long', path: '1' }]);
    const html = walk(mail('Content-Type: text/html', '', '<p>word</p>'.repeat(100_000)));
    expect(html.unopened).toEqual([{ reason: 'text-too-long', path: '1' }]);
  });

  test('links', () => {
    const message = walk(mail('From: a@b.example', '', 'http://a.example '.repeat(2000)));
    expect(message.links).toHaveLength(parse.linksMax);
    expect(codes(message)).toContain('links-too-many');
  });
});

describe('what is hostile takes its time, not more', () => {
  const noise = (() => {
    const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16));
    return cipher.update(Buffer.alloc(4_000_000));
  })();
  const repeated = (piece: string, length = 4_000_000): string => piece.repeat(Math.ceil(length / piece.length));
  test.each<[string, Buffer]>([
    ['noise', noise],
    ['noise in base64', mail('Content-Type: message/rfc822', 'Content-Transfer-Encoding: base64', '', noise.toString('base64'))],
    ['boundaries inside lines', mixed(repeated('--X--X'))],
    ['lines that look like boundaries', mixed(repeated('--XY\r\n'))],
    ['boundaries', mixed(repeated('--X\r\n'))],
    ['empty inner messages', mixed(repeated('--X\r\nContent-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n'))],
    ['colonless lines', mail(repeated('abc\r\n'))],
    ['one field', mail(`Subject: ${repeated('=?utf-8?q?=C3')}`, '', '')],
    ['continuation lines', mail(`Subject: x${repeated('\r\n ')}`, '', '')],
    ['parameters', mail(`Content-Type: a/b${repeated(';a*0*=x')}`, '', '')],
    ['spaces', mail(`Content-Type: ${repeated(' ')}x`, `From: ${repeated(' ')}`, '', repeated(' '))],
    ['links', mail('A: b', '', repeated('http://'))],
    ['brackets behind a link', mail('A: b', '', `http://a${repeated(')')}`)],
    ['begin lines', mail('A: b', '', repeated('begin 644 a\r\n'))],
    ['quoted-printable', mail('Content-Transfer-Encoding: quoted-printable', '', repeated('=\r\n'))],
    ['carriage returns', mail('A: b', '', repeated('\r'))],
    ['zero width', mail('Content-Type: text/plain; charset=utf-8', '', repeated('\u200b'))],
  ])('%s', (_name, bytes) => {
    const started = process.cpuUsage();
    walk(bytes);
    const spent = process.cpuUsage(started);
    expect((spent.user + spent.system) / 1000).toBeLessThan(1500);
  });
});

test('files with LF line ends become what SMTP would bring', () => {
  expect(toCrlf(Buffer.from('a\nb\r\nc\n')).toString()).toBe('a\r\nb\r\nc\r\n');
  expect(toCrlf(Buffer.from('\n\n')).toString()).toBe('\r\n\r\n');
  const whole = Buffer.from('a\r\nb');
  expect(toCrlf(whole)).toBe(whole);
});
