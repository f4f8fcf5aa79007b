/**
 * Reads one message from the stream behind DATA. End of data is CRLF.CRLF and nothing else (RFC 5321 section 4.1.1.4);
 * what another server might take for a line end, a bare CR or LF, is refused or made a CRLF, so that nobody behind us
 * can read two messages where we read one ("SMTP smuggling").
 */
import { Buffer } from 'node:buffer';
import { intake } from '../message/limits.ts';
import type { ByteBudget } from './byte-budget.ts';
import { MessageStore } from './message-store.ts';
import type { ContentProblem } from './reply.ts';

export interface CollectOptions {
  readonly messageMaxBytes: number;
  /** SIZE of MAIL (RFC 1870); 0: not declared. */
  readonly declaredBytes: number;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  readonly budget: ByteBudget;
}

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const NOTHING = Buffer.alloc(0);
const CRLF = Buffer.from('\r\n');
/** Where a chunk needs a closer look: a bare CR, a bare LF, a line that begins with a dot. Native search, four times as fast as line by line. */
const UNUSUAL = /\r(?!\n)|(?<!\r)\n|\n\./g;

export class Collector {
  readonly #options: CollectOptions;
  readonly #store: MessageStore;
  /** Bytes whose meaning depends on the next one: `.`, `.` CR or CR. */
  #held: Buffer = NOTHING;
  #atLineStart = true;
  #problem: ContentProblem | null = null;
  #receivedBytes = 0;

  constructor(options: CollectOptions) {
    this.#options = options;
    this.#store = new MessageStore(options.messageMaxBytes, options.declaredBytes, options.budget);
  }

  /** The first thing wrong, in the order of the bytes; null: none so far. */
  get problem(): ContentProblem | null {
    return this.#problem;
  }

  /** Everything that came, kept or not. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** So far beyond the limit that waiting for its end is not worth while. */
  get isHopeless(): boolean {
    return this.#receivedBytes > this.#options.messageMaxBytes + intake.oversizeReadOnMaxBytes;
  }

  /** Nothing of what is pushed from now on is needed behind that. */
  get copies(): boolean {
    return this.#problem !== null || this.#store.copies;
  }

  /**
   * Takes the next bytes of the stream, cut anywhere. They must not change until the message is freed.
   * @returns the offset in `chunk` behind the end of data; -1: it is still to come
   */
  push(chunk: Buffer): number {
    this.#receivedBytes += chunk.length;
    const heldBytes = this.#held.length;
    const data = heldBytes > 0 ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = NOTHING;
    const end = this.#scan(data);
    return end < 0 ? -1 : end - heldBytes;
  }

  /** The message, dots unstuffed, every line ended by CRLF; only without a problem. Not always a copy. */
  bytes(): Buffer {
    return this.#store.bytes();
  }

  /** The message is dealt with or given up: its memory is given back. May be called again. */
  free(): void {
    this.#store.free();
  }

  #scan(data: Buffer): number {
    const text = data.toString('latin1');
    /** Start of what is not stored yet. */
    let from = 0;
    let pos = 0;
    while (pos < data.length) {
      if (this.#atLineStart && data[pos] === DOT) {
        if (isUndecided(data, pos)) return this.#hold(data, from, pos);
        this.#keep(data, from, pos);
        if (data[pos + 1] === CR && data[pos + 2] === LF) return pos + 3;
        from = ++pos; // RFC 5321 section 4.5.2: the first dot of a line is not part of the message
      }
      UNUSUAL.lastIndex = pos;
      const at = UNUSUAL.exec(text)?.index ?? data.length;
      this.#atLineStart = data[at] === LF ? data[at - 1] === CR : at === data.length && at > pos && data[at - 1] === LF;
      if (at === data.length) break;
      pos = at + 1;
      if (this.#atLineStart) continue;
      if (pos === data.length && data[at] === CR) return this.#hold(data, from, at);
      this.#keep(data, from, at);
      this.#bareLineBreak(data, at);
      from = pos;
    }
    this.#keep(data, from, data.length);
    return -1;
  }

  #hold(data: Buffer, from: number, pos: number): number {
    this.#keep(data, from, pos);
    this.#held = Buffer.from(data.subarray(pos)); // a copy of two bytes, so as not to keep the chunk
    return -1;
  }

  #bareLineBreak(data: Buffer, pos: number): void {
    if (this.#options.bareLineBreaks === 'refuse') this.#fail(data[pos] === CR ? 'bare-cr' : 'bare-lf');
    // Of several CRs before a line end only the last counts.
    else if (data[pos] === LF || data[pos + 1] !== CR) this.#keep(CRLF, 0, 2);
  }

  #keep(source: Buffer, start: number, end: number): void {
    if (start >= end || this.#problem !== null) return;
    if (this.#store.length + end - start > this.#options.messageMaxBytes) this.#fail('too-large');
    else if (!this.#store.append(source, start, end)) this.#fail('no-room');
  }

  #fail(problem: ContentProblem): void {
    this.#problem ??= problem;
    this.#store.free();
  }
}

/** A dot at the start of a line, of which the bytes so far do not say whether it ends the data. */
function isUndecided(data: Buffer, dot: number): boolean {
  return dot + 1 === data.length || (dot + 2 === data.length && data[dot + 1] === CR);
}
