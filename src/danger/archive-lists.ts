/** Names in archives whose contents are not unpacked here: RAR 4 and 5, 7z, CAB. Never throws; what cannot be read ends the list. */
import { inspection as bounds } from '../message/limits.ts';
import { decodeName, decodeUtf16, untilNul } from './names.ts';

export interface Listed {
  readonly name: string;
  /** Content, where it is stored as it is. */
  readonly data: Buffer | null;
}

export interface Listing {
  readonly entries: readonly Listed[];
  readonly isEncrypted: boolean;
}

const NOTHING: Listing = { entries: [], isEncrypted: false };

/** By the archive's own version mark. */
export function listRar(data: Buffer): Listing {
  const at = data.indexOf('Rar!\x1a\x07', 0, 'latin1');
  if (at < 0) return NOTHING;
  return data[at + 6] === 1 ? listRar5(data, at + 8) : listRar4(data, at + 7);
}

/** Block: CRC (2), type (1), flags (2), size (2), for files the packed size (4); RAR 4 technote. */
function listRar4(data: Buffer, start: number): Listing {
  const entries: Listed[] = [];
  let isEncrypted = false;
  for (let at = start; at + 7 <= data.length && entries.length < bounds.namesMax; ) {
    const type = data[at + 2] ?? 0, flags = data.readUInt16LE(at + 3), size = data.readUInt16LE(at + 5);
    if (type === 0x73 && (flags & 0x80) !== 0) return { entries, isEncrypted: true };
    if (size < 7) break;
    const hasMore = (flags & 0x8000) !== 0 || type === 0x74;
    const packed = hasMore && at + 11 <= data.length ? data.readUInt32LE(at + 7) : 0;
    if (type === 0x74 && at + 32 <= data.length) {
      const isLarge = (flags & 0x100) !== 0;
      const nameStart = at + (isLarge ? 40 : 32);
      const name = untilNul(data, nameStart, nameStart + data.readUInt16LE(at + 26));
      isEncrypted ||= (flags & 4) !== 0;
      const isStored = data[at + 25] === 0x30 && (flags & 4) === 0;
      entries.push({ name: decodeName(name), data: isStored ? data.subarray(at + size, at + size + packed) : null });
    }
    at += size + packed;
  }
  return { entries, isEncrypted };
}

/** A number of seven bits a byte, lowest first (RAR 5 format, "vint"); null beyond the end. */
function vint(data: Buffer, at: number): readonly [value: number, next: number] | null {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = data[at + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return [value, at + i + 1];
  }
  return null;
}

function vints(data: Buffer, at: number, count: number): readonly [values: readonly number[], next: number] | null {
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const read = vint(data, at);
    if (read === null) return null;
    values.push(read[0]);
    at = read[1];
  }
  return [values, at];
}

function listRar5(data: Buffer, start: number): Listing {
  const entries: Listed[] = [];
  let isEncrypted = false;
  for (let at = start; at < data.length && entries.length < bounds.namesMax; ) {
    const head = vints(data, at + 4, 3); // behind the CRC: size of the header, type, flags
    if (head === null) break;
    const [[size = 0, type = 0, flags = 0], afterFlags] = head;
    const sized = vint(data, at + 4);
    const headerEnd = (sized?.[1] ?? at) + size;
    if (type === 4) return { entries, isEncrypted: true };
    const areas = vints(data, afterFlags, ((flags & 1) !== 0 ? 1 : 0) + ((flags & 2) !== 0 ? 1 : 0));
    if (areas === null || type === 5 || size <= 0) break;
    const dataBytes = (flags & 2) !== 0 ? (areas[0].at(-1) ?? 0) : 0;
    if (type === 2) {
      const file = readRar5File(data, areas[1], headerEnd, dataBytes);
      // Record 1 of the extra area is the encryption record.
      const extraBytes = (flags & 1) !== 0 ? (areas[0][0] ?? 0) : 0;
      isEncrypted ||= extraBytes > 0 && vints(data, Math.max(at, headerEnd - extraBytes), 2)?.[0][1] === 1;
      if (file !== null) entries.push(file);
    }
    at = headerEnd + dataBytes;
  }
  return { entries, isEncrypted };
}

function readRar5File(data: Buffer, at: number, headerEnd: number, dataBytes: number): Listed | null {
  const first = vints(data, at, 3); // flags, unpacked size, attributes
  if (first === null) return null;
  const flags = first[0][0] ?? 0;
  const skipped = first[1] + ((flags & 2) !== 0 ? 4 : 0) + ((flags & 4) !== 0 ? 4 : 0);
  const second = vints(data, skipped, 3); // compression, operating system, length of the name
  if (second === null) return null;
  const [[compression = 0, , nameBytes = 0], nameStart] = second;
  const isStored = ((compression >> 7) & 7) === 0;
  return { name: data.toString('utf8', nameStart, Math.min(nameStart + nameBytes, headerEnd)), data: isStored ? data.subarray(headerEnd, headerEnd + dataBytes) : null };
}

const AES_CODER = Buffer.from('06f10701', 'hex');

/** 7z: names are read where the header is not packed itself, as 7-Zip leaves it for a single file. */
export function list7z(data: Buffer): Listing {
  if (data.length < 32) return NOTHING;
  const start = 32 + Number(data.readBigUInt64LE(12));
  const header = data.subarray(Math.min(start, data.length), Math.min(start + Number(data.readBigUInt64LE(20)), data.length));
  const isEncrypted = header.subarray(0, bounds.pageMaxBytes).includes(AES_CODER);
  if (header[0] !== 1) return { entries: [], isEncrypted };
  const text = decodeUtf16(header, 0, bounds.pageMaxBytes);
  const shifted = decodeUtf16(header, 1, bounds.pageMaxBytes);
  const names = [...namesIn(text), ...namesIn(shifted)].slice(0, bounds.namesMax);
  return { entries: names.map((name) => ({ name, data: null })), isEncrypted };
}
const NAME_CHARACTER = /^[\p{L}\p{N} _.,()+@/\\-]$/u;
const NAME_MAX_CHARS = 266;

/** What looks like a file's name before a NUL. Backwards from each, because an expression would begin anew at every letter. */
function namesIn(text: string): readonly string[] {
  const names: string[] = [];
  for (let from = 0, end = text.indexOf('\0'); end >= 0 && names.length < bounds.namesMax; from = end + 1, end = text.indexOf('\0', from)) {
    const tail = Array.from(text.slice(Math.max(from, end - NAME_MAX_CHARS), end)); // by characters, not UTF-16 units
    const dot = tail.lastIndexOf('.');
    if (dot < 1 || !/^[A-Za-z0-9]{1,10}$/.test(tail.slice(dot + 1).join(''))) continue;
    const before = tail.findLastIndex((character, at) => at < dot && !NAME_CHARACTER.test(character));
    if (before + 1 < dot) names.push(tail.slice(before + 1).join(''));
  }
  return names;
}

/** CFFILE entries of a cabinet (MS-CAB section 2.3). */
export function listCab(data: Buffer): Listing {
  const entries: Listed[] = [];
  if (data.length < 36) return NOTHING;
  const count = data.readUInt16LE(28);
  for (let at = data.readUInt32LE(16), i = 0; i < count && at + 16 < data.length && i < bounds.namesMax; i++) {
    const name = untilNul(data, at + 16, at + 16 + 256);
    entries.push({ name: decodeName(name), data: null });
    at += 16 + name.length + 1;
  }
  return { entries, isEncrypted: false };
}
