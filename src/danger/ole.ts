/** OLE compound files (MS-CFB): a small file system of sectors. */
import { inspection as bounds } from '../message/limits.ts';

export interface OleEntry {
  readonly name: string;
  readonly isStream: boolean;
  /** 16 bytes in hexadecimal as they stand. */
  readonly classId: string;
  readonly sizeBytes: number;
  readonly start: number;
  /** Name of the storage that it lies in; '' for the root. */
  readonly parent: string;
}

export interface Ole {
  /** The root first. */
  readonly entries: readonly OleEntry[];
  /** Content of a stream, at most `maxBytes` of it. */
  read(entry: OleEntry, maxBytes: number): Buffer;
}

const END = 0xfffffffa; // This and everything above are marks, no sector numbers.
const NONE = 0xffffffff;

/** Null when it is no such file or damaged beyond reading. Never throws; chains that run in circles end at the bound. */
export function readOle(data: Buffer): Ole | null {
  if (data.length < 1536 || data.readUInt32BE(0) !== 0xd0cf11e0) return null;
  const sectorShift = data.readUInt16LE(30), miniShift = data.readUInt16LE(32);
  if (sectorShift < 7 || sectorShift > 16 || miniShift < 4 || miniShift >= sectorShift) return null;
  return new OleFile(data, 1 << sectorShift, 1 << miniShift).open();
}

class OleFile {
  readonly #data: Buffer;
  readonly #sectorBytes: number;
  readonly #miniBytes: number;
  readonly #cutoffBytes: number;
  #fat: Buffer = Buffer.alloc(0);
  #miniFat: Buffer = Buffer.alloc(0);
  #mini: Buffer = Buffer.alloc(0);

  constructor(data: Buffer, sectorBytes: number, miniBytes: number) {
    this.#data = data;
    this.#sectorBytes = sectorBytes;
    this.#miniBytes = miniBytes;
    this.#cutoffBytes = data.readUInt32LE(56);
  }

  open(): Ole {
    this.#fat = this.#readFat();
    this.#miniFat = this.#chain(this.#data.readUInt32LE(60), bounds.oleSectorsMax * this.#sectorBytes);
    const directory = this.#chain(this.#data.readUInt32LE(48), bounds.oleEntriesMax * 128);
    const entries = readEntries(directory);
    const root = entries[0];
    if (root !== undefined) this.#mini = this.#chain(root.start, Math.min(root.sizeBytes, bounds.fileMaxBytes));
    return { entries, read: (entry, maxBytes) => this.#read(entry, Math.min(entry.sizeBytes, maxBytes)) };
  }

  #sector(number: number): Buffer {
    const start = (number + 1) * this.#sectorBytes;
    return this.#data.subarray(start, start + this.#sectorBytes);
  }

  /** Which sectors hold the table of chains: 109 numbers in the header, the rest in a chain of their own. */
  #readFat(): Buffer {
    const parts: Buffer[] = [];
    const take = (numbers: Buffer): void => {
      for (let at = 0; at + 4 <= numbers.length; at += 4) {
        const number = numbers.readUInt32LE(at);
        if (number < END && parts.length < bounds.oleSectorsMax / 100) parts.push(this.#sector(number));
      }
    };
    take(this.#data.subarray(76, 512));
    let next = this.#data.readUInt32LE(68);
    for (let count = 0; next < END && count < 300; count++) {
      const sector = this.#sector(next);
      if (sector.length < this.#sectorBytes) break;
      take(sector.subarray(0, -4));
      next = sector.readUInt32LE(this.#sectorBytes - 4);
    }
    return Buffer.concat(parts);
  }

  #chain(start: number, maxBytes: number): Buffer {
    const parts: Buffer[] = [];
    const max = Math.min(bounds.oleSectorsMax, Math.ceil(maxBytes / this.#sectorBytes), Math.ceil(this.#data.length / this.#sectorBytes));
    for (let number = start; number < END && parts.length < max; ) {
      const sector = this.#sector(number);
      if (sector.length === 0) break;
      parts.push(sector);
      number = number * 4 + 4 <= this.#fat.length ? this.#fat.readUInt32LE(number * 4) : NONE;
    }
    const joined = Buffer.concat(parts);
    return joined.length > maxBytes ? joined.subarray(0, maxBytes) : joined;
  }

  #read(entry: OleEntry, maxBytes: number): Buffer {
    if (entry.sizeBytes >= this.#cutoffBytes) return this.#chain(entry.start, maxBytes);
    const parts: Buffer[] = [];
    const max = Math.min(bounds.oleSectorsMax, Math.ceil(maxBytes / this.#miniBytes));
    for (let number = entry.start; number < END && parts.length < max; ) {
      const sector = this.#mini.subarray(number * this.#miniBytes, (number + 1) * this.#miniBytes);
      if (sector.length === 0) break;
      parts.push(sector);
      number = number * 4 + 4 <= this.#miniFat.length ? this.#miniFat.readUInt32LE(number * 4) : NONE;
    }
    return Buffer.concat(parts).subarray(0, maxBytes);
  }
}

interface Node {
  readonly entry: Omit<OleEntry, 'parent'>;
  readonly siblings: readonly number[];
  readonly child: number;
}

function readEntries(directory: Buffer): readonly OleEntry[] {
  const nodes: Node[] = [];
  for (let at = 0; at + 128 <= directory.length && nodes.length < bounds.oleEntriesMax; at += 128) {
    const nameBytes = Math.min(64, Math.max(0, directory.readUInt16LE(at + 64) - 2));
    const entry = {
      name: directory.toString('utf16le', at, at + (nameBytes & ~1)), isStream: directory[at + 66] === 2, classId: directory.toString('hex', at + 80, at + 96),
      sizeBytes: directory.readUInt32LE(at + 120), start: directory.readUInt32LE(at + 116),
    };
    nodes.push({ entry, siblings: [directory.readUInt32LE(at + 68), directory.readUInt32LE(at + 72)], child: directory.readUInt32LE(at + 76) });
  }
  const parents = parentsOf(nodes);
  // Entries that no folder names are kept: what programs do not show may still be read.
  return nodes.map(({ entry }, index) => ({ ...entry, parent: parents.get(index) ?? '' }));
}

/** Children of a storage are a tree of siblings; each entry is visited once. */
function parentsOf(nodes: readonly Node[]): ReadonlyMap<number, string> {
  const parents = new Map<number, string>();
  for (const { entry, child } of nodes) {
    const stack = [child];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const node = nodes[next];
      if (node === undefined || parents.has(next)) continue;
      parents.set(next, entry.name);
      stack.push(...node.siblings);
    }
  }
  return parents;
}
