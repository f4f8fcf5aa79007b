/** Identifiers that sort by time and are safe in headers, file names, URLs and replies. */
import { randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u to misread on the telephone

/** The smallest id of a moment: ids sort by time. */
export function firstIdAt(at: number): string {
  return timeText(at) + ALPHABET[0]!.repeat(7);
}

function timeText(at: number): string {
  let time = '';
  for (let rest = Math.max(0, Math.floor(at)), i = 0; i < 9; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  return time;
}

/** Fetched in one go: asking the system's generator costs more than all else here. */
const POOL = Buffer.alloc(7 * 512);
let used = POOL.length;

function randomByte(): number {
  if (used === POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  return POOL[used++] as number;
}

/** 16 characters: 9 of time (milliseconds, good until the year 3084), 7 random (35 bits). */
export function newId(now: number): string {
  let random = '';
  for (let i = 0; i < 7; i++) random += ALPHABET[randomByte() & 31];
  return timeText(now) + random;
}
