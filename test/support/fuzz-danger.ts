/** The parsers of attached files (src/danger), for fuzzing. */
import assert from 'node:assert/strict';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { list7z, listCab, listRar, type Listing } from '../../src/danger/archive-lists.ts';
import { contentKind } from '../../src/danger/content-kind.ts';
import { claimsHarmless, extensions, isClickScript, isDisguised, isTrickName, kindOfName } from '../../src/danger/file-names.ts';
import { inspectFiles } from '../../src/danger/inspect.ts';
import { Inspection, type Item } from '../../src/danger/inspection.ts';
import { readIso } from '../../src/danger/iso9660.ts';
import { actsOutside, decompress, macroSource, runsByItself } from '../../src/danger/macros.ts';
import { decodeName, untilNul } from '../../src/danger/names.ts';
import { lookAtMacroProject, lookAtObject, lookAtOle } from '../../src/danger/office.ts';
import { readOle } from '../../src/danger/ole.ts';
import { lookAtOoxml } from '../../src/danger/ooxml.ts';
import { layersOf } from '../../src/danger/page-layers.ts';
import { lookAtDrawing, lookAtPage } from '../../src/danger/page.ts';
import { lookAtPdf } from '../../src/danger/pdf.ts';
import { lookAtRtf } from '../../src/danger/rtf.ts';
import { hasBlob, split, tags } from '../../src/danger/scan.ts';
import { readTar } from '../../src/danger/tar.ts';
import { readTnef } from '../../src/danger/tnef.ts';
import { unpack, unpackHead, type Packing } from '../../src/danger/unpack.ts';
import { readZip } from '../../src/danger/zip.ts';
import { inspection as bounds } from '../../src/message/limits.ts';
import { iso, macroProject, ole, ooxml, pdf, PROGRAM, rar, relation, SHORTCUT, tar, vbaContainer, wordWithMacro, zip } from './files.ts';
import type { FuzzedParser } from './parser-fuzz.ts';

const MACRO = 'Attribute VB_Name = "x"\r\nDeclare PtrSafe Function f Lib "urlmon" () As Long\r\nSub AutoOpen()\r\n  CreateObject("WScript.Shell").Run "x"\r\nEnd Sub\r\n';
const PAGE = '<html><title>Sign in</title><form action="//x.example/"><input type=password></form><script>eval(atob("PGh0bWw+PGZvcm0+PGh0bWw+PGZvcm0+"));document.write(unescape("%3Cform%3E%3Cinput%3E"))</script><a href="data:x" download=x>x</a><meta http-equiv=refresh content="0;url=//x.example"></html>';
const RTF = '{\\rtf1{\\field{\\*\\fldinst DDEAUTO x}}{\\object\\objupdate{\\*\\objdata 0105000002000000 0b0000004571756174696f6e2e33 00d0cf11e0a1b11ae1}}}';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const NOTE = Buffer.concat([hex('e4525c7b8cd8a74daeb15378d02996d3 e716e3bd65261145a4c48d4d0b7a9eac 0a00000000000000000000000000000000000000'), Buffer.from('CreateObject')]);
const TNEF = Buffer.concat([hex('789f3e22 0100 02 10800100 05000000'), Buffer.from('x.exe'), hex('1002 02 0f800600 04000000'), Buffer.from('MZxx'), hex('2001')]);
const CAB = Buffer.concat([hex('4d53434600000000 5000000000000000 2c00000000000000 0301 0100 0200 0000 0000 0000'), hex('00000000 0000 0000 0a000000 00000000 0000 0000 0000 2000'), Buffer.from('a.exe\0'), hex('0a000000 0a000000 0000 0000 0000 2000'), Buffer.from('b.js\0')]);
const RAR5 = Buffer.concat([hex('526172211a070100 00000000 05 01 00 00 00 00'), hex('00000000 10 02 02 04 00 04 00 00 00 05'), Buffer.from('a.exe'), Buffer.from('MZxx')]);
const SEVEN = hex('377abcaf271c0004123456780000000000000000200000000000000000000000 01040600010900070b01000121010c00080a0100000005011109004100000000001900');

