/**
 * PURE. The fields of a message's own header, by a plain look at the lines, further than the walker examines them, so
 * that nothing hides behind its limits. It goes on to the first empty line whatever stands before it, because a
 * lenient reader behind us would too.
 */
import { headerScan } from '../message/limits.ts';

const LF = 10;
const CR = 13;
const COLON = 58;

export interface HeaderLines {
  /** Lower-case name, without white space before the colon. */
  readonly key: string;
  /** Behind the colon. */
  readonly valueStart: number;
  readonly start: number;
  /** Behind the last line's CRLF. */
  readonly end: number;
}

/** @param wanted first bytes of the names that matter, see firstBytes; null: all fields */
export function headerLines(bytes: Buffer, wanted: ReadonlySet<number> | null = null): HeaderLines[] {
  const fields: HeaderLines[] = [];
  let at = 0;
  while (at < bytes.length && at < headerScan.maxBytes) {
    const first = bytes[at] as number;
    if (first === LF || (first === CR && bytes[at + 1] === LF)) break;
    const end = endOfField(bytes, at);
    if (first !== 0x20 && first !== 0x09 && (wanted === null || wanted.has(first))) {
      const field = fieldAt(bytes, at, end);
      if (field !== null) fields.push(field);
    }
    at = end;
  }
  return fields;
}

/** First bytes of names, in both cases. */
export function firstBytes(letters: string): ReadonlySet<number> {
  return new Set(Buffer.from(letters.toLowerCase() + letters.toUpperCase()));
}

/** Value of a field with its folding, without the last line break; bytes one to one. */
export function rawValue(bytes: Buffer, field: HeaderLines): string {
  return bytes.toString('latin1', field.valueStart, field.end).replace(/\r?\n$/, '');
}

/** Behind the last line: lines that begin with white space belong to the one before (RFC 5322 section 2.2.3). */
function endOfField(bytes: Buffer, start: number): number {
  let end = start;
  do {
    const lf = bytes.indexOf(LF, end);
    if (lf < 0) return bytes.length;
    end = lf + 1;
  } while (bytes[end] === 0x20 || bytes[end] === 0x09);
  return end;
}

function fieldAt(bytes: Buffer, start: number, end: number): HeaderLines | null {
  let colon = start;
  // Names are short; what has no colon on its first line is no field.
  while (colon < end && bytes[colon] !== COLON && bytes[colon] !== LF) colon++;
  if (bytes[colon] !== COLON || colon - start > headerScan.nameMaxChars) return null;
  return { key: bytes.toString('latin1', start, colon).trimEnd().toLowerCase(), valueStart: colon + 1, start, end };
}
