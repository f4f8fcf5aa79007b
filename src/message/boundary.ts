/** Where the parts of a multipart begin and end (RFC 2046 section 5.1.1). */
import type { Findings } from './defects.ts';
import { parse } from './limits.ts';

export interface Division {
  /** Part ranges in order: [start, end), without the CRLF that belongs to the following delimiter. */
  readonly parts: readonly (readonly [number, number])[];
  /** End of the text before the first delimiter; equal to the start when there is none. */
  readonly preambleEnd: number;
  /** Start of what stands behind the final delimiter; equal to the end when there is none. */
  readonly epilogueStart: number;
  /** True when there were more delimiters or parts than are looked at. */
  readonly tooMany: boolean;
}

interface Delimiter {
  /** Offset of the two hyphens. */
  readonly at: number;
  /** Offset behind the delimiter line. */
  readonly behind: number;
  readonly final: boolean;
}

const CR = 13, LF = 10, HYPHEN = 45, SPACE = 32, TAB = 9;

/**
 * Divides `source[start, end)`. Lines must match the boundary exactly but for white space behind it; what only begins with
 * it is a defect, since some readers compare the beginning only. Parts behind the final delimiter are read and reported.
 */
export function divide(source: Buffer, start: number, end: number, boundary: string, partsMax: number, findings: Findings): Division {
  const { delimiters, tooMany } = findDelimiters(source, start, end, boundary, findings);
  const first = delimiters[0];
  if (first === undefined) return { parts: [], preambleEnd: start, epilogueStart: end, tooMany };
  const parts: [number, number][] = [];
  let epilogueStart = end, ended = false;
  for (const [i, delimiter] of delimiters.entries()) {
    const next = delimiters[i + 1];
    if (delimiter.final) {
      if (next === undefined || next.final) epilogueStart = Math.min(epilogueStart, delimiter.behind);
      ended = true;
      continue;
    }
    if (ended) findings.defect('parts-after-end', delimiter.at);
    if (next === undefined) findings.defect('boundary-not-closed', delimiter.at);
    epilogueStart = end;
    if (parts.length < partsMax) parts.push([delimiter.behind, next === undefined ? end : beforeLineBreak(source, delimiter.behind, next.at)]);
  }
  const nonFinal = delimiters.filter((delimiter) => !delimiter.final).length;
  return { parts, preambleEnd: beforeLineBreak(source, start, first.at), epilogueStart, tooMany: tooMany || nonFinal > parts.length };
}

function findDelimiters(source: Buffer, start: number, end: number, boundary: string, findings: Findings): { delimiters: Delimiter[]; tooMany: boolean } {
  const view = source.subarray(start, end);
  const needle = needleFor(view, boundary);
  const delimiters: Delimiter[] = [];
  let lines = 0;
  for (let hit = view.indexOf(needle); hit >= 0; hit = view.indexOf(needle, hit + needle.length)) {
    if (++lines > parse.boundaryLinesMax) return { delimiters, tooMany: true };
    const before = hit === 0 ? LF : view[hit - 1];
    if (before !== LF && before !== CR) continue;
    const delimiter = readDelimiter(view, hit, needle.length);
    if (delimiter === null) findings.defect('boundary-like', start + hit);
    else delimiters.push({ at: start + hit, behind: start + delimiter.behind, final: delimiter.final });
  }
  return { delimiters, tooMany: false };
}

/** A boundary beyond ASCII may have been written in either of two encodings. */
function needleFor(view: Buffer, boundary: string): Buffer {
  const utf8 = Buffer.from(`--${boundary}`, 'utf8');
  if (utf8.length === boundary.length + 2 || view.includes(utf8)) return utf8;
  return Buffer.from(`--${boundary}`, 'latin1');
}

function readDelimiter(view: Buffer, hit: number, length: number): { behind: number; final: boolean } | null {
  let i = hit + length;
  const final = view[i] === HYPHEN && view[i + 1] === HYPHEN;
  if (final) i += 2;
  while (view[i] === SPACE || view[i] === TAB) i++;
  if (i >= view.length) return { behind: view.length, final };
  if (view[i] === CR) return { behind: view[i + 1] === LF ? i + 2 : i + 1, final };
  return view[i] === LF ? { behind: i + 1, final } : null;
}

/** The line break before a delimiter belongs to the delimiter. */
function beforeLineBreak(source: Buffer, start: number, at: number): number {
  if (at - 1 < start) return start;
  if (source[at - 1] === LF && at - 2 >= start && source[at - 2] === CR) return at - 2;
  return source[at - 1] === LF || source[at - 1] === CR ? at - 1 : at;
}
