/** PURE. The text of one page, and where things stand in it. */
import type { Place } from './model.ts';

/** A range of UTF-16 offsets in the text: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Lines and columns count from 1, columns and lengths in characters (code points), as people count them. */
export class Source {
  readonly file: string;
  readonly text: string;
  readonly #lineStarts: readonly number[];

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** Number of the line that holds this offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** Offsets of a line, without its line break. */
  lineSpan(line: number): Span {
    const start = this.#lineStarts[line - 1] ?? this.text.length;
    const next = this.#lineStarts[line];
    let end = next === undefined ? this.text.length : next - 1;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return { start, end };
  }

  line(line: number): string {
    const { start, end } = this.lineSpan(line);
    return this.text.slice(start, end);
  }

  /** A span that runs over several lines is marked on its first one. */
  place(span: Span): Place {
    const start = Math.min(span.start, this.text.length);
    const line = this.lineAt(start);
    const bounds = this.lineSpan(line);
    const end = Math.min(Math.max(span.end, start), bounds.end);
    return { file: this.file, line, column: characters(this.text.slice(bounds.start, start)) + 1, length: Math.max(1, characters(this.text.slice(start, end))) };
  }
}

function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) !== 0xdc00) count++;
  return count;
}
