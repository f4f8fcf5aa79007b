/** Encoded words in header fields (RFC 2047). */
import { decodeCharset } from './charset.ts';
import type { Findings } from './defects.ts';

const WORD = /=\?([^?\s]{1,64})\?([bq])\?([^?]*)\?=/gi;

/**
 * Decodes every encoded word, wherever it stands (readers decode them inside quotation marks too). White space between
 * two of them goes; bytes of neighbours with one charset are joined first, since a character may be split between them.
 * Beyond the bound on those of one message they stay as they are written, which is reported.
 * @param at offset for defects
 */
export function decodeWords(value: string, findings: Findings, at: number): string {
  if (!value.includes('=?')) return value;
  let out = '', behind = 0, charset = '';
  let pending: Buffer[] = [];
  const flush = (): void => {
    if (pending.length === 0) return;
    const decoded = decodeCharset(pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending), charset);
    if (decoded.problem === 'charset-unknown') findings.defect('word-charset-unknown', at);
    else if (decoded.problem !== null) findings.defect('word-invalid', at);
    out += decoded.text;
    pending = [];
  };
  for (const match of value.matchAll(WORD)) {
    if (!findings.mayDecode(at)) break;
    const between = value.slice(behind, match.index);
    const adjacent = pending.length > 0 && between.trim() === '';
    const name = (match[1] ?? '').split('*', 1)[0]?.toLowerCase() ?? ''; // RFC 2231 section 5: charset*language
    if (!adjacent || name !== charset) flush();
    if (!adjacent) out += between;
    charset = name;
    pending.push(decodeWord(match[2] ?? '', match[3] ?? '', findings, at));
    behind = match.index + match[0].length;
  }
  flush();
  return out + value.slice(behind);
}

function decodeWord(encoding: string, text: string, findings: Findings, at: number): Buffer {
  if (encoding === 'b' || encoding === 'B') {
    if (/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
    if (/[^A-Za-z0-9+/=]/.test(text)) findings.defect('word-invalid', at);
    return Buffer.from(text.replace(/[^A-Za-z0-9+/]+/g, ''), 'base64');
  }
  // A word may hold raw characters beyond ASCII although it must not; their bytes are kept.
  const raw = text.replaceAll('_', ' ');
  if (!raw.includes('=')) return Buffer.from(raw, 'utf8');
  const bytes = Buffer.from(raw, 'utf8');
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    const value = byte === 61 ? Number.parseInt(bytes.toString('latin1', i + 1, i + 3), 16) : Number.NaN;
    const valid = byte === 61 && /^[0-9a-f]{2}$/i.test(bytes.toString('latin1', i + 1, i + 3));
    if (byte === 61 && !valid) findings.defect('word-invalid', at);
    bytes[length++] = valid ? value : byte;
    if (valid) i += 2;
  }
  return bytes.subarray(0, length);
}
