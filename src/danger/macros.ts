/** Macros of Office files: their source unpacked (MS-OVBA section 2.4.1), and what it would do. */
import { inspection as bounds } from '../message/limits.ts';

/** Begins the source of every module behind the three bytes of container and chunk head and one byte of flags. */
const SOURCE_START = Buffer.from('\0Attribut\0e', 'latin1');

/** The sources of all modules that stand in the bytes of streams, joined. Never throws. */
export function macroSource(streams: Iterable<Buffer>): string {
  let text = '';
  let modules = 0;
  for (const stream of streams) {
    for (let at = stream.indexOf(SOURCE_START); at >= 0 && text.length < bounds.macroTextMaxBytes && modules < bounds.macroModulesMax; at = stream.indexOf(SOURCE_START, at + 1)) {
      if (at < 3 || stream[at - 3] !== 1) continue;
      modules++;
      text += `${decompress(stream, at - 3, Math.min(bounds.macroModuleMaxBytes, bounds.macroTextMaxBytes - text.length)).toString('latin1')}\n`;
    }
  }
  return text;
}

/** A compressed container: chunks of up to 4,096 bytes, each of literals and copies. @param start of its signature byte */
export function decompress(data: Buffer, start: number, maxBytes: number): Buffer {
  const out = Buffer.allocUnsafe(Math.max(0, maxBytes) + 4096);
  let length = 0;
  for (let at = start + 1; at + 2 <= data.length && length < out.length - 4096; ) {
    const head = data.readUInt16LE(at);
    if (((head >> 12) & 7) !== 3) break;
    const end = Math.min(data.length, at + (head & 0xfff) + 3);
    if ((head & 0x8000) === 0) length += data.copy(out, length, at + 2, Math.min(end, at + 2 + 4096));
    else length = chunk(data, at + 2, end, out, length);
    at = end;
  }
  return out.subarray(0, Math.min(length, maxBytes));
}

function chunk(data: Buffer, start: number, end: number, out: Buffer, from: number): number {
  let length = from;
  const stop = from + 4096;
  for (let at = start; at < end; ) {
    const flags = data[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < end && length < stop; bit++) {
      if (((flags >> bit) & 1) === 0) {
        out[length++] = data[at++] ?? 0;
        continue;
      }
      if (at + 2 > end) return length;
      const token = data.readUInt16LE(at);
      at += 2;
      // The more is unpacked of this chunk, the more bits tell how far back (2.4.1.3.19.1).
      const offsetBits = Math.max(4, Math.ceil(Math.log2(Math.max(1, length - from))));
      const back = (token >> (16 - offsetBits)) + 1;
      const count = Math.min((token & (0xffff >> offsetBits)) + 3, stop - length);
      if (back > length - from) return length;
      for (let i = 0; i < count; i++, length++) out[length] = out[length - back] ?? 0;
    }
    if (length >= stop) break;
  }
  return length;
}

/** Runs by itself when the document is opened or closed, or when its first control is drawn. */
const AUTORUN = /\b(?:sub|function)\s{1,5}(?:auto_?(?:open|exec|new|close|exit)|document_?(?:open|new|close|beforeclose)|documentopen|workbook_?(?:open|activate|beforeclose|deactivate)|\w{1,80}_(?:layout|painted|mouse(?:move|hover|enter)|resize|gotfocus|onconnecting|onloadimage))\s{0,5}\(/i;
/** Starts programs, fetches files, writes programs, calls into the system: no business of a document's. */
const STARTS = /wscript\.shell|shell\.application|urldownloadto|powershell|cmd(?:\.exe)?\s{0,5}\/c|adodb\.stream|virtualalloc|writeprocessmemory|createthread|certutil|mshta|regsvr32|rundll32|bitsadmin|\.savetofile|winmgmts|\bstrreverse\s{0,5}\(/i;
/** Speaks to other programs, as many honest macros do. */
const OBJECTS = /\bshell(?:execute)?\w{0,20}\s{0,5}[("]|createobject\s{0,5}\(|getobject\s{0,5}\(|xmlhttp|winhttp|\bdeclare\s{1,5}(?:ptrsafe\s{1,5})?(?:sub|function)\b[^\n]{0,200}\blib\b/i;

export const runsByItself = (source: string): boolean => AUTORUN.test(source);

/** What it does outside its document. Words built from numbers by the dozen hide something that starts. */
export function actsOutside(source: string): 'starts' | 'objects' | null {
  if (STARTS.test(source) || (source.match(/\bchr[wb]?\$?\s{0,5}\(/gi)?.length ?? 0) > 30) return 'starts';
  return OBJECTS.test(source) ? 'objects' : null;
}
