/** Small files of many sorts, built for tests: nothing in them runs. */
import { deflateRawSync, deflateSync } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly data: Buffer | string;
  readonly encrypted?: boolean;
  /** Name in the head before the data, where it is to differ from the list. */
  readonly localName?: string;
  readonly method?: number;
  /** Size in the list, where it is to lie. */
  readonly sizeBytes?: number;
  readonly unlisted?: boolean;
}

export function zip(files: readonly ZipFile[]): Buffer {
  const locals: Buffer[] = [], central: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const data = Buffer.from(file.data as string), method = file.method ?? 8, packed = method === 8 ? deflateRawSync(data) : data;
    const head = (signature: number, name: Buffer, size: number): Buffer => {
      const isLocal = signature === 0x04034b50, at = isLocal ? 0 : 2, bytes = Buffer.alloc(isLocal ? 30 : 46);
      bytes.writeUInt32LE(signature, 0);
      bytes.writeUInt16LE(file.encrypted ? 1 : 0, 6 + at);
      bytes.writeUInt16LE(method, 8 + at);
      bytes.writeUInt32LE(packed.length, 18 + at);
      bytes.writeUInt32LE(size, 22 + at);
      bytes.writeUInt16LE(name.length, 26 + at);
      if (!isLocal) bytes.writeUInt32LE(offset, 42);
      return Buffer.concat([bytes, name]);
    };
    const local = Buffer.concat([head(0x04034b50, Buffer.from(file.localName ?? file.name), data.length), packed]);
    if (!file.unlisted) central.push(head(0x02014b50, Buffer.from(file.name), file.sizeBytes ?? data.length));
    locals.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(central), end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, list, end]);
}

/** The beginning of a Windows program, and no more. */
export const PROGRAM = Buffer.alloc(256);
PROGRAM.write('MZ');
PROGRAM.writeUInt32LE(0x80, 0x3c);
PROGRAM.write('PE', 0x80);
export const SHORTCUT = Buffer.from('4c0000000114020000000000c000000000000046', 'hex');

export interface OleFile {
  readonly name: string;
  /** Null: a storage. */
  readonly data: Buffer | null;
  /** Index of the storage it lies in, counted as the list; −1: the root. */
  readonly parent?: number;
  readonly classId?: string;
}

/** A compound file with sectors of 512 bytes; every stream in sectors of its own (cutoff 0). */
export function ole(files: readonly OleFile[], rootClass: string = ''): Buffer {
  const sectors: Buffer[] = [], fat: number[] = [];
  const store = (data: Buffer): number => {
    const first = sectors.length, count = Math.max(1, Math.ceil(data.length / 512));
    for (let i = 0; i < count; i++) {
      const sector = Buffer.alloc(512);
      data.copy(sector, 0, i * 512);
      sectors.push(sector);
      fat.push(i === count - 1 ? 0xfffffffe : first + i + 1);
    }
    return first;
  };
  const entries = [{ name: 'Root Entry', data: null as Buffer | null, parent: -2, classId: rootClass }, ...files.map((file) => ({ parent: -1, classId: '', ...file }))];
  const directory = Buffer.alloc(Math.ceil(entries.length / 4) * 512);
  for (const [i, entry] of entries.entries()) {
    const at = i * 128, name = Buffer.from(`${entry.name}\0`, 'utf16le');
    name.copy(directory, at);
    directory.writeUInt16LE(name.length, at + 64);
    directory[at + 66] = i === 0 ? 5 : entry.data === null ? 1 : 2;
    const children = entries.map((each, index) => [each.parent + 1, index] as const).filter(([parent, index]) => parent === i && index > 0).map(([, index]) => index);
    const siblings = entries.map((each, index) => [each.parent, index] as const).filter(([parent, index]) => parent === entry.parent && index > i).map(([, index]) => index);
    directory.writeUInt32LE(0xffffffff, at + 68);
    directory.writeUInt32LE(i === 0 ? 0xffffffff : (siblings[0] ?? 0xffffffff), at + 72);
    directory.writeUInt32LE(children[0] ?? 0xffffffff, at + 76);
    Buffer.from(entry.classId, 'hex').copy(directory, at + 80);
    directory.writeUInt32LE(entry.data === null ? 0xfffffffe : store(entry.data), at + 116);
    directory.writeUInt32LE(entry.data?.length ?? 0, at + 120);
  }
  const directoryStart = store(directory);
  const fatStart = sectors.length;
  fat.push(0xfffffffd);
  const table = Buffer.alloc(512, 0xff);
  for (const [i, next] of fat.slice(0, 128).entries()) table.writeUInt32LE(next, i * 4);
  const head = Buffer.alloc(512, 0);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(head);
  head.writeUInt16LE(9, 30);
  head.writeUInt16LE(6, 32);
  head.writeUInt32LE(1, 44);
  head.writeUInt32LE(directoryStart, 48);
  for (const at of [60, 68]) head.writeUInt32LE(0xfffffffe, at);
  head.fill(0xff, 76);
  head.writeUInt32LE(fatStart, 76);
  return Buffer.concat([head, ...sectors, table]);
}

