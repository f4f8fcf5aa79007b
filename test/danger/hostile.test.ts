import * as fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { inspectFiles } from '../../src/danger/inspect.ts';
import { inspection as bounds } from '../../src/message/limits.ts';
import { iso, macroProject, ole, ooxml, pdf, PROGRAM, rar, relation, tar, vbaContainer, wordWithMacro, zip } from '../support/files.ts';

/** Processor time. What is promised is 250 ms; a busy machine and a cold compiler must not make a test fail, only a runaway. */
const BOUND_MS = 1500;

const MACRO = 'Sub AutoOpen()\r\n  Shell "x"\r\nEnd Sub\r\n';
const SAMPLES: readonly Buffer[] = [
  zip([{ name: 'a.txt', data: 'hello' }, { name: 'b.exe', data: PROGRAM }, { name: 'n.zip', data: zip([{ name: 'x.js', data: 'x' }]) }]),
  ooxml({ 'word/vbaProject.bin': macroProject(MACRO), 'word/_rels/settings.xml.rels': relation('attachedTemplate', 'https://evil.example/') }),
  wordWithMacro(MACRO), ole([{ name: 'Workbook', data: Buffer.from('8500090000000000010100410a000000', 'hex') }, { name: '\x01Ole10Native', data: Buffer.alloc(60, 'ab\0') }]),
  pdf(['<</OpenAction 2 0 R>>', '<</S /Launch /F (x)>>'], ['<</JS (x)>>'], '/Encrypt 3 0 R'), tar({ 'a.txt': 'hello', 'b.exe': PROGRAM }), gzipSync(tar({ 'a.txt': 'hello' })), iso({ 'A.EXE': PROGRAM }), rar({ 'a.exe': PROGRAM }),
  Buffer.from('{\\rtf1{\\object\\objupdate{\\*\\objdata 0105d0cf11e0a1b11ae1}}}'), Buffer.from('<html><form action=//x.example/><input type=password><script>eval(atob("PGh0bWw+PGZvcm0+PGh0bWw+PGZvcm0+PGh0bWw+PGZvcm0+PGh0bWw+PGZvcm0+"))</script>'),
  Buffer.from('526172211a0700cf907300000d00000000000000', 'hex'), Buffer.from('377abcaf271c00041234567800000000000000000400000000000000aabbccdd01020304', 'hex'), Buffer.from('789f3e220100', 'hex'),
  Buffer.concat([Buffer.from('4d534346', 'hex'), Buffer.alloc(40, 1)]), Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3e716e3bd65261145a4c48d4d0b7a9eac', 'hex'), Buffer.alloc(40, 255)]),
];

/** Processor time in milliseconds. */
function cost(data: Buffer, name: string = 'x'): number {
  const begun = process.cpuUsage();
  const { findings, unopened } = inspectFiles([{ name, data, isCut: false }]);
  const { user, system } = process.cpuUsage(begun);
  expect(findings.length + unopened.length).toBeLessThanOrEqual(2 * bounds.findingsMax);
  return (user + system) / 1000;
}

const mutation = fc.record({ sample: fc.constantFrom(...SAMPLES), changes: fc.array(fc.tuple(fc.nat(), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xfe, 0xff, 0x20, 0x50), fc.integer({ min: 1, max: 4 })), { maxLength: 12 }), cut: fc.nat({ max: 100 }), twice: fc.boolean() });

test('no mutation of a sample makes looking fail', () => {
  fc.assert(
    fc.property(mutation, fc.constantFrom('x', 'x.html', 'x.iso', 'x.zip', 'x.docm'), ({ sample, changes, cut, twice }, name) => {
      const data = Buffer.from(twice ? Buffer.concat([sample, sample]) : sample);
      for (const [at, value, count] of changes) data.fill(value, at % data.length, Math.min(data.length, (at % data.length) + count));
      expect(cost(data.subarray(0, Math.max(1, data.length - Math.floor((data.length * cut) / 150))), name)).toBeLessThan(BOUND_MS);
    }),
    { numRuns: 3000, interruptAfterTimeLimit: 15_000 },
  );
});

