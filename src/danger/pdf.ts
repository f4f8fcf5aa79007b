/** PDF (ISO 32000): what it does by itself, by the names in its dictionaries, those in object streams too. */
import { inspection as bounds } from '../message/limits.ts';
import { inside } from './inspection.ts';
import type { Inspection, Item } from './inspection.ts';
import type { LookInside } from './office.ts';
import { unpack } from './unpack.ts';

const STREAM = Buffer.from('stream'), END_OF_STREAM = Buffer.from('endstream');
/** How much before a stream is looked at for its dictionary. */
const DICTIONARY_MAX_BYTES = 1024;

interface Parts {
  /** Everything outside streams, and what object streams hold. */
  readonly text: string;
  readonly hasUnreadable: boolean;
}

export function lookAtPdf(item: Item, inspection: Inspection, look: LookInside): void {
  const { text: raw, hasUnreadable } = readParts(item, inspection, look);
  const text = plainNames(raw);
  const begun = namesBegun(text);
  const has = (name: string, pattern: RegExp): boolean => begun.has(packed(name.charCodeAt(0), name.charCodeAt(1))) && pattern.test(text);
  const acts = begun.has(packed(83, SLASH)) || begun.has(packed(83, BLANK));
  // A name has no need of `#`: honest programs write letters as they are (7.3.5).
  if (text !== raw && /\/(?:JavaScript|JS|Launch|OpenAction|AA|URI|EmbeddedFile|ObjStm)\b/.test(differing(raw))) inspection.find(item, 'pdf-hidden-names');
  const script = has('JS', /\/JS\b/) || has('JavaScript', /\/JavaScript\b/);
  if (script) inspection.find(item, 'pdf-script');
  // That a page is shown on opening is harmless; an action or a script is another matter.
  if (has('OpenAction', /\/OpenAction\b\s{0,5}(?:<<|\d{1,10} \d{1,5} R)/) && (script || (acts && /\/S\s{0,3}\/(?:URI|Launch|SubmitForm|GoToR|GoToE|ImportData)\b/.test(text)))) inspection.find(item, 'pdf-opens');
  if (acts && has('Launch', /\/S\s{0,3}\/Launch\b/)) inspection.find(item, 'pdf-launch', launched(text));
  if (has('EmbeddedFile', /\/EmbeddedFiles?\b/)) inspection.find(item, 'pdf-embeds');
  if (acts && has('SubmitForm', /\/S\s{0,3}\/SubmitForm\b/)) inspection.find(item, 'pdf-form');
  const links = begun.has(packed(85, 82)) ? (text.match(/\/URI\s{0,3}\(/g)?.length ?? 0) : 0;
  if (links > 0) inspection.find(item, 'pdf-link', links === 1 ? 'one' : 'several');
  if (has('Encrypt', /\/Encrypt\b\s{0,5}(?:<<|\d{1,10} \d{1,5} R)/)) {
    inspection.find(item, 'pdf-encrypted');
    // Dictionaries outside of object streams can be read nevertheless; only strings and streams are encrypted (7.6).
    if (hasUnreadable) inspection.unopen(item, 'encrypted');
  }
}

const SLASH = 47, BLANK = 32;

/** First two characters of a name; white space counts as a blank. */
const packed = (first: number, second: number): number => first * 256 + (second <= BLANK || second === 0xa0 ? BLANK : second);

/** With what the names begin that matter here. */
const MATTERS = Uint8Array.from({ length: 256 }, (_, code) => ('JOSLEU'.includes(String.fromCharCode(code)) ? 1 : 0));

/** How such names in a text begin: told in one pass, so that it is searched only for those that may be there. @param text Latin-1 */
function namesBegun(text: string): ReadonlySet<number> {
  const begun = new Set<number>();
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) {
    const first = text.charCodeAt(at + 1);
    if (MATTERS[first] === 1) begun.add(packed(first, text.charCodeAt(at + 2)));
  }
  return begun;
}

