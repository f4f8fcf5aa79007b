import { attachments } from '../../src/signals/attachments.ts';
import { extensions, isDisguised, kindOfName, magicOf } from '../../src/signals/file-types.ts';
import { attached, found } from '../support/signal-mail.ts';

const PROGRAM = Buffer.alloc(200);
PROGRAM.write('MZ');
PROGRAM.writeUInt32LE(0x80, 0x3c);
PROGRAM.write('PE', 0x80);
const ZIP = Buffer.from('504b030414000000080000000000', 'hex');
const ENCRYPTED = Buffer.from('504b030414000100080000000000', 'hex');
const PDF = Buffer.from('%PDF-1.7\n');

const of = (filename: string, data: Buffer | string, type?: string) =>
  Object.keys(found(attachments, attached(filename, data, type))).filter((name) => name !== 'attachment-count').sort();

test.each<[string, Buffer | string, string, readonly string[]]>([
  ['report.pdf', PDF, 'application/pdf', ['attachment-pdf']],
  ['report.pdf', PDF, 'application/octet-stream', ['attachment-pdf', 'attachment-type-vague']],
  ['setup.exe', PROGRAM, 'application/octet-stream', ['attachment-executable', 'attachment-type-vague']],
  ['report for example.com', 'About the site', 'text/x-foo', []],
  ['setup.com', PROGRAM, 'application/x-foo', ['attachment-executable']],
  ['photo.jpg', PROGRAM, 'image/jpeg', ['attachment-executable', 'attachment-type-differs']],
  ['invoice.pdf.exe', 'x', 'application/pdf', ['attachment-disguised', 'attachment-executable', 'attachment-pdf']],
  ['invoice.pdf .js', 'x', 'application/javascript', ['attachment-disguised', 'attachment-executable']],
  ['fix.py', 'print(1)', 'text/x-python', []],
  ['fix.py', 'print(1)', 'application/x-foo', ['attachment-script']],
  ['site.url', '[InternetShortcut]', 'application/x-foo', ['attachment-script']],
  ['page.pdf.html', 'hi', 'text/html', ['attachment-disguised', 'attachment-page']],
  ['note.txt', 'MZ is a country code', 'text/plain', []],
  ['report.docm', ZIP, 'application/vnd.ms-word', ['attachment-macros']],
  ['report.docx', ZIP, 'application/vnd.x', []],
  ['letter.doc', 'x', 'application/msword', ['attachment-old-office']],
  ['files.zip', ZIP, 'application/zip', ['attachment-archive']],
  ['files.zip', ENCRYPTED, 'application/zip', ['attachment-archive', 'attachment-encrypted']],
  ['disk.iso', 'x', 'application/x-iso', ['attachment-disk-image']],
  ['voice.html', '<html><body>hi</body></html>', 'text/html', ['attachment-page']],
  ['voice.html', '<html><form action=x></form></html>', 'text/html', ['attachment-page', 'attachment-page-form']],
  ['voice.txt', '<html><form action=x></form></html>', 'text/plain', ['attachment-page', 'attachment-page-form']],
  ['image.svg', '<svg><script>x</script></svg>', 'image/svg+xml', ['attachment-page', 'attachment-page-form']],
  ['feed.xml', '<rss></rss>', 'text/xml', []],
  [`a${' '.repeat(40)}.exe`, 'x', 'application/x-foo', ['attachment-executable', 'attachment-long-name']],
])('%s', (filename, data, type, expected) => expect(of(filename, data, type)).toEqual(expected));

test('a name written backwards', () => {
  const name = "=?utf-8?B?" + Buffer.from('invoice\u202Efdp.exe').toString('base64') + '?=';
  expect(of(name, 'x', 'application/x-foo')).toEqual(expect.arrayContaining(['attachment-executable', 'attachment-reversed']));
});

test('no attachments; an attachment and no words', () => {
  expect(found(attachments)).toEqual({});
  expect(found(attachments, attached('report.pdf', PDF, 'application/pdf', ''))).toEqual({ 'attachment-count': 1, 'attachment-only': true, 'attachment-pdf': true });
});

test('names are read as Windows reads them', () => {
  expect(extensions('a.PDF.Exe. .')).toEqual(['exe', 'pdf', ]);
  expect([kindOfName('x'), kindOfName('x.tar.gz'), kindOfName('X.SCR')]).toEqual(['other', 'archive', 'executable']);
  expect([isDisguised('a.tar.gz'), isDisguised('v1.2.exe'), isDisguised('a.doc.html')]).toEqual([false, false, true]);
});

test.each<[string, string]>([['7f454c46', 'program'], ['4d5a', 'unknown'], ['526172211a0700', 'rar'], ['23212f62696e2f7368', 'script'], ['', 'unknown']])('%s is %s', (hex, kind) => {
  expect(magicOf(Buffer.from(hex, 'hex'))).toBe(kind);
});
