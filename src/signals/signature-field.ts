/** Fields of signatures, before mailauth reads them. */
import { isAscii } from 'node:buffer';
import type { ParsedHeader } from 'mailauth/lib/dkim/dkim-verifier.js';
import { names as bounds } from '../message/limits.ts';

const SIGNATURES: ReadonlySet<string> = new Set(['dkim-signature', 'arc-seal', 'arc-message-signature']);
const QUESTION_MARK = 0x3f;

/**
 * mailauth writes the names in a signature in ASCII, and takes blanks off its tags; both take the square of their length: minutes for
 * those that fill a header. Bytes beyond ASCII that are more than any names have, and blanks that are more than any fold has, are
 * made question marks, so that such a signature is none.
 */
export function readable(field: ParsedHeader): ParsedHeader {
  const { key, line } = field;
  if (!SIGNATURES.has(key) || line.length <= bounds.signatureOtherThanAsciiMaxBytes) return field;
  if (longestRun(line) > bounds.signatureBlanksInRowMax) return { ...field, line: masked(line, isBlank) };
  if (isAscii(line)) return field;
  let others = 0;
  for (const byte of line) if (byte > 127) others++;
  return others <= bounds.signatureOtherThanAsciiMaxBytes ? field : { ...field, line: masked(line, (byte) => byte > 127) };
}

const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);
const masked = (line: Buffer, isMasked: (byte: number) => boolean): Buffer => Buffer.from(line.map((byte) => (isMasked(byte) ? QUESTION_MARK : byte)));

/** Of blanks and line breaks. */
function longestRun(line: Buffer): number {
  let longest = 0, run = 0;
  for (const byte of line) {
    run = isBlank(byte) ? run + 1 : 0;
    if (run > longest) longest = run;
  }
  return longest;
}