/** A container of MS-OVBA in which every byte stands for itself. */
export function vbaContainer(source: string): Buffer {
  const chunks: Buffer[] = [Buffer.from([1])];
  for (let at = 0; at < source.length; at += 2000) {
    const literals: number[] = [];
    for (const [i, byte] of Buffer.from(source.slice(at, at + 2000), 'latin1').entries()) {
      if (i % 8 === 0) literals.push(0);
      literals.push(byte);
    }
    const head = Buffer.alloc(2);
    head.writeUInt16LE(0xb000 | (literals.length + 2 - 3));
    chunks.push(head, Buffer.from(literals));
  }
  return Buffer.concat(chunks);
}

const PREAMBLE = 'Attribut';
/** The source of a module: real ones begin so, and the ninth letter is the first of a second group of eight. */
const moduleText = (code: string): string => `${PREAMBLE}e VB_Name = "Module1"\r\n${code}`;

export function macroProject(code: string): Buffer {
  return ole([{ name: 'VBA', data: null }, { name: 'Module1', data: Buffer.concat([Buffer.from('\x10\x20\x30'), vbaContainer(moduleText(code))]), parent: 0 }]);
}

export const wordWithMacro = (code: string): Buffer =>
  ole([{ name: 'WordDocument', data: Buffer.alloc(64) }, { name: 'Macros', data: null }, { name: 'VBA', data: null, parent: 1 }, { name: 'Module1', data: vbaContainer(moduleText(code)), parent: 2 }]);

export const ooxml = (parts: Readonly<Record<string, Buffer | string>>): Buffer =>
  zip([{ name: '[Content_Types].xml', data: '<Types/>' }, ...Object.entries(parts).map(([name, data]) => ({ name, data }))]);

export const relation = (kind: string, target: string): string =>
  `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${kind}" Target="${target}" TargetMode="External"/></Relationships>`;

/** Objects as they stand, then those that lie in a packed object stream. */
export function pdf(objects: readonly string[], packed: readonly string[] = [], trailer: string = ''): Buffer {
  const body = objects.map((object, i) => `${i + 1} 0 obj\n${object}\nendobj\n`).join('');
  const stream = deflateSync(Buffer.from(packed.join(' ')));
  const objectStream = packed.length === 0 ? [] : [Buffer.from(`99 0 obj\n<</Type /ObjStm /N ${packed.length} /First 0 /Filter /FlateDecode /Length ${stream.length}>>\nstream\n`), stream, Buffer.from('\nendstream\nendobj\n')];
  return Buffer.concat([Buffer.from(`%PDF-1.7\n${body}`), ...objectStream, Buffer.from(`trailer <<${trailer}>>\n%%EOF`)]);
}

export function tar(files: Readonly<Record<string, Buffer | string>>): Buffer {
  const blocks = Object.entries(files).flatMap(([name, data]) => {
    const head = Buffer.alloc(512), body = Buffer.from(data as string);
    head.write(name);
    head.write(body.length.toString(8).padStart(11, '0'), 124);
    head.write('0', 156);
    head.write('ustar', 257);
    return [head, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function iso(files: Readonly<Record<string, Buffer>>): Buffer {
  const sector = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc((2048 - (data.length % 2048)) % 2048)]);
  const record = (name: string | Buffer, extent: number, size: number, flags: number): Buffer => {
    const bytes = Buffer.alloc(33 + name.length + ((name.length + 1) % 2));
    bytes[0] = bytes.length;
    bytes.writeUInt32LE(extent, 2);
    bytes.writeUInt32LE(size, 10);
    bytes[25] = flags;
    bytes[32] = name.length;
    Buffer.from(name as string).copy(bytes, 33);
    return bytes;
  };
  let next = 19;
  const contents: Buffer[] = [], records = [record(Buffer.from([0]), 18, 2048, 2), record(Buffer.from([1]), 18, 2048, 2)];
  for (const [name, data] of Object.entries(files)) {
    records.push(record(`${name};1`, next, data.length, 0));
    contents.push(sector(data));
    next += sector(data).length / 2048;
  }
  const volume = Buffer.alloc(2048);
  volume[0] = 1;
  volume.write('CD001', 1);
  record(Buffer.from([0]), 18, 2048, 2).copy(volume, 156);
  const end = Buffer.alloc(2048);
  end[0] = 255;
  end.write('CD001', 1);
  return Buffer.concat([Buffer.alloc(16 * 2048), volume, end, sector(Buffer.concat(records)), ...contents]);
}

const vint = (value: number): Buffer => (value < 128 ? Buffer.from([value]) : Buffer.from([(value & 127) | 128, value >> 7]));

/** RAR 5 with stored files. */
export function rar(files: Readonly<Record<string, Buffer>>, packedAs: number = 0): Buffer {
  const block = (header: Buffer, data: Buffer): Buffer => Buffer.concat([Buffer.alloc(4), vint(header.length), header, data]);
  const blocks = Object.entries(files).map(([name, data]) =>
    block(Buffer.concat([vint(2), vint(2), vint(data.length), vint(0), vint(data.length), vint(0), vint(packedAs << 7), vint(0), vint(name.length), Buffer.from(name)]), data));
  return Buffer.concat([Buffer.from('526172211a070100', 'hex'), block(Buffer.from([1, 0, 0]), Buffer.alloc(0)), ...blocks, block(Buffer.from([5, 0, 0]), Buffer.alloc(0))]);
}
