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
  /** A command line without its CRLF; the next one follows when the promise settles. */
  command(line: Buffer): Promise<void>;
  badLine(problem: LineProblem): Promise<void>;
  /** The end of the data was read, or the collector gave up hope. */
  message(collector: Collector): Promise<void>;
}

const CR = 0x0d;
const LF = 0x0a;
/** One chunk may hold thousands of commands; others must get their turn. */
const COMMANDS_PER_TURN = 50;

export class IntakeParser extends SMTPStream {
  readonly #events: ParserEvents;
  readonly #lineMaxBytes: number;
  /** The beginning of a line that is not complete yet. */
  #line: Buffer = Buffer.alloc(0);
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

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', next: (error?: Error | null) => void): void {
    void this.#feed(chunk, next);
  }

  /** At the end of the stream the library would run a command that never got its line end. */
  override _flushData(): void {}

  async #feed(chunk: Buffer, next: (error?: Error | null) => void): Promise<void> {
    let rest = chunk;
    try {
      for (let commands = 1; rest.length > 0 && !this.isClosed; commands++) {
        rest = this.#collector === null ? await this.#takeLine(rest) : await this.#takeData(rest, this.#collector);
        if (commands % COMMANDS_PER_TURN === 0) await nextTurn();
      }
    } catch (error) {
      next(error as Error);
      return;
    }
    next();
  }

  async #takeData(data: Buffer, collector: Collector): Promise<Buffer> {
    const end = collector.push(data);
    if (end < 0 && !collector.isHopeless) return data.subarray(data.length);
    this.#collector = null;
    await this.#events.message(collector);
    return end < 0 ? data.subarray(data.length) : data.subarray(end);
  }

  async #takeLine(data: Buffer): Promise<Buffer> {
    const lf = data.indexOf(LF);
    const end = lf < 0 ? data.length : lf;
    if (!this.#skippingLine && this.#line.length + end > this.#lineMaxBytes) {
      this.#skippingLine = true;
      this.#line = Buffer.alloc(0);
    }
    if (lf < 0) {
      if (!this.#skippingLine) this.#line = this.#line.length > 0 ? Buffer.concat([this.#line, data]) : Buffer.from(data);
      return data.subarray(data.length);
    }
    const rest = data.subarray(lf + 1);
    if (this.#skippingLine) {
      this.#skippingLine = false;
      await this.#events.badLine('line-too-long');
    } else {
      const line = this.#line.length > 0 ? Buffer.concat([this.#line, data.subarray(0, lf)]) : data.subarray(0, lf);
      this.#line = Buffer.alloc(0);
      const problem = problemOf(line);
      await (problem === null ? this.#events.command(line.subarray(0, line.length - 1)) : this.#events.badLine(problem));
    }
    return rest;
  }
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