/** Listed names and how much they may be. */
function bounded({ entries }: Listing, data: Buffer): void {
  assert(entries.length <= bounds.namesMax);
  for (const each of entries) assert((each.data?.length ?? 0) <= data.length && each.name.length <= data.length);
}
function members(list: Iterable<{ readonly name: string; readonly data: Buffer }>, source: Buffer): void {
  let count = 0;
  for (const { name, data } of list) {
    // Whoever asks stops at its bound, so that the list itself may go on; a source without end would not.
    assert(++count <= source.length + 1, 'a list without end');
    assert(name.length <= source.length + 1 && data.length <= source.length);
    if (count >= bounds.namesMax) return;
  }
}
const itemOf = (data: Buffer, name = 'x'): Item => ({ name, data, depth: 0, where: name });

/** One look, without going on into what lies inside. */
function looked(look: (item: Item, inspection: Inspection, inner: (item: Item) => void) => void): (data: Buffer) => void {
  return (data) => {
    const inspection = new Inspection();
    let inner = 0;
    look(itemOf(data), inspection, ({ data: within, name }) => {
      assert(within.length <= bounds.unpackedFileMaxBytes + data.length && name.length <= bounds.nameMaxChars);
      inner++;
    });
    assert(inner <= bounds.filesMax + bounds.oleEntriesMax, 'too much inside');
    judged(inspection);
  };
}
function judged({ findings, unopened, pages }: Inspection): void {
  assert(findings.length <= bounds.findingsMax && unopened.length <= bounds.findingsMax && pages.length <= bounds.pagesMax);
  for (const { value } of findings) assert(value.length <= bounds.nameMaxChars);
  for (const { text } of pages) assert(text.length <= bounds.pageTextMaxChars);
}
const text = (data: Buffer): string => data.toString('latin1');

const OLE_SEEDS = (): Buffer[] => [wordWithMacro(MACRO), ole([{ name: 'Workbook', data: hex('8500090000000000010100410a000000') }, { name: '\x01Ole10Native', data: Buffer.alloc(60, 'ab\0') }]), ole([{ name: 'VBA', data: null }, { name: 'm', data: vbaContainer(MACRO), parent: 0 }])];
const ZIP_SEEDS = (): Buffer[] => [zip([{ name: 'a.txt', data: 'hello' }, { name: 'b.exe', data: PROGRAM }, { name: 'n.zip', data: zip([{ name: 'x.js', data: 'x' }]) }]), zip([{ name: '../a\u202Etxt.lnk', data: SHORTCUT, encrypted: true, localName: 'z' }, { name: 'b', data: 'x', method: 0 }])];
const OOXML_SEEDS = (): Buffer[] => [ooxml({ 'word/vbaProject.bin': macroProject(MACRO), 'word/_rels/settings.xml.rels': relation('attachedTemplate', 'https://evil.example/'), 'word/document.xml': '<w:instrText>DDE</w:instrText><w:instrText>AUTO c</w:instrText>' })];
const PDF_SEEDS = (): Buffer[] => [pdf(['<</OpenAction 2 0 R>>', '<</S /#4aaunch /F (x) /Win <</P (a\\)b)>> >>'], ['<</JS (x)>>', '<</A <</S /URI /URI (https://x.example/)>> >>'], '/Encrypt 3 0 R')];
const PAGE_SEEDS = (): Buffer[] => [Buffer.from(PAGE), Buffer.from('<svg onload=x><script>fetch("//x.example")</script><a xlink:href="javascript:x">')];
const NAME_SEEDS = (): Buffer[] => ['invoice.pdf.exe', 'C:\\a\\b.js', '../../x', 'x\u202Efdp.exe', 'a.tar.gz', 'Rechnung   .scr'].map((name) => Buffer.from(name));

