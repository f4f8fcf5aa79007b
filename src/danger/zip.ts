/** ZIP (PKWARE APPNOTE.TXT): both lists of its files, and where they disagree. */
import { inspection as bounds } from '../message/limits.ts';
import { decodeName } from './names.ts';

export interface ZipEntry {
  readonly name: string;
  readonly isEncrypted: boolean;
  /** 0 stored, 8 deflated; others are not opened here. */
  readonly method: number;
  readonly packed: Buffer;
  /** As the list says, which may lie. */
  readonly sizeBytes: number;
}

export interface Zip {
  readonly entries: readonly ZipEntry[];
  /** The list at the end and the heads before each file tell different stories, so programs unpack different things. */
  readonly disagrees: boolean;
  /** More entries than are looked at. */
  readonly tooMany: boolean;
}

const LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50;

interface Listed {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

/** Never throws. Without a usable list at the end the heads alone count. */
export function readZip(data: Buffer): Zip {
  const listed = readDirectory(data);
  const entries: ZipEntry[] = [];
  let disagrees = listed.problem;
  const starts = new Set<number>();
  for (const each of listed.entries) {
    const local = readLocal(data, each.offset);
    if (local === null) {
      disagrees = true;
      continue;
    }
    starts.add(each.offset);
    if (local.name !== each.name || local.method !== each.method || (local.flags & 1) !== (each.flags & 1)) disagrees = true;
    entries.push({ ...shownBy(each, local), packed: data.subarray(local.dataStart, Math.min(data.length, local.dataStart + each.packedBytes)) });
  }
  const stray = strayEntries(data, starts, listed.firstOffset);
  return { entries: [...entries, ...stray].slice(0, bounds.namesMax), disagrees: disagrees || stray.length > 0, tooMany: listed.tooMany };
}

/** Where the two disagree, the more telling of both. */
function shownBy(each: Listed, local: Local): Omit<ZipEntry, 'packed'> {
  return { name: each.name === '' ? local.name : each.name, isEncrypted: ((each.flags | local.flags) & 1) === 1, method: each.method, sizeBytes: each.sizeBytes };
}

interface Local {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly dataStart: number;
}

function readLocal(data: Buffer, at: number): Local | null {
  if (at < 0 || at + 30 > data.length || data.readUInt32LE(at) !== LOCAL) return null;
  const flags = data.readUInt16LE(at + 6);
  const nameBytes = data.readUInt16LE(at + 26);
  return {
    name: decodeName(data.subarray(at + 30, at + 30 + nameBytes), (flags & 0x800) !== 0), flags, method: data.readUInt16LE(at + 8),
    packedBytes: data.readUInt32LE(at + 18), sizeBytes: data.readUInt32LE(at + 22), dataStart: at + 30 + nameBytes + data.readUInt16LE(at + 28),
  };
}

/** Heads of files that the list at the end does not name: from the beginning on, as programs that read a stream see them. */
function strayEntries(data: Buffer, listed: ReadonlySet<number>, firstListed: number): readonly ZipEntry[] {
  const found: ZipEntry[] = [];
  for (let at = 0; at < data.length && found.length < bounds.filesMax; ) {
    if (listed.has(at) || at === firstListed) break; // From here on the list speaks.
    const local = readLocal(data, at);
    if (local === null) break;
    // A size that follows the data (bit 3) is not known here: what comes is looked at as far as the next head.
    const isUnknown = (local.flags & 8) !== 0 && local.packedBytes === 0;
    const next = isUnknown ? data.indexOf('PK', local.dataStart + 1, 'latin1') : local.dataStart + local.packedBytes;
    const end = next < 0 ? data.length : Math.min(next, data.length);
    found.push({ name: local.name, isEncrypted: (local.flags & 1) === 1, method: local.method, sizeBytes: local.sizeBytes, packed: data.subarray(local.dataStart, end) });
    if (isUnknown || end <= at) break;
    at = end;
  }
  return found;
}

interface Directory {
  readonly entries: readonly Listed[];
  readonly problem: boolean;
  readonly tooMany: boolean;
  readonly firstOffset: number;
}

const NO_DIRECTORY: Directory = { entries: [], problem: true, tooMany: false, firstOffset: -1 };

function readDirectory(data: Buffer): Directory {
  const end = findEnd(data);
  if (end < 0) return NO_DIRECTORY;
  const sizeBytes = data.readUInt32LE(end + 12);
  const written = data.readUInt32LE(end + 16);
  const total = data.readUInt16LE(end + 10);
  // Something may stand before the archive (self-extracting files): offsets then count from where it begins.
  const start = written === 0xffffffff || sizeBytes === 0xffffffff ? data.lastIndexOf('PK\x01\x02', end, 'latin1') : end - sizeBytes;
  const shift = written === 0xffffffff || data.readUInt32LE(end + 16) + sizeBytes > end ? 0 : start - written;
  if (start < 0) return total === 0 ? { ...NO_DIRECTORY, problem: false } : NO_DIRECTORY;
  const entries: Listed[] = [];
  let at = start;
  while (at + 46 <= end && data.readUInt32LE(at) === CENTRAL && entries.length < bounds.namesMax) {
    const flags = data.readUInt16LE(at + 8);
    const nameBytes = data.readUInt16LE(at + 28);
    entries.push({
      name: decodeName(data.subarray(at + 46, at + 46 + nameBytes), (flags & 0x800) !== 0), flags, method: data.readUInt16LE(at + 10),
      packedBytes: data.readUInt32LE(at + 20), sizeBytes: data.readUInt32LE(at + 24), offset: data.readUInt32LE(at + 42) + shift,
    });
    at += 46 + nameBytes + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  const tooMany = entries.length >= bounds.namesMax;
  return { entries, problem: !tooMany && total !== 0xffff && entries.length !== total, tooMany, firstOffset: Math.min(...entries.map(({ offset }) => offset), data.length) };
}

/** Behind the archive a comment of up to 64 KiB may stand. */
function findEnd(data: Buffer): number {
  const earliest = Math.max(0, data.length - 22 - 0xffff);
  const at = data.lastIndexOf('PK\x05\x06', data.length - 22, 'latin1');
  return at >= earliest && at + 22 <= data.length && data.readUInt32LE(at) === END ? at : -1;
}
