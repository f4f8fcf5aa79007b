/**
 * The rows of a header as mailauth takes them apart, in a time that grows with its length: mailauth's own reader puts folded lines
 * together one by one, each time all that come behind, and takes the square of a row of blanks. A property test holds this to it.
 */
import type { Headers, ParsedHeader } from 'mailauth/lib/dkim/dkim-verifier.js';

const FIELD_START = /^[\x21-\x39\x3b-\x7e]+[ \t\r\n]*:/;
const CR = 13, LF = 10;

/** @param header up to where the body begins, its last empty line with it or without */
export function headerRows(header: Buffer): Headers {
  let end = header.length;
  while (end > 0 && (header[end - 1] === CR || header[end - 1] === LF)) end--;
  if (end === 0) return { parsed: [], original: header };
  const lines = header.toString('latin1', 0, end).split(/\r?\n/);
  const parsed: ParsedHeader[] = [];
  // From the end, because a name may be folded away from its colon: a line is asked together with what was added to it.
  let rowEnd = lines.length;
  for (let at = lines.length - 1; at >= 0; at--) {
    const line = lines[at] as string;
    if (at > 0 && !FIELD_START.test(at + 1 < rowEnd ? `${line}\r\n${lines[at + 1]}` : line)) continue;
    parsed.push(rowOf(at + 1 < rowEnd ? lines.slice(at, rowEnd).join('\r\n') : line));
    rowEnd = at;
  }
  return { parsed: parsed.reverse(), original: header };
}

function rowOf(row: string): ParsedHeader {
  const colon = row.indexOf(':'), line = Buffer.from(row, 'latin1');
  const name = colon < 0 ? row : row.slice(0, colon);
  const casedKey = trimmed(name.includes('\n') ? name.replace(/\r?\n/g, '') : name);
  return { key: casedKey.replace(/[A-Z]/g, (letter) => letter.toLowerCase()), casedKey, line };
}

/** Without the blanks around it: an expression for those at the end would begin anew at each of those within. */
function trimmed(name: string): string {
  let from = 0, to = name.length;
  while (from < to && isBlank(name.charCodeAt(from))) from++;
  while (to > from && isBlank(name.charCodeAt(to - 1))) to--;
  return name.slice(from, to);
}

const isBlank = (code: number): boolean => code === 32 || code === 9;