/** Every file of src/danger that reads what strangers wrote. */
export const dangerParsers: readonly FuzzedParser[] = [
  { name: 'danger/archive-lists', seeds: () => [rar({ 'a.exe': PROGRAM, 'b.txt': Buffer.from('x') }), RAR5, SEVEN, CAB], read: (data) => { for (const list of [listRar, list7z, listCab]) bounded(list(data), data); } },
  { name: 'danger/content-kind', seeds: () => [PROGRAM, SHORTCUT, ...ZIP_SEEDS(), ...PDF_SEEDS(), ...PAGE_SEEDS(), Buffer.from('{\\rtf1}')], read: (data) => assert.equal(typeof contentKind(data), 'string') },
  { name: 'danger/file-names', seeds: NAME_SEEDS, read: (data) => { const name = data.toString('utf8'); assert(extensions(name).every((each) => each.length <= name.length)); kindOfName(name); isDisguised(name); isClickScript(name); isTrickName(name); claimsHarmless(name); } },
  { name: 'danger/names', seeds: NAME_SEEDS, read: (data) => { assert(decodeName(data).length <= data.length); assert(untilNul(data, data.length >> 1, data.length).length <= data.length); } },
  { name: 'danger/zip', seeds: ZIP_SEEDS, read: (data) => { const { entries } = readZip(data); assert(entries.length <= bounds.namesMax); for (const each of entries) assert(each.packed.length <= data.length); } },
  { name: 'danger/tar', seeds: () => [tar({ 'a.txt': 'hello', 'b.exe': PROGRAM })], read: (data) => members(readTar(data), data) },
  { name: 'danger/tnef', seeds: () => [TNEF], read: (data) => members(readTnef(data), data) },
  { name: 'danger/iso9660', seeds: () => [iso({ 'A.EXE': PROGRAM, 'B.LNK': SHORTCUT })], read: (data) => members(readIso(data), data) },
  { name: 'danger/ole', seeds: OLE_SEEDS, read: (data) => { const file = readOle(data); assert((file?.entries.length ?? 0) <= bounds.oleEntriesMax); for (const entry of file?.entries.slice(0, 50) ?? []) assert((file?.read(entry, 1000).length ?? 0) <= 1000); } },
  { name: 'danger/macros', seeds: () => [vbaContainer(MACRO), vbaContainer('x'.repeat(5000)), hex('012FB0002361616162636465820066070061676869 6A013808616B6C00306D6E6F70067102700410727374757610777879 7A003C'), Buffer.from(MACRO)], read: (data) => {
    const source = macroSource([data]);
    assert(source.length <= bounds.macroTextMaxBytes + bounds.macroModulesMax);
    assert(decompress(data, 0, 5000).length <= 5000);
    for (const each of [source, text(data)]) { runsByItself(each); actsOutside(each); }
  } },
  { name: 'danger/office', seeds: () => [...OLE_SEEDS(), macroProject(MACRO)], read: (data) => { looked(lookAtOle)(data); looked((item, inspection, inner) => lookAtObject(item.data, item, inspection, inner))(data); looked((item, inspection) => lookAtMacroProject(item.data, item, inspection))(data); } },
  { name: 'danger/ooxml', seeds: OOXML_SEEDS, read: looked((item, inspection, inner) => lookAtOoxml(readZip(item.data), item, inspection, inner)) },
  { name: 'danger/page', seeds: PAGE_SEEDS, read: (data) => { looked(lookAtPage)(data); looked(lookAtDrawing)(data); } },
  { name: 'danger/page-layers', seeds: PAGE_SEEDS, read: (data) => assert(layersOf(text(data)).text.length <= data.length + bounds.pageLayersMax * (bounds.pageDecodedMaxChars + 1) * 2) },
  { name: 'danger/scan', seeds: PAGE_SEEDS, read: (data) => { const page = text(data); for (const tag of tags(page, '<form')) assert(tag.length <= 2000); const { within, around } = split(page, 'script'); assert(within.length + around.length <= 2 * page.length + 2); hasBlob(page); } },
  { name: 'danger/pdf', seeds: PDF_SEEDS, read: looked(lookAtPdf) },
  { name: 'danger/rtf', seeds: () => [Buffer.from(RTF), Buffer.from(`{\\rtf1{\\*\\objdata ${ole([{ name: 'x', data: Buffer.alloc(9) }]).toString('hex')}}}`)], read: looked(lookAtRtf) },
  { name: 'danger/unpack', seeds: () => [deflateRawSync('hello hello'), deflateSync('hello hello'), gzipSync(Buffer.alloc(100_000))], read: (data) => {
    for (const packing of ['deflate', 'zlib', 'gzip', 'zstd'] satisfies Packing[]) {
      const inspection = new Inspection();
      const unpacked = unpack(data, packing, inspection, 50_000);
      assert(!('data' in unpacked) || unpacked.data.length <= 50_000);
      if (packing !== 'zstd') assert(unpackHead(data, packing, inspection).length <= bounds.headBytes);
    }
  } },
  { name: 'danger/inspect', seeds: () => [...ZIP_SEEDS(), ...OOXML_SEEDS(), ...OLE_SEEDS(), ...PDF_SEEDS(), ...PAGE_SEEDS(), gzipSync(tar({ 'a.txt': 'hello' })), NOTE, TNEF, CAB, RAR5, SEVEN], read: (data) => { for (const name of ['x', 'x.html']) judged(inspectFiles([{ name, data, isCut: false }])); } },
];
