/** Files on a disc's image (ECMA-119, with the long names of Joliet where there are some). */
import { inspection as bounds } from '../message/limits.ts';

const SECTOR_BYTES = 2048;
const FOLDERS_MAX = 200;

/** Never throws; extents beyond the end are cut off. Images in UDF alone give nothing. */
export function* readIso(data: Buffer): Generator<{ readonly name: string; readonly data: Buffer }> {
  const volume = volumeAt(data);
  if (volume === null) return;
  const { start, isJoliet } = volume;
  const queue: (readonly [extent: number, bytes: number])[] = [[data.readUInt32LE(start + 156 + 2), data.readUInt32LE(start + 156 + 10)]];
  const seen = new Set<number>();
  let names = 0;
  for (const [extent, bytes] of queue) {
    if (seen.has(extent) || seen.size >= FOLDERS_MAX) continue;
    seen.add(extent);
    for (const record of records(data, extent * SECTOR_BYTES, bytes)) {
      if (names++ >= bounds.namesMax) return;
      const at = record.readUInt32LE(2), size = record.readUInt32LE(10);
      if (((record[25] ?? 0) & 2) !== 0) queue.push([at, size]);
      else yield { name: nameOf(record, isJoliet), data: data.subarray(at * SECTOR_BYTES, at * SECTOR_BYTES + size) };
    }
  }
}

/** The supplementary descriptor (type 2) with Joliet's escape sequences is preferred: it has the names that people see. */
function volumeAt(data: Buffer): { readonly start: number; readonly isJoliet: boolean } | null {
  let found: { readonly start: number; readonly isJoliet: boolean } | null = null;
  for (let start = 16 * SECTOR_BYTES; start + SECTOR_BYTES <= data.length && start < 32 * SECTOR_BYTES; start += SECTOR_BYTES) {
    if (data.toString('latin1', start + 1, start + 6) !== 'CD001' || data[start] === 255) break;
    if (data[start] === 1) found ??= { start, isJoliet: false };
    if (data[start] === 2 && /^%\/[@CE]/.test(data.toString('latin1', start + 88, start + 91))) return { start, isJoliet: true };
  }
  return found;
}

/** Directory records; none goes over the end of a sector, what is left there is zero. */
function* records(data: Buffer, start: number, bytes: number): Generator<Buffer> {
  const end = Math.min(start + bytes, data.length);
  for (let at = start; at < end; ) {
    const length = data[at] ?? 0;
    if (length === 0) {
      at += SECTOR_BYTES - (at % SECTOR_BYTES);
      continue;
    }
    // The first two stand for the folder itself and the one above: names of one byte, 0 and 1.
    const isSelf = data[at + 32] === 1 && (data[at + 33] ?? 2) <= 1;
    if (length >= 34 && at + length <= end && !isSelf) yield data.subarray(at, at + length);
    at += length;
  }
}

function nameOf(record: Buffer, isJoliet: boolean): string {
  const name = record.subarray(33, 33 + (record[32] ?? 0));
  return (isJoliet ? Buffer.from(name.subarray(0, name.length & ~1)).swap16().toString('utf16le') : name.toString('latin1')).replace(/;\d+$/, '');
}
