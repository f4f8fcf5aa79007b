/** Attached files built to cost the most: what unpacks without end, and what makes each search begin again and again. */
import { deflateSync, gzipSync } from 'node:zlib';
import { iso, macroProject, ole, ooxml, pdf, PROGRAM, rar, tar, vbaContainer, zip } from '../test/support/files.ts';

const MIB = 1024 * 1024;
const many = (text: string, bytes: number): Buffer => Buffer.alloc(bytes, text);

/** An archive in an archive in an archive. */
function nested(depth: number): Buffer {
  let data = zip([{ name: 'x.txt', data: 'hello' }]);
  for (let i = 0; i < depth; i++) data = zip([{ name: `${i}.zip`, data }, { name: `${i}b.zip`, data }]);
  return data;
}

/** One file under many names: programs that unpack each of them unpack it as often. */
function overlapping(data: Buffer, times: number): Buffer {
  const one = zip([{ name: 'x', data, method: 0 }]);
  const end = Buffer.from(one.subarray(-22));
  const start = end.readUInt32LE(16);
  const list = Buffer.concat(Array.from({ length: times }, () => one.subarray(start, start + end.readUInt32LE(12))));
  end.writeUInt16LE(times, 8);
  end.writeUInt16LE(times, 10);
  end.writeUInt32LE(list.length, 12);
  return Buffer.concat([one.subarray(0, start), list, end]);
}

/** One stream in a PDF that unpacks to much, and points at itself. */
function packedPdf(bytes: number): Buffer {
  const stream = deflateSync(Buffer.alloc(bytes, '<</Type /Action /S /JavaScript /JS (x)>> '));
  return Buffer.concat([Buffer.from(`%PDF-1.7\n1 0 obj\n<</Type /ObjStm /N 9 /First 0 /Filter /FlateDecode /Length ${stream.length}>>\nstream\n`), stream, Buffer.from('\nendstream\nendobj\n%%EOF')]);
}

/** The attributes of a winmail.dat, each with nothing in it. */
const tnef = (bytes: number): Buffer => Buffer.concat([Buffer.from('789f3e220100', 'hex'), Buffer.alloc(bytes, Buffer.from('0210800100010000004100ff', 'hex'))]);

const isoOfMany = (): Buffer => {
  const data = Buffer.concat([iso(Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`F${i}`, Buffer.from('%PDF-1.4')]))), many('stream ', 8 * MIB)]);
  for (let at = data.indexOf(';1'); at > 0; at = data.indexOf(';1', at + 1)) data.writeUInt32LE(8 * MIB, data.lastIndexOf('F', at) - 23);
  return data;
};

/** Name of the file, as attached, to its content. */
export function hostileFiles(): readonly (readonly [filename: string, data: Buffer])[] {
  return [
    ['zeros.zip', zip([{ name: 'zeros.pdf', data: Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(80 * MIB)]) }])],
    ['hundred-bombs.zip', zip(Array.from({ length: 100 }, (_, i) => ({ name: `${i}.pdf`, data: Buffer.concat([Buffer.from('%PDF-1.4'), Buffer.alloc(MIB)]) })))],
    ['nested.zip', nested(8)],
    ['overlapping.zip', overlapping(Buffer.concat([Buffer.from('%PDF-1.4 '), many('1 0 obj<<>>stream x endstream ', 2 * MIB)]), 1000)],
    ['many-names.zip', zip(Array.from({ length: 20_000 }, (_, i) => ({ name: `${i}.txt`, data: 'x', method: 0 })))],
    ['long-names.zip', zip(Array.from({ length: 120 }, (_, i) => ({ name: `${i}${' '.repeat(60_000)}x`, data: 'x', method: 0 })))],
    ['bomb-in-bomb.gz', gzipSync(gzipSync(Buffer.alloc(60 * MIB)))],
    ['many.tar', Buffer.concat(Array.from({ length: 20_000 }, () => tar({ a: '' }).subarray(0, 512)))],
    ['stored.rar', rar(Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`${i}.exe`, PROGRAM])))],
    ['names.7z', Buffer.concat([Buffer.from('377abcaf271c00040000000000000000000000000000200000000000', 'hex'), Buffer.alloc(4), Buffer.from([1]), Buffer.alloc(2 * MIB, Buffer.from('a.', 'utf16le'))])],
    ['disc.iso', isoOfMany()],
    ['strings.pdf', Buffer.concat([Buffer.from('%PDF-1.4 /S /Launch '), many('/URI (', 8 * MIB)])],
    ['dictionaries.pdf', Buffer.concat([Buffer.from('%PDF-1.4 '), many('/OpenAction<</S /Launch ', 8 * MIB)])],
    ['packed.pdf', packedPdf(60 * MIB)],
    ['ordinary.pdf', pdf(Array.from({ length: 20_000 }, (_, i) => `<</A <</S /URI /URI (https://x${i}.example/)>> >>`))],
    ['streams.doc', ole([...Array.from({ length: 100 }, () => ({ name: '\x01Ole10Native', data: Buffer.alloc(600, 'ab') })), { name: 'big', data: Buffer.alloc(60_000) }])],
    ['macros.docm', ooxml({ 'word/vbaProject.bin': macroProject('sub a_\r\n declare sub '.repeat(6_000)) })],
    ['modules.doc', ole([{ name: 'VBA', data: null }, ...Array.from({ length: 50 }, (_, i) => ({ name: `m${i}`, data: vbaContainer('x = Chr(65) & Chr(66)\r\n'.repeat(40)), parent: 0 }))])],
    ['text.docx', ooxml({ 'word/document.xml': many('<w:instrText w:instr="', 8 * MIB) })],
    ['objects.rtf', Buffer.concat([Buffer.from('{\\rtf1'), many('{\\object\\objupdate{\\*\\objdata 0105', 8 * MIB)])],
    ['winmail.dat', tnef(8 * MIB)],
    ['notes.one', Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), Buffer.alloc(8 * MIB, Buffer.from('e716e3bd65261145a4c48d4d0b7a9eacffffffff0000000000000000000000000000000000000000255044462d', 'hex'))])],
    ['page.html', Buffer.concat([Buffer.from('<html>'), many('<form action=', 4 * MIB)])],
    ['script.html', Buffer.from(`<script>atob("${Buffer.from(`atob("${Buffer.from('<form>'.repeat(100_000)).toString('base64')}")`).toString('base64')}")</script>`)],
    ['drawing.svg', Buffer.concat([Buffer.from('<svg>'), many('<a xlink:href="', 4 * MIB)])],
  ];
}
