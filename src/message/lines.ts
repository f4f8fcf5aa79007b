/** Line ends and bytes that programs disagree on. */
import type { Findings } from './defects.ts';
import { parse } from './limits.ts';

const CR = 13, LF = 10;
const LINE_MAX_BYTES = 998; // RFC 5322 section 2.1.1, without CRLF

/** Reports NUL bytes, bare CR, bare LF and overlong lines, each where it first occurs. */
export function scanLines(bytes: Buffer, findings: Findings): void {
  const nul = bytes.indexOf(0);
  if (nul >= 0) findings.defect('nul-byte', nul);
  // As text, because it is searched line by line: a call into a buffer costs several times as much.
  const text = bytes.toString('latin1', 0, parse.lineScanMaxBytes);
  let start = 0, bareLf = -1, long = -1;
  for (let lf = text.indexOf('\n'); lf >= 0; lf = text.indexOf('\n', start)) {
    if (bareLf < 0 && text.charCodeAt(lf - 1) !== CR) bareLf = lf;
    if (long < 0 && lf - start > LINE_MAX_BYTES + 1) long = start;
    start = lf + 1;
  }
  if (long < 0 && text.length - start > LINE_MAX_BYTES) long = start;
  if (bareLf >= 0) findings.defect('bare-lf', bareLf);
  if (long >= 0) findings.defect('line-too-long', long);
  const bareCr = firstBareCr(text);
  if (bareCr >= 0) findings.defect('bare-cr', bareCr);
}

function firstBareCr(text: string): number {
  for (let cr = text.indexOf('\r'); cr >= 0; cr = text.indexOf('\r', cr + 1)) {
    if (text.charCodeAt(cr + 1) !== LF && cr + 1 < text.length) return cr;
  }
  return -1;
}

/** The same message with every line ended by CRLF, as SMTP would bring it: for files, where lines end with LF. A bare CR stays. */
export function toCrlf(bytes: Buffer): Buffer {
  let bare = 0;
  for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, lf + 1)) if (bytes[lf - 1] !== CR) bare++;
  if (bare === 0) return bytes;
  const out = Buffer.allocUnsafe(bytes.length + bare);
  let from = 0, to = 0;
  for (let lf = bytes.indexOf(LF); lf >= 0; lf = bytes.indexOf(LF, lf + 1)) {
    to += bytes.copy(out, to, from, lf);
    if (bytes[lf - 1] !== CR) out[to++] = CR;
    out[to++] = LF;
    from = lf + 1;
  }
  bytes.copy(out, to, from);
  return out;
}
