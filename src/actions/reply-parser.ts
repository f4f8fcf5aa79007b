/** Reads SMTP replies (RFC 5321 section 4.2) out of a byte stream: strict in form, bounded in size. */
import { nextHop } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';

const LF = 10;
const CR = 13;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/g;
/** RFC 3463: class equal to the first digit of the code. */
const ENHANCED = /^([245])\.\d{1,3}\.\d{1,3}(?= |$)/;

/** One connection's reader: bytes go in as they come, whole replies come out in order. */
export class ReplyParser {
  /** Bytes of a line that has not ended yet. */
  #rest: Buffer | null = null;
  #code = 0;
  #lines: string[] = [];

  /** True between replies. */
  get idle(): boolean {
    return this.#rest === null && this.#lines.length === 0;
  }

  /** @param chunk not kept @returns the replies completed by these bytes, or null for what is no SMTP reply; then the parser is of no more use */
  push(chunk: Buffer): readonly Reply[] | null {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    const replies: Reply[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      if (end - start > nextHop.replyLineMaxBytes) return null;
      const reply = this.#line(bytes.toString('utf8', start, end > start && bytes[end - 1] === CR ? end - 1 : end));
      if (reply === null) return null;
      if (reply !== undefined) replies.push(reply);
      start = end + 1;
    }
    if (bytes.length - start > nextHop.replyLineMaxBytes) return null;
    this.#rest = start === bytes.length ? null : Buffer.from(bytes.subarray(start));
    return replies;
  }

  /** A finished reply, undefined when lines are still to come, null for garbage. */
  #line(line: string): Reply | undefined | null {
    const code = codeOf(line);
    const mark = line.charCodeAt(3);
    const last = line.length === 3 || mark === 0x20;
    if (code === 0 || (!last && mark !== 0x2d)) return null;
    if (this.#lines.length > 0 && (code !== this.#code || this.#lines.length >= nextHop.replyLinesMax)) return null;
    this.#code = code;
    this.#lines.push(line.slice(4).replace(CONTROL, ' '));
    if (!last) return undefined;
    const reply = replyOf(code, this.#lines);
    this.#lines = [];
    return reply;
  }
}

/** 0 for what is no code: three digits, the first 2 to 5. */
function codeOf(line: string): number {
  const a = line.charCodeAt(0) - 48;
  const b = line.charCodeAt(1) - 48;
  const c = line.charCodeAt(2) - 48;
  return a >= 2 && a <= 5 && b >= 0 && b <= 9 && c >= 0 && c <= 9 ? a * 100 + b * 10 + c : 0;
}

/** The enhanced status code is taken out of every line that repeats it (RFC 2034 section 4). */
function replyOf(code: number, lines: readonly string[]): Reply {
  const first = lines[0] as string;
  const match = ENHANCED.exec(first);
  if (match === null || Number(match[1]) !== Math.floor(code / 100)) return { code, enhanced: null, text: lines.join('\n') };
  const enhanced = match[0];
  const text = lines.length === 1 ? first.slice(enhanced.length + 1)
    : lines.map((line) => (line.startsWith(`${enhanced} `) || line === enhanced ? line.slice(enhanced.length + 1) : line)).join('\n');
  return { code, enhanced, text };
}