test('no bytes behind a known beginning make looking fail', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SAMPLES), fc.nat({ max: 64 }), fc.uint8Array({ maxLength: 400 }), (sample, keep, bytes) => {
      expect(cost(Buffer.concat([sample.subarray(0, keep), Buffer.from(bytes)]))).toBeLessThan(BOUND_MS);
    }),
    { numRuns: 3000, interruptAfterTimeLimit: 15_000 },
  );
});

const MIB = 1024 * 1024;
const many = (text: string, bytes: number = 4 * MIB): Buffer => Buffer.alloc(bytes, text);

/** Built to cost the most: each kind of search, with what makes it begin again and again. */
test.each<[string, string, () => Buffer]>([
  ['forms without end', 'x.html', () => Buffer.concat([Buffer.from('<html>'), many('<form action=')])],
  ['inputs without end', 'x.html', () => many('<input type')],
  ['links without end', 'x.html', () => Buffer.concat([Buffer.from('<html><script>x.click();a.download=URL.createObjectURL()'), many('A', 3000), Buffer.from('</script>'), many('<a href')])],
  ['refreshes', 'x.html', () => many('<meta http-equiv=refresh content=url ')],
  ['scripts that do not end', 'x.html', () => many('<script>')],
  ['almost long runs', 'x.html', () => many(`<script>atob(${'A'.repeat(1400)}) %41${'%41'.repeat(290)} `)],
  ['percents that do not end', 'x.html', () => many(`unescape("${'%41'.repeat(1000)}`)],
  ['base64 in base64', 'x.html', () => Buffer.from(`<script>atob("${Buffer.from(`atob("${Buffer.from('<form>'.repeat(40_000)).toString('base64')}")`).toString('base64')}")</script>`)],
  ['tags in plenty', 'x.html', () => many('<b>')],
  ['dictionaries', 'x.pdf', () => Buffer.concat([Buffer.from('%PDF-1.4 '), many('/OpenAction<</S /Launch ', 16 * MIB)])],
  ['streams', 'x.pdf', () => Buffer.concat([Buffer.from('%PDF-1.4 '), many('1 0 obj<</Type /ObjStm /Filter /FlateDecode>>stream\nxendstream ', 16 * MIB)])],
  ['names in signs', 'x.pdf', () => Buffer.concat([Buffer.from('%PDF-1.4 '), many('/#4a#53', 8 * MIB)])],
  ['strings without end', 'x.pdf', () => Buffer.concat([Buffer.from('%PDF-1.4 /S /Launch '), many('/URI (', 8 * MIB)])],
  ['objects', 'x.rtf', () => Buffer.concat([Buffer.from('{\\rtf1'), many('\\objdata 01', 8 * MIB)])],
  ['fields', 'x.rtf', () => Buffer.concat([Buffer.from('{\\rtf1'), many('\\fldinst ', 8 * MIB)])],
  ['relations', 'x.docx', () => ooxml({ 'a.rels': many('<Relationship ') })],
  ['instructions', 'x.docx', () => ooxml({ 'word/document.xml': many('<w:instrText w:instr="') })],
  ['macros', 'x.doc', () => ole([{ name: 'VBA', data: null }, { name: 'm', data: vbaContainer(`Attribute${'sub a_'.repeat(4000)}${'declare sub '.repeat(1500)}`), parent: 0 }])],
  ['modules', 'x.docm', () => ooxml({ 'word/vbaProject.bin': Buffer.concat([ole([{ name: 'VBA', data: null }, { name: 'm', data: many('\x01\x00\xb0\0Attribut\0e', 50_000), parent: 0 }])]) })],
  ['a hundred bombs', 'x.zip', () => zip(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.pdf`, data: Buffer.concat([Buffer.from('%PDF-1.4'), Buffer.alloc(MIB)]) })))],
  ['many files', 'x.zip', () => zip(Array.from({ length: 5000 }, (_, i) => ({ name: `${i}.txt`, data: 'hello' })))],
  ['bomb in a bomb', 'x.gz', () => gzipSync(gzipSync(Buffer.alloc(60 * MIB)))],
  ['sectors in a circle', 'x.doc', () => { const data = ole([{ name: 'x', data: Buffer.alloc(2000) }]); data.fill(0, data.length - 512); return Buffer.concat([data, Buffer.alloc(8 * MIB)]); }],
  ['notes', 'x.one', () => Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(4 * MIB, Buffer.from('e716e3bd65261145a4c48d4d0b7a9eacffffffff0000000000000000', 'hex'))])],
  ['tar heads', 'x.tar', () => { const one = tar({ a: '' }).subarray(0, 512); return Buffer.concat(Array.from({ length: 30_000 }, () => one)); }],
  ['attributes', 'winmail.dat', () => Buffer.concat([Buffer.from('789f3e220100', 'hex'), Buffer.alloc(8 * MIB, 0)])],
  ['folders', 'x.iso', () => { const data = Buffer.concat([iso({ A: Buffer.alloc(1) }), Buffer.alloc(4 * MIB)]); data.fill(Buffer.from('22000100000000000001000010000000000000000000000000020000000000000161', 'hex'), 20 * 2048); return data; }],
  ['one PDF under a thousand names', 'x.zip', () => overlapping(Buffer.concat([Buffer.from('%PDF-1.4 '), many('1 0 obj<<>>stream x endstream ')]))],
  ['one page under a thousand names', 'x.zip', () => overlapping(many('<html><form action='))],
  ['one stream under a thousand names', 'x.doc', () => sharing('\x01Ole10Native')],
  ['one module under a thousand names', 'x.doc', () => sharing('VBA')],
  ['one file under a thousand names', 'x.iso', () => { const data = iso(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`F${i}`, Buffer.from('%PDF-1.4')]))); for (let at = data.indexOf(';1'); at > 0; at = data.indexOf(';1', at + 1)) data.writeUInt32LE(16 * MIB, data.lastIndexOf('F', at) - 23); return Buffer.concat([data, many('stream ', 8 * MIB)]); }],
  ['one note under a thousand names', 'x.one', () => Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(8 * MIB, Buffer.from('e716e3bd65261145a4c48d4d0b7a9eacffffffff0000000000000000000000000000000000000000255044462d', 'hex'))])],
  ['many PDFs', 'x.zip', () => zip(Array.from({ length: 300 }, (_, i) => ({ name: `${i}.pdf`, data: Buffer.concat([Buffer.from('%PDF-1.4 '), many('1 0 obj<</Type /ObjStm /Filter /FlateDecode>>stream\nxendstream ', 60_000)]) })))],
])('%s: bounded', (_, name, build) => {
  const data = build();
  cost(data, name); // Once before, so that compiling is not counted.
  expect(cost(data, name)).toBeLessThan(BOUND_MS);
});

/** A thousand names in the list, all of the same bytes. */
function overlapping(data: Buffer): Buffer {
  const one = zip([{ name: 'x', data, method: 0 }]);
  const end = one.subarray(-22), start = end.readUInt32LE(16), entry = one.subarray(start, start + end.readUInt32LE(12));
  const list = Buffer.concat(Array.from({ length: 1000 }, () => entry)), newEnd = Buffer.from(end);
  newEnd.writeUInt16LE(1000, 8);
  newEnd.writeUInt16LE(1000, 10);
  newEnd.writeUInt32LE(list.length, 12);
  return Buffer.concat([one.subarray(0, start), list, newEnd]);
}

/** An OLE file of many entries with one chain of sectors, in a storage of this name or under it themselves. */
function sharing(name: string): Buffer {
  const isStorage = name === 'VBA';
  const entries = Array.from({ length: 100 }, () => ({ name: isStorage ? 'm' : name, data: Buffer.from('x'), ...(isStorage ? { parent: 0 } : {}) }));
  const data = ole([...(isStorage ? [{ name, data: null }] : []), ...entries, { name: 'big', data: Buffer.alloc(40_000, '\x01\x00\xb0\0Attribut\0e') }]);
  const marker = Buffer.from('big', 'utf16le');
  const big = data.indexOf(marker);
  const start = data.readUInt32LE(big + 116);
  for (let at = data.indexOf(Buffer.from(isStorage ? 'm\0\0\0' : `${name}\0`, isStorage ? 'latin1' : 'utf16le')); at > 0 && at < big; at += 128) {
    data.writeUInt32LE(start, at + 116);
    data.writeUInt32LE(40_000, at + 120);
  }
  return data;
}
