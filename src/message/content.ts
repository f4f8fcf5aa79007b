/** Content-Transfer-Encodings (RFC 2045 section 6), decoded under a limit and as forgivingly as mail readers do. */
import type { DefectCode } from './defects.ts';

export interface DecodedContent {
  readonly data: Buffer;
  /** True when there was more than `maxBytes`. */
  readonly truncated: boolean;
  readonly defects: readonly DefectCode[];
}

const IDENTITY = new Set(['7bit', '8bit', 'binary', '']);

/** Whether `decodeContent` can undo this encoding. */
export function isKnownEncoding(encoding: string): boolean {
  return IDENTITY.has(encoding) || encoding === 'base64' || encoding === 'quoted-printable' || isUuencode(encoding);
}

/**
 * Decodes `source[start, end)`. An unknown encoding is taken as it stands. Never throws.
 * @param maxBytes of decoded content; work is bounded by about twice that, whatever junk stands between
 */
export function decodeContent(source: Buffer, start: number, end: number, encoding: string, maxBytes: number): DecodedContent {
  if (encoding === 'base64') return decodeBase64(source, start, end, maxBytes);
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(source, start, end, maxBytes);
  if (isUuencode(encoding)) return decodeUuencode(source, start, end, maxBytes);
  const stop = Math.min(end, start + maxBytes);
  return { data: source.subarray(start, stop), truncated: stop < end, defects: [] };
}

function isUuencode(encoding: string): boolean {
  return encoding === 'x-uuencode' || encoding === 'uuencode' || encoding === 'x-uue';
}

function decodeBase64(source: Buffer, start: number, end: number, maxBytes: number): DecodedContent {
  return (end - start > PIECE_BYTES ? decodeInPieces(source, start, end, maxBytes) : null) ?? decodeAtOnce(source, start, end, maxBytes);
}

const PIECE_BYTES = 256 * 1024;

/** Large files without their text beside them in memory. null: something in it needs a look at the whole. */
function decodeInPieces(source: Buffer, start: number, end: number, maxBytes: number): DecodedContent | null {
  const data = Buffer.allocUnsafe(Math.min(maxBytes, Math.ceil((end - start) * 3 / 4)));
  let length = 0;
  let carried = '';
  for (let at = start; at < end && length < data.length; at += PIECE_BYTES) {
    const stop = Math.min(at + PIECE_BYTES, end);
    const letters = carried + source.toString('latin1', at, stop).replace(/\s+/g, '');
    const padding = letters.indexOf('=');
    if (/[^A-Za-z0-9+/=]/.test(letters) || (padding >= 0 && (stop < end || /[^=]/.test(letters.slice(padding))))) return null;
    if (stop === end && (padding < 0 ? letters.length : padding) % 4 === 1) return null;
    const whole = stop < end ? letters.length - (letters.length % 4) : letters.length;
    const written = data.write(letters.slice(0, whole), length, 'base64');
    length += written;
    carried = letters.slice(whole);
    const isWhole = written === Math.floor(((padding < 0 ? whole : padding) * 3) / 4);
    if (stop === end || !isWhole) return { data: data.subarray(0, length), truncated: !isWhole, defects: [] };
  }
  return { data: data.subarray(0, length), truncated: true, defects: [] };
}

