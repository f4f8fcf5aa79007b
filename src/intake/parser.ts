/**
 * The stream from the client: command lines, and messages in between. Takes the place of the library's parser, which
 * ends lines and data more leniently, copies commands through strings, and searches messages byte by byte.
 */
import { Buffer } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import type { Collector } from './collect.ts';

export type LineProblem = 'bare-line-feed' | 'control-characters' | 'line-too-long';

export interface ParserEvents {
  /** A command line without its CRLF; the next one follows at once, or when the promise settles. */
  command(line: Buffer): Promise<void> | undefined;
  badLine(problem: LineProblem): void;
  /** The end of the data was read, or the collector gave up hope. */
  message(collector: Collector): Promise<void>;
}

const CR = 0x0d;
const LF = 0x0a;
const NOTHING = Buffer.alloc(0);
/** Smaller ones are not worth it, and may be parts of a pool. */
const LARGE_CHUNK_BYTES = 16 * 1024;
/** One chunk may hold thousands of commands; others must get their turn. */
const COMMANDS_PER_TURN = 50;

export class IntakeParser extends SMTPStream {
  readonly #events: ParserEvents;
  readonly #lineMaxBytes: number;
  /** The beginning of a line that is not complete yet. */
  #line: Buffer = NOTHING;
  /** What is still to be looked at of the bytes that came last. */
  #rest: Buffer = NOTHING;
  /** What came straight while something was waited for. */
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  #working = false;
  /** Commands in these bytes so far. */
  #commands = 0;
  /** Of the stream, when the bytes came by it. */
  #written: ((error?: Error | null) => void) | null = null;
  #skippingLine = false;
  #collector: Collector | null = null;

  constructor(events: ParserEvents, lineMaxBytes: number) {
    super();
    this.#events = events;
    this.#lineMaxBytes = lineMaxBytes;
  }

  /** What comes next is a message, up to its end of data. */
  collect(collector: Collector): void {
    this.#collector = collector;
  }

  get isCollecting(): boolean {
    return this.#collector !== null;
  }

  /**
   * Bytes from the socket. What a stream does for each piece costs as much as a command, so they come straight, but for
   * those behind STARTTLS, which the library pipes. @returns false: enough for now; `drain` says when there may be more
   */
  take(chunk: Buffer): boolean {
    if (this.#working) {
      this.#queue.push(chunk);
      this.#queuedBytes += chunk.length;
      return this.#queuedBytes < this.writableHighWaterMark;
    }
    this.#begin(chunk);
    return true;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', next: (error?: Error | null) => void): void {
    this.#written = next;
    this.#begin(chunk);
  }

  /** At the end of the stream the library would run a command that never got its line end. */
  override _flushData(): void {}

  #begin(chunk: Buffer): void {
    this.#rest = chunk;
    this.#commands = 0;
    this.#work();
  }

  /** Goes on until the bytes are used up, or a command has to be waited for. */
  readonly #work = (): void => {
    this.#working = true;
    try {
      do {
        while (this.#rest.length > 0 && !this.isClosed) {
          const busy = this.#collector === null ? this.#takeLine() : this.#takeData(this.#collector);
          const isTurn = ++this.#commands % COMMANDS_PER_TURN === 0;
          if (busy === undefined && !isTurn) continue;
          void (isTurn ? Promise.resolve(busy).then(() => nextTurn()) : busy)?.then(this.#work, this.#broken);
          return;
        }
      } while (this.#takeQueued());
    } catch (error) {
      return this.#broken(error as Error);
    }
    this.#rest = NOTHING;
    this.#working = false;
    const next = this.#written;
    this.#written = null;
    next?.();
  };

  /** @returns false: nothing waits */
  #takeQueued(): boolean {
    const chunk = this.#queue.shift();
    if (chunk === undefined) return false;
    const wasFull = this.#queuedBytes >= this.writableHighWaterMark;
    this.#queuedBytes -= chunk.length;
    this.#rest = chunk;
    if (wasFull && this.#queuedBytes < this.writableHighWaterMark) this.emit('drain');
    return true;
  }

  /** An error of ours: nothing is read any more. */
  readonly #broken = (error: Error): void => {
    const next = this.#written;
    if (next === null) this.destroy(error);
    else next(error);
  };

  #takeData(collector: Collector): Promise<void> | undefined {
    const data = this.#rest;
    const end = collector.push(data);
    this.#rest = end < 0 ? NOTHING : data.subarray(end);
    if (end < 0 && collector.copies) letGo(data);
    if (end < 0 && !collector.isHopeless) return undefined;
    this.#collector = null;
    return this.#events.message(collector);
  }

  #takeLine(): Promise<void> | undefined {
    const data = this.#rest;
    const lf = data.indexOf(LF);
    const end = lf < 0 ? data.length : lf;
    if (!this.#skippingLine && this.#line.length + end > this.#lineMaxBytes) {
      this.#skippingLine = true;
      this.#line = NOTHING;
    }
    this.#rest = lf < 0 ? NOTHING : data.subarray(lf + 1);
    if (lf < 0) {
      if (!this.#skippingLine) this.#line = this.#line.length > 0 ? Buffer.concat([this.#line, data]) : Buffer.from(data);
      return undefined;
    }
    if (this.#skippingLine) {
      this.#skippingLine = false;
      this.#events.badLine('line-too-long');
      return undefined;
    }
    const line = this.#line.length > 0 ? Buffer.concat([this.#line, data.subarray(0, lf)]) : data.subarray(0, lf);
    this.#line = NOTHING;
    const problem = problemOf(line);
    if (problem === null) return this.#events.command(line.subarray(0, line.length - 1));
    this.#events.badLine(problem);
    return undefined;
  }
}

/**
 * Gives memory back that the stream took for a chunk, at once: of a large message there would be as much of it as the
 * message has before the garbage collector looks.
 */
function letGo(chunk: Buffer): void {
  if (chunk.length >= LARGE_CHUNK_BYTES && chunk.length === chunk.buffer.byteLength && chunk.buffer instanceof ArrayBuffer) chunk.buffer.transfer(0);
}

/** @param line with its CR, without its LF */
function problemOf(line: Buffer): LineProblem | null {
  // RFC 5321 section 2.3.8: a line ends in CRLF; a bare LF here is a broken client or a trick.
  if (line[line.length - 1] !== CR) return 'bare-line-feed';
  for (let i = 0; i < line.length - 1; i++) {
    const byte = line[i] as number;
    if ((byte < 0x20 && byte !== 0x09) || byte === 0x7f) return 'control-characters';
  }
  return null;
}
