/** Identifiers that sort by time and are safe in headers, file names, URLs and replies. */
import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u to misread on the telephone

/** 16 characters: 9 of time (milliseconds, good until the year 3084), 7 random (35 bits). */
export function newId(now: number): string {
  let time = '';
  for (let rest = now, i = 0; i < 9; i++) {
    time = ALPHABET[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (const byte of randomBytes(7)) random += ALPHABET[byte & 31];
  return time + random;
}