function decodeAtOnce(source: Buffer, start: number, end: number, maxBytes: number): DecodedContent {
  const stop = Math.min(end, start + maxBytes * 2 + 1024);
  let text = source.toString('latin1', start, stop);
  const clean = decodeClean(text);
  if (clean !== null) return { data: clean.length > maxBytes ? clean.subarray(0, maxBytes) : clean, truncated: stop < end || clean.length > maxBytes, defects: [] };
  const defects: DefectCode[] = [];
  // `-` and `_` are no letters of this alphabet (RFC 2045 section 6.8), yet Buffer would read them as such.
  if (/[^A-Za-z0-9+/=\s]/.test(text)) {
    defects.push('base64-invalid');
    text = text.replace(/[^A-Za-z0-9+/=]+/g, '');
  }
  let data: Buffer;
  const padding = text.indexOf('=');
  if (padding >= 0 && /[^=\s]/.test(text.slice(padding))) {
    // Some readers stop at the padding, others go on: look at everything.
    defects.push('base64-after-padding');
    data = Buffer.concat(text.split(/=[=\s]*/).map((run) => Buffer.from(run, 'base64')));
  } else {
    if (stop === end && hasLoneCharacter(text, padding)) defects.push('base64-truncated');
    data = Buffer.from(text, 'base64');
  }
  const truncated = stop < end || data.length > maxBytes;
  return { data: data.length > maxBytes ? data.subarray(0, maxBytes) : data, truncated, defects };
}

/**
 * What nearly all mail holds: nothing but letters of the alphabet, line breaks, and padding at the end at most. null: something else, or
 * something is missing. Letters are not looked at one by one: had the decoder left out any, it would have made fewer bytes.
 */
function decodeClean(text: string): Buffer | null {
  if (text.length > PIECE_BYTES) return null;
  const padding = text.indexOf('=');
  if ((padding >= 0 && text.length - padding > PADDING_MAX_CHARS) || text.includes('-') || text.includes('_')) return null;
  const lettersEnd = padding < 0 ? text.length : padding;
  if (padding >= 0 && /[^=\r\n]/.test(text.slice(padding))) return null;
  const letters = lettersEnd - lineBreaksIn(text, lettersEnd);
  if (letters % 4 === 1) return null;
  const data = Buffer.from(text, 'base64');
  return data.length === Math.floor((letters * 3) / 4) ? data : null;
}
/** `==` and the end of its line, and a few lines more. */
const PADDING_MAX_CHARS = 20;

/** Characters of line breaks before `end`. Lines of one length, as programs write them, are told by their ends: what stands within them the decoder would leave out. */
function lineBreaksIn(text: string, end: number): number {
  const stride = text.indexOf('\r\n') + 2;
  let behind = 0;
  if (stride > 2) while (behind + stride <= end && text.charCodeAt(behind + stride - 2) === CR && text.charCodeAt(behind + stride - 1) === LF) behind += stride;
  return (behind === 0 ? 0 : (behind / stride) * 2) + occurrences(text, '\n', behind, end) + occurrences(text, '\r', behind, end);
}

function occurrences(text: string, character: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf(character, start); at >= 0 && at < end; at = text.indexOf(character, at + 1)) count++;
  return count;
}

/** A last group of one letter encodes nothing: something is missing. */
function hasLoneCharacter(text: string, padding: number): boolean {
  const letters = padding < 0 ? text : text.slice(0, padding);
  let spaces = 0;
  for (let i = 0; i < letters.length; i++) if (letters.charCodeAt(i) <= 32) spaces++;
  return (letters.length - spaces) % 4 === 1;
}

const CR = 13, LF = 10, SPACE = 32, TAB = 9, EQUALS = 61;

function decodeQuotedPrintable(source: Buffer, start: number, end: number, maxBytes: number): DecodedContent {
  const stop = Math.min(end, start + maxBytes * 3 + 1024);
  const view = source.subarray(start, stop);
  let next = view.indexOf(EQUALS);
  if (next < 0) {
    const long = view.length > maxBytes;
    return { data: long ? view.subarray(0, maxBytes) : view, truncated: long || stop < end, defects: [] };
  }
  const out = Buffer.allocUnsafe(Math.min(view.length, maxBytes + 8));
  let length = 0, from = 0, invalid = false;
  while (next >= 0 && length + (next - from) < maxBytes) {
    length += copyTo(out, length, view, from, next);
    from = next;
    // Letters beyond ASCII come in rows.
    for (let value = escapedAt(view, from); value >= 0; value = length < maxBytes && view[from] === EQUALS ? escapedAt(view, from) : -1) {
      out[length++] = value;
      from += 3;
    }
    if (from === next) {
      const behind = softBreakEnd(view, next + 1);
      if (behind < 0) {
        invalid = true; // RFC 2045 section 6.7 note 2: keep what is broken as it stands
        out[length++] = EQUALS;
      }
      from = behind < 0 ? next + 1 : behind;
    }
    next = equalsFrom(view, from);
  }
  const rest = next < 0 ? view.length : next;
  length += view.copy(out, length, from, rest);
  const data = out.subarray(0, Math.min(length, maxBytes));
  const truncated = stop < end || next >= 0 || length > maxBytes || from + (length - data.length) < 0 || rest - from > out.length;
  return { data, truncated, defects: invalid ? ['qp-invalid'] : [] };
}

