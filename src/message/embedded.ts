/** What plain text may hold beside words: uuencoded files, which old readers open as attachments, and PGP. */
import { parse } from './limits.ts';

export interface EmbeddedFile {
  /** Offset of the `begin` line. */
  readonly start: number;
  /** Behind the `end` line, or the end of the text. */
  readonly end: number;
  readonly filename: string;
}

const FILES_MAX = 20;
const BEGIN = /^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n([ -`]{1,70})\r?\n/;

/** Uuencoded files in the plain text `source[start, end)`, as far as text is looked at. */
export function findUuencoded(source: Buffer, start: number, end: number): readonly EmbeddedFile[] {
  const view = source.subarray(start, Math.min(end, start + parse.textMaxBytes));
  const files: EmbeddedFile[] = [];
  let from = 0, lines = 0;
  for (let at = view.indexOf('begin ', 0, 'latin1'); at >= 0 && files.length < FILES_MAX; at = view.indexOf('begin ', from, 'latin1')) {
    from = at + 6;
    if (++lines > parse.boundaryLinesMax) break;
    if (at > 0 && view[at - 1] !== 10) continue;
    const match = BEGIN.exec(view.toString('latin1', at, at + 400));
    if (match === null || !isDataLine(match[2] ?? '')) continue;
    const ending = view.indexOf('\nend', at, 'latin1');
    from = ending < 0 ? view.length : ending + 4;
    files.push({ start: start + at, end: start + from, filename: (match[1] ?? '').trim() });
  }
  return files;
}

/** The first character says how many bytes the line holds; words after a sentence that begins with "begin" do not fit it. */
function isDataLine(line: string): boolean {
  const bytes = (line.charCodeAt(0) - 32) & 63;
  const wanted = 1 + Math.ceil(bytes / 3) * 4;
  return bytes > 0 && Math.abs(line.trimEnd().length - wanted) <= 2;
}

/** Whether the text is an inline PGP message (RFC 9580 section 6.2). */
export function isPgpMessage(text: string): boolean {
  return text.includes('-----BEGIN PGP MESSAGE-----');
}
