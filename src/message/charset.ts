/** Bytes to text. Native decoders where there are any, iconv-lite for the rest. */
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { ownCopy } from './own-copy.ts';

export interface DecodedText {
  readonly text: string;
  readonly problem: 'charset-unknown' | 'charset-mismatch' | 'charset-utf7' | 'charset-utf16' | null;
}

const UTF8 = new Set(['utf-8', 'utf8', 'unicode-1-1-utf-8', 'x-unknown', '']);
const ASCII = new Set(['us-ascii', 'ascii', 'ansi_x3.4-1968', 'iso646-us', '7bit', '8bit']);
const LATIN1 = new Set(['iso-8859-1', 'iso8859-1', 'latin1', 'windows-1252', 'cp1252', 'l1', 'iso_8859-1']);
/** Their texts may be ASCII bytes and yet mean something else (shift sequences, two bytes a character). */
const NOT_ASCII_COMPATIBLE = /^(?:utf-?7|unicode-1-1-utf-7|utf-?(?:16|32)|ucs|unicode|iso-?2022|hz-|csiso2022|cp930|ibm|ebcdic)/;
/** Only labels that exist are kept, so the map cannot be made to grow. */
const decoders = new Map<string, TextDecoder>();

/** What is known of a charset by its name. */
interface Charset {
  readonly label: string;
  /** ASCII bytes mean ASCII. */
  readonly isAsciiCompatible: boolean;
  /** Undefined: not yet asked, which costs an exception where there is none. Null: nobody has it. */
  decoder: Decoder | null | undefined;
}

type Decoder = TextDecoder | 'iconv';

const CHARSETS_MAX = 200;
const charsets = new Map<string, Charset>();

function charsetOf(name: string): Charset {
  let charset = charsets.get(name);
  if (charset === undefined) {
    const label = normaliseLabel(name);
    charset = { label, isAsciiCompatible: !NOT_ASCII_COMPATIBLE.test(label), decoder: undefined };
    if (name.length > LABEL_MAX_CHARS) return charset;
    if (charsets.size >= CHARSETS_MAX) charsets.clear();
    charsets.set(ownCopy(name), charset);
  }
  return charset;
}

/** First bytes, in UTF-8, of the characters that nobody sees (soft hyphen, U+180E, U+2000 on, U+FEFF). */
const RARE = [0xc2, 0xe1, 0xe2, 0xef];

/** Whether what is decoded may hold characters that nobody sees: told without a look at each. @param charset any spelling; '' when none was given */
export function mayHoldInvisible(data: Buffer, charset: string): boolean {
  const { label, isAsciiCompatible } = charsetOf(charset);
  if (!isAsciiCompatible) return true;
  return !isAscii(data) && (!UTF8.has(label) || !isUtf8(data) || RARE.some((byte) => data.includes(byte)));
}

/**
 * Decodes text as mail readers do; never fails. An absent or unusable charset is read as UTF-8 where that fits, else as
 * windows-1252 (WHATWG's reading of ISO 8859-1).
 * @param charset any spelling; '' when none was given
 */
export function decodeCharset(data: Buffer, charset: string): DecodedText {
  const known = charsetOf(charset), { label } = known;
  if (known.isAsciiCompatible) {
    if (isAscii(data)) return { text: data.toString('latin1'), problem: isKnown(known) ? null : 'charset-unknown' };
    if (UTF8.has(label)) return isUtf8(data) ? whole(stripBom(data.toString('utf8'))) : { text: label === '' ? windows1252(data) : data.toString('utf8'), problem: 'charset-mismatch' };
    if (ASCII.has(label)) return { text: guess(data), problem: 'charset-mismatch' };
    if (LATIN1.has(label)) return whole(windows1252(data));
  }
  return decodeNamed(data, known);
}

const UTF7 = /^(?:utf-?7|unicode-1-1-utf-7|unicode-2-0-utf-7|x-unicode-2-0-utf-7|csunicode11utf7)$/;

/** @param charset any spelling */
export const isUtf7 = (charset: string): boolean => UTF7.test(charsetOf(charset).label);

/** No more than these: what only begins so does not exist, and readers show its bytes as they are. */
const WIDE = /^(?:utf-?(?:16|32)(?:le|be)?|ucs-?[24](?:le|be)?|iso-10646-ucs-[24]|unicode(?:fffe|feff)?|csunicode)$/;

function decodeNamed(data: Buffer, charset: Charset): DecodedText {
  const { label } = charset;
  if (UTF7.test(label)) return { text: iconv.decode(data, 'utf-7'), problem: 'charset-utf7' };
  if (WIDE.test(label)) return { text: iconv.decode(data, iconv.encodingExists(label) ? label : 'utf-16'), problem: 'charset-utf16' };
  // ISO-2022-JP is 7-bit: eight bits mean that the sender's program wrote Shift_JIS and lied.
  const lied = label === 'iso-2022-jp' && !isAscii(data);
  const decoder = lied ? nativeDecoder('shift_jis') : decoderOf(charset);
  if (decoder === null) return { text: guess(data), problem: 'charset-unknown' };
  if (decoder === 'iconv') return whole(iconv.decode(data, label));
  const text = decoder.decode(data);
  return { text, problem: lied || text.includes('\uFFFD') ? 'charset-mismatch' : null };
}

const whole = (text: string): DecodedText => ({ text, problem: null });

/** No charset has a longer name. */
const LABEL_MAX_CHARS = 100;

function normaliseLabel(charset: string): string {
  return charset.slice(0, LABEL_MAX_CHARS).trim().toLowerCase().replace(/^["']+|["';]+$/g, '');
}

function isKnown(charset: Charset): boolean {
  const { label } = charset;
  return UTF8.has(label) || ASCII.has(label) || LATIN1.has(label) || decoderOf(charset) !== null;
}

/**
 * What iconv-lite has beside charsets, and what it takes for one however it is spelled (`h-e-x`, `utf_16`): text would become
 * something that no reader shows. Those of the wide ones that are charsets are found by their names before.
 */
const NO_CHARSETS = /^(?:base64|hex|binary|(?:utf(?:7|16|32)|ucs[24]|unicode).*)$/;

function decoderOf(charset: Charset): Decoder | null {
  if (charset.decoder === undefined) charset.decoder = nativeDecoder(charset.label) ?? (isInIconv(charset.label) ? 'iconv' : null);
  return charset.decoder;
}

const isInIconv = (label: string): boolean => !NO_CHARSETS.test(label.replace(/[^a-z\d]/g, '')) && iconv.encodingExists(label);

function guess(data: Buffer): string {
  return isUtf8(data) ? data.toString('utf8') : windows1252(data);
}

function windows1252(data: Buffer): string {
  return nativeDecoder('windows-1252')?.decode(data) ?? data.toString('latin1');
}

function stripBom(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function nativeDecoder(label: string): TextDecoder | null {
  const known = decoders.get(label);
  if (known !== undefined) return known;
  try {
    const decoder = new TextDecoder(label);
    decoders.set(label, decoder);
    return decoder;
  } catch {
    return null; // a RangeError is how TextDecoder says that it does not know the label
  }
}
