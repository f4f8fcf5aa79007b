/** Deflate and its wrappers under a bound (RFC 1950 to 1952). */
import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync, constants } from 'node:zlib';
import { inspection as bounds } from '../message/limits.ts';
import type { Inspection } from './inspection.ts';

export type Unpacked = { readonly data: Buffer } | { readonly problem: 'too-large' | 'damaged' };

export type Packing = 'deflate' | 'zlib' | 'gzip' | 'zstd';

const UNPACK = { deflate: inflateRawSync, zlib: inflateSync, gzip: gunzipSync } as const;

function run(packed: Buffer, packing: Packing, maxOutputLength: number): Buffer {
  if (packing === 'zstd') return zstdDecompressSync(packed, { maxOutputLength });
  // What is cut off still gives what came before: readers show it too.
  return UNPACK[packing](packed, { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH });
}

/** Unpacks all of it, or says why not. What was made, or tried, is taken off the inspection's bound. */
export function unpack(packed: Buffer, packing: Packing, inspection: Inspection, maxBytes: number = bounds.unpackedFileMaxBytes): Unpacked {
  const allowed = Math.min(inspection.unpackMaxBytes, maxBytes);
  if (allowed <= 0) return { problem: 'too-large' };
  try {
    const data = run(packed, packing, allowed);
    inspection.spendUnpacked(data.length);
    return { data };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    // What was made before it broke was work as well.
    inspection.spendUnpacked(isTooLarge ? allowed : Math.min(allowed, packed.length));
    return { problem: isTooLarge ? 'too-large' : 'damaged' };
  }
}

/** The beginning of what is packed; empty when it cannot be unpacked. Costs at most headPackedBytes times 1,032. */
export function unpackHead(packed: Buffer, packing: 'deflate' | 'zlib' | 'gzip', inspection: Inspection): Buffer {
  if (inspection.unpackMaxBytes <= 0) return Buffer.alloc(0);
  try {
    const data = run(packed.subarray(0, bounds.headPackedBytes), packing, 4 * 1024 * 1024);
    inspection.spendUnpacked(data.length);
    return data.subarray(0, bounds.headBytes);
  } catch {
    // Damaged from its first bytes on: there is no beginning, which is the answer.
    inspection.spendUnpacked(bounds.headPackedBytes);
    return Buffer.alloc(0);
  }
}
