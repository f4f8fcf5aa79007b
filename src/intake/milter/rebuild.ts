/**
 * The message out of what a milter is told. With SMFIP_HDR_LEADSPC this gives the bytes that the MTA holds. What no
 * milter can see is listed in docs/operators.md: the MTA's own Received field, white space before a colon, and what
 * the MTA took out or repaired before.
 */
import { milter } from '../../message/limits.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { GrowingBuffer } from '../growing-buffer.ts';
import type { ContentProblem } from '../reply.ts';

export interface BuildOptions {
  readonly messageMaxBytes: number;
  /** SIZE of MAIL; 0: not declared. */
  readonly declaredBytes: number;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  readonly leadingSpace: boolean;
  readonly budget: ByteBudget;
}

/** A field as the MTA counts them, and where it stands in the bytes. */
export interface BuiltField {
  readonly name: string;
  readonly key: string;
  /** Among those of the same name, from 1. */
  readonly index: number;
  readonly start: number;
  readonly valueStart: number;
  /** Behind its last CRLF. */
  readonly end: number;
}

const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from('\r\n');
/** A line of a field that does not begin with white space. */
const UNFOLDED = /\n(?![ \t])/;
/** A line break that is none of RFC 5322 section 2.3. */
const BARE = /\r(?!\n)|(?<!\r)\n/g;

export class MessageBuilder {
  readonly #options: BuildOptions;
  readonly #store: GrowingBuffer;
  readonly #fields: BuiltField[] = [];
  readonly #counts = new Map<string, number>();
  #inBody = false;
  /** A CR at the end of a chunk, of which the next one tells what it is. */
  #heldCr = false;
  #problem: ContentProblem | null = null;
  #receivedBytes = 0;
  #headerBytes = 0;

  constructor(options: BuildOptions) {
    this.#options = options;
    this.#store = new GrowingBuffer(options.messageMaxBytes, options.declaredBytes, options.budget);
  }

  get problem(): ContentProblem | null {
    return this.#problem;
  }

  /** Everything that came, kept or not. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  get fields(): readonly BuiltField[] {
    return this.#fields;
  }

  /** As latin1 text, with its last CRLF. */
  headerText(maxBytes: number): string {
    return this.#store.bytes().toString('latin1', 0, Math.min(this.#headerBytes, maxBytes));
  }

  /** @param value latin1; '\n' between its lines */
  header(name: string, value: string): void {
    this.#receivedBytes += name.length + value.length + 3;
    if (this.#problem !== null) return;
    if (this.#fields.length === milter.fieldsMax) return this.#fail('too-large');
    const start = this.#store.length;
    const key = name.trimEnd().toLowerCase();
    const index = (this.#counts.get(key) ?? 0) + 1;
    this.#keepText(`${name}:${this.#options.leadingSpace ? '' : ' '}${this.#lines(value)}\r\n`);
    if (this.#problem !== null) return;
    this.#counts.set(key, index);
    this.#fields.push({ name, key, index, start, valueStart: start + name.length + 1, end: this.#store.length });
  }

  body(chunk: Buffer): void {
    this.#receivedBytes += chunk.length;
    this.#endHeader();
    if (this.#problem !== null || chunk.length === 0) return;
    let from = 0;
    if (this.#heldCr) {
      this.#heldCr = false;
      if (chunk[0] === LF) {
        this.#keep(CRLF, 0, 2);
        from = 1;
      } else if (chunk[0] !== CR || this.#options.bareLineBreaks === 'refuse') this.#bare(CR);
    }
    const text = chunk.toString('latin1');
    BARE.lastIndex = from;
    for (let match = BARE.exec(text); match !== null && this.#problem === null; match = BARE.exec(text)) {
      this.#keep(chunk, from, match.index);
      from = match.index + 1;
      if (match[0] === '\r' && from === chunk.length) this.#heldCr = true;
      else if (match[0] !== '\r' || chunk[from] !== CR || this.#options.bareLineBreaks === 'refuse') this.#bare(chunk[match.index] as number); // of several CRs only the last counts
    }
    this.#keep(chunk, from, chunk.length);
  }

  /** The message; only without a problem. Not a copy. */
  finish(): Buffer {
    this.#endHeader();
    if (this.#heldCr) this.#bare(CR);
    this.#heldCr = false;
    return this.#store.bytes();
  }

  /** Its memory is given back. May be called again. */
  free(): void {
    this.#store.free();
  }

  #endHeader(): void {
    if (this.#inBody) return;
    this.#inBody = true;
    this.#headerBytes = this.#store.length;
    this.#keep(CRLF, 0, 2);
  }

  /** Folded lines with CRLF. What does not begin with white space would be a field or the end of the header, and is neither. */
  #lines(value: string): string {
    if (!value.includes('\r')) {
      if (!value.includes('\n')) return value;
      if (!UNFOLDED.test(value)) return value.replaceAll('\n', '\r\n');
    }
    return value.replace(/\r?\n(?![ \t])/g, '\n\t').replace(/\r?\n/g, '\r\n').replace(/\r(?!\n)/g, () => {
      this.#bare(CR);
      return '\r\n\t';
    });
  }

  #bare(byte: number): void {
    if (this.#options.bareLineBreaks === 'refuse') this.#fail(byte === CR ? 'bare-cr' : 'bare-lf');
    else if (this.#inBody) this.#keep(CRLF, 0, 2);
  }

  #keepText(text: string): void {
    if (text.length === 0 || this.#problem !== null) return;
    if (this.#store.length + text.length > this.#options.messageMaxBytes) this.#fail('too-large');
    else if (!this.#store.appendLatin1(text)) this.#fail('no-room');
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
