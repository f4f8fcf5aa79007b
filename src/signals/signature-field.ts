/** Fields of signatures, before mailauth reads them. */
import { isAscii } from 'node:buffer';
import type { ParsedHeader } from 'mailauth/lib/dkim/dkim-verifier.js';
import { names as bounds } from '../message/limits.ts';

const SIGNATURES: ReadonlySet<string> = new Set(['dkim-signature', 'arc-seal', 'arc-message-signature']);
const QUESTION_MARK = 0x3f;

/**
 * mailauth writes the names in a signature in ASCII, which takes the square of their length: minutes for those that fill a header.
 * Bytes beyond ASCII that are more than any names have are made question marks, so that such a signature is none.
 */
export function readable(field: ParsedHeader): ParsedHeader {
  if (!SIGNATURES.has(field.key) || field.line.length <= bounds.signatureOtherThanAsciiMaxBytes || isAscii(field.line)) return field;
  let others = 0;
  for (const byte of field.line) if (byte > 127) others++;
  if (others <= bounds.signatureOtherThanAsciiMaxBytes) return field;
  return { ...field, line: Buffer.from(field.line.map((byte) => (byte > 127 ? QUESTION_MARK : byte))) };
}
