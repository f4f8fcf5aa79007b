import { Findings } from '../../src/message/defects.ts';
import { readHeader } from '../../src/message/header.ts';
import { parse } from '../../src/message/limits.ts';
import { walk } from '../../src/message/walk.ts';
import { mail, rawMail } from '../support/mail.ts';

function read(text: string): { fields: [string, string][]; body: string; defects: string[] } {
  const bytes = Buffer.from(text, 'latin1');
  const findings = new Findings();
  const block = readHeader(bytes, 0, bytes.length, { bytes: parse.headersTotalMaxBytes, fields: parse.headerFieldsTotalMax }, findings);
  return { fields: block.fields.map((field) => [field.key, field.value]), body: bytes.toString('latin1', block.bodyStart), defects: findings.defects.map((defect) => defect.code) };
}

const cases: readonly (readonly [string, string, [string, string][], string, string[]])[] = [
  ['plain', 'From: a\r\nTo: b\r\n\r\nbody', [['from', 'a'], ['to', 'b']], 'body', []],
  ['line feeds only', 'From: a\nTo: b\n\nbody', [['from', 'a'], ['to', 'b']], 'body', []],
  ['mixed line ends', 'From: a\r\nTo: b\n\r\nbody', [['from', 'a'], ['to', 'b']], 'body', []],
  ['folded', 'Subject: one\r\n two\r\n\tthree\r\n\r\n', [['subject', 'one two\tthree']], '', []],
  ['folded, line of white space', 'Subject: one\r\n \r\n two\r\n\r\nx', [['subject', 'one  two']], 'x', ['whitespace-line']],
  ['no header', '\r\nbody', [], 'body', []],
  ['no body', 'From: a\r\n', [['from', 'a']], '', []],
  ['no line end at all', 'From: a', [['from', 'a']], '', []],
  ['empty', '', [], '', []],
  ['empty value', 'Subject:\r\n\r\nx', [['subject', '']], 'x', []],
  ['space before colon', 'Subject : a\r\n\r\nx', [['subject', 'a']], 'x', ['space-before-colon']],
  ['no colon, body follows', 'From: a\r\nHello there\r\nmore\r\n\r\nx', [['from', 'a']], 'Hello there\r\nmore\r\n\r\nx', ['header-line-without-colon', 'header-not-ended']],
  ['no colon, fields follow', 'From: a\r\njunk\r\nTo: b\r\n\r\nx', [['from', 'a'], ['to', 'b']], 'x', ['header-line-without-colon']],
  ['a sentence with a colon is no field', 'From: a\r\nSee here: there\r\n\r\nx', [['from', 'a']], 'See here: there\r\n\r\nx', ['header-line-without-colon', 'header-not-ended']],
  ['continuation of nothing', ' x\r\nFrom: a\r\n\r\nx', [['from', 'a']], 'x', ['header-starts-with-space']],
  ['mailbox file', 'From a@b Mon\r\nFrom: a\r\n\r\nx', [['from', 'a']], 'x', ['mbox-from-line']],
  ['bare CR inside a field', 'Subject: a\rBcc: b\r\n\r\nx', [['subject', 'a Bcc: b']], 'x', []],
  ['Latin-1', 'Subject: caf\xe9\r\n\r\nx', [['subject', 'caf\xe9']], 'x', ['header-8bit']],
  ['UTF-8', 'Subject: caf\xc3\xa9\r\n\r\nx', [['subject', 'café']], 'x', []],
];

test.each(cases)('%s', (_name, text, fields, body, defects) => {
  expect(read(text)).toEqual({ fields, body, defects });
});

test('offsets cover each field with its line end', () => {
  const bytes = mail('From: a', 'Subject: b', ' c', '', 'body');
  const message = walk(bytes);
  expect(message.header.map((field) => bytes.toString('latin1', field.start, field.end))).toEqual(['From: a\r\n', 'Subject: b\r\n c\r\n']);
});

test('what may stand once and stands twice is reported, the first counts', () => {
  const message = walk(mail('From: a@x.example', 'From: b@x.example', 'Subject: one', 'Subject: two', 'Content-Type: text/plain', 'Content-Type: text/html', 'Date: 1', 'Date: 2', 'Received: 1', 'Received: 2', '', '<b>x</b>'));
  expect(message.defects.map((defect) => defect.code).toSorted()).toEqual(['content-type-duplicate', 'field-duplicate', 'from-duplicate', 'subject-duplicate']);
  expect(message.subject).toBe('one');
  expect(message.root.type).toBe('text/plain');
  expect(message.from.map((mailbox) => mailbox.address)).toEqual(['a@x.example', 'b@x.example']);
});

test('a header beyond the limit is cut, reported, and the body still found', () => {
  const message = walk(mail('From: a@x.example', ...Array.from({ length: 5000 }, (_, i) => `X-${i}: ${'x'.repeat(80)}`), '', 'the body'));
  expect(message.unopened).toEqual([{ reason: 'header-too-large', path: '1' }]);
  expect(message.text).toBe('the body');
  expect(message.header.length).toBeLessThanOrEqual(parse.headerFieldsMax);
});

test('NUL, bare CR, bare LF and long lines are told with their place', () => {
  expect(walk(rawMail('A: b', '', 'x\0y')).defects).toEqual([{ code: 'nul-byte', at: 9 }]);
  expect(walk(rawMail('A: b', '', 'x\ry')).defects).toEqual([{ code: 'bare-cr', at: 9 }]);
  expect(walk(rawMail('A: b', '', 'x\ny')).defects).toEqual([{ code: 'bare-lf', at: 9 }]);
  expect(walk(rawMail('A: b', '', 'x'.repeat(998), '')).defects).toEqual([]);
  expect(walk(rawMail('A: b', '', 'x'.repeat(999), '')).defects).toEqual([{ code: 'line-too-long', at: 8 }]);
});