/** What is launched: the first string behind the action's name; a dictionary of one system may stand before it. */
function launched(text: string): string {
  const around = text.slice(Math.max(0, text.search(/\/S\s{0,3}\/Launch\b/) - 300)).slice(0, 900);
  return (around.match(/\([^)]{1,80}/g) ?? []).map((each) => each.slice(1)).join(' ').replace(/[^\x20-\x7E]/g, '?').slice(0, 200);
}

function readParts(item: Item, inspection: Inspection, look: LookInside): Parts {
  const { data } = item;
  const pieces: string[] = [];
  let from = 0, hasUnreadable = false;
  const add = (bytes: Buffer): void => {
    if (bytes.length > 0) pieces.push(inspection.takeText(item, bytes, bounds.pdfTextMaxBytes).toString('latin1'));
  };
  while (from < data.length) {
    const at = data.indexOf(STREAM, from);
    if (at < 0 || !inspection.takeStream(item)) break;
    add(data.subarray(from, at));
    const end = data.indexOf(END_OF_STREAM, at + STREAM.length);
    const body = data.subarray(data[at + 6] === 13 ? at + 8 : at + 7, end < 0 ? data.length : end);
    const dictionary = plainNames(dictionaryBefore(data, Math.max(from, at - DICTIONARY_MAX_BYTES), at));
    if (/\/Type\s{0,3}\/ObjStm\b/.test(dictionary)) {
      const content = contentOf(body, dictionary, inspection);
      if (content === null) hasUnreadable = true;
      else add(content);
    } else if (/\/Type\s{0,3}\/EmbeddedFile\b/.test(dictionary) && inspection.takeFile(item)) {
      const content = contentOf(body, dictionary, inspection);
      if (content !== null) look(inside(item, 'embedded', content));
    }
    from = end < 0 ? data.length : end + END_OF_STREAM.length;
  }
  add(data.subarray(from));
  return { text: pieces.join(''), hasUnreadable };
}

/** From the last `obj` before a stream on. */
function dictionaryBefore(data: Buffer, start: number, end: number): string {
  const text = data.toString('latin1', start, end);
  return text.slice(Math.max(0, text.lastIndexOf(' obj')));
}

/** Null when it cannot be unpacked: another filter, encrypted, damaged or too much. */
function contentOf(body: Buffer, dictionary: string, inspection: Inspection): Buffer | null {
  if (!/\/Filter\b/.test(dictionary)) return body.subarray(0, bounds.unpackedFileMaxBytes);
  if (!/\/Filter\s{0,3}\[?\s{0,3}\/(?:FlateDecode|Fl)\b/.test(dictionary)) return null;
  const unpacked = unpack(body, 'zlib', inspection);
  return 'data' in unpacked ? unpacked.data : null;
}

/** `#` and two digits in a name stand for a letter (7.3.5). Letter by letter: a callback for each would cost ten times as much. */
function plainNames(text: string): string {
  if (!text.includes('#') || !/#[2-7][\da-f]/i.test(text)) return text;
  const bytes = Buffer.from(text, 'latin1');
  let to = 0;
  for (let from = 0; from < bytes.length; from++, to++) {
    const high = bytes[from] === 35 ? hexDigit(bytes[from + 1]) : -1, low = high < 2 || high > 7 ? -1 : hexDigit(bytes[from + 2]);
    bytes[to] = low < 0 ? (bytes[from] ?? 0) : high * 16 + low;
    if (low >= 0) from += 2;
  }
  return bytes.toString('latin1', 0, to);
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** The first names that were written with `#`, made plain. */
function differing(raw: string): string {
  const names: string[] = [];
  for (const [name] of raw.matchAll(/\/[A-Za-z]{0,20}#[A-Za-z0-9#]{1,60}/g)) if (names.push(plainNames(name)) >= 1000) break;
  return names.join(' ');
}