/** Escapes stand close together: calling the native functions would cost more than the few bytes between them. */
const NEAR_BYTES = 48;

function equalsFrom(view: Buffer, from: number): number {
  const near = Math.min(view.length, from + NEAR_BYTES);
  for (let at = from; at < near; at++) if (view[at] === EQUALS) return at;
  return near < view.length ? view.indexOf(EQUALS, near) : -1;
}

/** Within the bounds of `out`. @returns how many were copied */
function copyTo(out: Buffer, to: number, view: Buffer, from: number, end: number): number {
  if (end - from > NEAR_BYTES) return view.copy(out, to, from, end);
  const count = Math.min(end - from, out.length - to);
  for (let i = 0; i < count; i++) out[to + i] = view[from + i] as number;
  return count;
}

/** Offset behind a soft line break that begins at `at` (behind the `=`); -1 when there is none. */
function softBreakEnd(view: Buffer, at: number): number {
  let i = at;
  while (view[i] === SPACE || view[i] === TAB) i++;
  if (i >= view.length) return i;
  if (view[i] === CR && view[i + 1] === LF) return i + 2;
  return view[i] === LF || view[i] === CR ? i + 1 : -1;
}

/** Values of hexadecimal digits; 16 for other bytes. */
const HEX = Uint8Array.from({ length: 256 }, (_, byte) => (/[\da-f]/i.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), 16) : 16));

/** The byte that two digits behind an equals sign stand for; -1 when they are none. */
function escapedAt(view: Buffer, at: number): number {
  if (at + 2 >= view.length) return -1;
  const high = HEX[view[at + 1] as number] as number, low = HEX[view[at + 2] as number] as number;
  return (high | low) < 16 ? high * 16 + low : -1;
}

/** Lines of a uuencoded file: a length character, then four characters for three bytes. Lines around it are left out. */
function decodeUuencode(source: Buffer, start: number, end: number, maxBytes: number): DecodedContent {
  const stop = Math.min(end, start + maxBytes * 2 + 1024);
  const chunks: Buffer[] = [];
  let length = 0;
  for (const line of source.toString('latin1', start, stop).split(/\r?\n/)) {
    if (line.startsWith('begin ')) continue;
    if (line === 'end' || length > maxBytes) break;
    const decoded = decodeUuLine(line);
    length += decoded.length;
    chunks.push(decoded);
  }
  const data = Buffer.concat(chunks);
  return { data: data.subarray(0, maxBytes), truncated: stop < end || data.length > maxBytes, defects: [] };
}

function decodeUuLine(line: string): Buffer {
  const wanted = (line.charCodeAt(0) - 32) & 63;
  if (line === '' || wanted === 0) return Buffer.alloc(0);
  const out = Buffer.alloc(wanted);
  const sextet = (i: number): number => (i < line.length ? (line.charCodeAt(i) - 32) & 63 : 0);
  for (let i = 1, o = 0; o < wanted; i += 4, o += 3) {
    const group = (sextet(i) << 18) | (sextet(i + 1) << 12) | (sextet(i + 2) << 6) | sextet(i + 3);
    for (let k = 0; k < 3 && o + k < wanted; k++) out[o + k] = (group >> (16 - 8 * k)) & 255;
  }
  return out;
}
