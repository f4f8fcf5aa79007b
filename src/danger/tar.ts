/** Tar (POSIX.1-1988 "ustar"): blocks of 512 bytes. */
import { inspection as bounds } from '../message/limits.ts';
import { decodeName, untilNul } from './names.ts';

const BLOCK_BYTES = 512;

/** Files in order; a name that a preceding GNU `L` entry gives is taken. Never throws; ends at the first head that is none. */
export function* readTar(data: Buffer): Generator<{ readonly name: string; readonly data: Buffer }> {
  let longName = '';
  for (let at = 0, count = 0; at + BLOCK_BYTES <= data.length && count < bounds.namesMax; count++) {
    const size = Number.parseInt(data.toString('latin1', at + 124, at + 136), 8);
    if (data[at] === 0 || !Number.isFinite(size) || size < 0) return;
    const type = data.toString('latin1', at + 156, at + 157);
    const content = data.subarray(at + BLOCK_BYTES, at + BLOCK_BYTES + size);
    const prefix = data.toString('latin1', at + 257, at + 262) === 'ustar' ? decodeName(untilNul(data, at + 345, at + 500)) : '';
    const name = decodeName(untilNul(data, at, at + 100));
    if (type === 'L') longName = decodeName(untilNul(content, 0, bounds.nameMaxChars));
    else {
      if (type === '0' || type === '\0') yield { name: longName || (prefix === '' ? name : `${prefix}/${name}`), data: content };
      longName = '';
    }
    at += BLOCK_BYTES + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
}
