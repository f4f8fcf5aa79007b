/** The header of a message or part (RFC 5322 section 2.2), read from raw bytes without believing that it is well-formed. */
import { isAscii, isUtf8 } from 'node:buffer';
import type { Findings } from './defects.ts';
import { parse } from './limits.ts';
import type { HeaderField } from './message.ts';

export interface HeaderBlock {
  readonly fields: readonly HeaderField[];
  /** Offset of the first byte of the body. */
  readonly bodyStart: number;
  /** True when there was more header than is looked at. */
  readonly tooLarge: boolean;
}

/** What is left for all headers of a message together. */
export interface HeaderBudget {
  bytes: number;
  fields: number;
}

const NAME = /^[\x21-\x39\x3b-\x7e]+[ \t]*$/;
/** Nearly all fields bear one of these names, written so; of each the key is known. */
const KEYS: ReadonlyMap<string, string> = new Map([
  'Received', 'Return-Path', 'Delivered-To', 'Date', 'From', 'Sender', 'Reply-To', 'To', 'Cc', 'CC', 'Bcc', 'Subject', 'Message-ID', 'Message-Id', 'In-Reply-To', 'References',
  'MIME-Version', 'Mime-Version', 'Content-Type', 'Content-Transfer-Encoding', 'Content-Disposition', 'Content-ID', 'Content-Id', 'Content-Language', 'Content-Description', 'Content-Length',
  'DKIM-Signature', 'Authentication-Results', 'Received-SPF', 'ARC-Seal', 'ARC-Message-Signature', 'ARC-Authentication-Results', 'List-Id', 'List-ID', 'List-Unsubscribe', 'List-Unsubscribe-Post',
  'List-Post', 'List-Help', 'List-Subscribe', 'List-Archive', 'Precedence', 'Errors-To', 'Feedback-ID', 'Auto-Submitted', 'User-Agent', 'Importance', 'X-Mailer', 'X-Priority', 'X-Spam-Status',
  'Thread-Index', 'Thread-Topic', 'Organization', 'Status',
].map((name) => [name, name.toLowerCase()]));
const FIELD_LINE = /^[\x21-\x39\x3b-\x7e]+[ \t]*:/;
const CRLF = '\r\n';
const SP = 32, TAB = 9, CR = 13, LF = 10;

/** Reads the header that begins at `start`; a body may follow up to `end`. Never throws. */
export function readHeader(source: Buffer, start: number, end: number, budget: HeaderBudget, findings: Findings): HeaderBlock {
  const blank = findBlankLine(source, start, end);
  const headEnd = Math.min(blank.headerEnd, start + Math.max(0, Math.min(parse.headerMaxBytes, budget.bytes)));
  budget.bytes -= headEnd - start;
  const block = new HeaderReader(source, start, headEnd, findings, budget).read();
  if (block.endedAt !== null) return { fields: block.fields, bodyStart: block.endedAt, tooLarge: false };
  const tooLarge = headEnd < blank.headerEnd || block.outOfFields;
  if (tooLarge) findings.defect('header-too-large', headEnd);
  return { fields: block.fields, bodyStart: blank.bodyStart, tooLarge };
}

/** The first empty line, ended by CRLF or (robustly) by LF. */
function findBlankLine(source: Buffer, start: number, end: number): { headerEnd: number; bodyStart: number } {
  if (start >= end) return { headerEnd: start, bodyStart: start };
  if (source[start] === LF) return { headerEnd: start, bodyStart: start + 1 };
  if (source[start] === CR && source[start + 1] === LF) return { headerEnd: start, bodyStart: Math.min(end, start + 2) };
  const crlf = source.subarray(start, end).indexOf('\r\n\r\n', 0, 'latin1');
  const limit = crlf < 0 ? end : start + crlf + 2;
  // A blank line of bare LFs before it ends the header for many readers.
  const view = source.subarray(start, limit);
  const lf = firstOf(view.indexOf('\n\n', 0, 'latin1'), view.indexOf('\n\r\n', 0, 'latin1'));
  if (lf >= 0) {
    const headerEnd = start + lf + 1;
    return { headerEnd, bodyStart: Math.min(end, headerEnd + (source[headerEnd] === LF ? 1 : 2)) };
  }
  if (crlf < 0) return { headerEnd: end, bodyStart: end };
  return { headerEnd: limit, bodyStart: Math.min(end, limit + 2) };
}

const firstOf = (a: number, b: number): number => (a < 0 ? b : b < 0 ? a : Math.min(a, b));

class HeaderReader {
  readonly fields: HeaderField[] = [];
  /** Where the body begins although no empty line says so; null otherwise. */
  endedAt: number | null = null;
  outOfFields = false;
  readonly #source: Buffer;
  readonly #text: string;
  readonly #start: number;
  readonly #ascii: boolean;
  readonly #findings: Findings;
  readonly #budget: HeaderBudget;

  constructor(source: Buffer, start: number, end: number, findings: Findings, budget: HeaderBudget) {
    this.#source = source;
    this.#start = start;
    this.#text = source.toString('latin1', start, end);
    this.#ascii = isAscii(source.subarray(start, end));
    this.#findings = findings;
    this.#budget = budget;
  }

  read(): this {
    const text = this.#text;
    for (let pos = 0; pos < text.length; ) {
      const lineEnd = behindLine(text, pos);
      const first = text.charCodeAt(pos);
      if (first === SP || first === TAB) {
        this.#findings.defect('header-starts-with-space', this.#start + pos);
        pos = lineEnd;
        continue;
      }
      const colon = text.indexOf(':', pos);
      const name = colon < 0 || colon >= lineEnd ? '' : text.slice(pos, colon);
      const key = KEYS.get(name);
      if (key === undefined && !NAME.test(name)) {
        if (this.#endsAt(pos, lineEnd)) return this;
        pos = lineEnd;
        continue;
      }
      if (this.fields.length >= parse.headerFieldsMax || this.#budget.fields <= 0) {
        this.outOfFields = true;
        return this;
      }
      const end = this.#foldedEnd(lineEnd);
      if (key === undefined) this.#addOther(pos, colon, end);
      else this.#add(name, key, pos, colon, end);
      pos = end;
    }
    return this;
  }

  /**
   * A line that is no field: Postfix lets the body begin there, others skip it. Where more fields follow we skip it, since
   * a Content-Type behind it would otherwise hide the whole structure from us.
   */
  #endsAt(pos: number, lineEnd: number): boolean {
    const mbox = pos === 0 && /^>?From /.test(this.#text);
    this.#findings.defect(mbox ? 'mbox-from-line' : 'header-line-without-colon', this.#start + pos);
    if (mbox || FIELD_LINE.test(this.#text.slice(lineEnd, lineEnd + 128))) return false;
    this.#findings.defect('header-not-ended', this.#start + pos);
    this.endedAt = this.#start + pos;
    return true;
  }

  /** Behind the last continuation line. */
  #foldedEnd(lineEnd: number): number {
    const text = this.#text;
    let end = lineEnd;
    for (let first = text.charCodeAt(end); first === SP || first === TAB; first = text.charCodeAt(end)) {
      const next = behindLine(text, end);
      if (next - end < 100 && text.slice(end, next).trim() === '') this.#findings.defect('whitespace-line', this.#start + end);
      end = next;
    }
    return end;
  }

  #addOther(pos: number, colon: number, end: number): void {
    const last = this.#text.charCodeAt(colon - 1);
    if (last === SP || last === TAB) this.#findings.defect('space-before-colon', this.#start + pos);
    const name = this.#text.slice(pos, colon).trimEnd();
    this.#add(name, KEYS.get(name) ?? name.toLowerCase(), pos, colon, end);
  }

  #add(name: string, key: string, pos: number, colon: number, end: number): void {
    let raw = this.#text.slice(colon + 1, end);
    if (!this.#ascii) raw = this.#decode(this.#start + colon + 1, this.#start + end, raw);
    // One line, as most are, needs but its end taken off.
    if (raw.indexOf('\r') !== raw.length - 2 || !raw.endsWith(CRLF)) raw = unfolded(raw);
    this.#budget.fields--;
    this.fields.push({ name, key, value: raw.trim(), start: this.#start + pos, end: this.#start + end });
  }

  #decode(start: number, end: number, raw: string): string {
    const view = this.#source.subarray(start, end);
    if (isAscii(view)) return raw;
    if (isUtf8(view)) return view.toString('utf8');
    this.#findings.defect('header-8bit', start);
    return raw;
  }
}

/** A carriage return alone counts as a blank. */
function unfolded(raw: string): string {
  const isFolded = raw.indexOf(CRLF) < raw.length - 2 || !raw.endsWith(CRLF);
  return (isFolded ? raw.replace(/\r?\n/g, '') : raw).replace(/\r/g, ' ');
}

function behindLine(text: string, pos: number): number {
  const newline = text.indexOf('\n', pos);
  return newline < 0 ? text.length : newline + 1;
}

/** Fields that may stand only once (RFC 5322 section 3.6, RFC 2045 section 3). */
const ONCE = new Set([
  'date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references', 'subject',
  'mime-version', 'content-type', 'content-transfer-encoding', 'content-disposition', 'content-id',
]);

/** The first field of each name; reports the second of what may stand only once. */
export function indexFields(fields: readonly HeaderField[], findings: Findings): ReadonlyMap<string, HeaderField> {
  const index = new Map<string, HeaderField>();
  for (const field of fields) {
    if (!index.has(field.key)) index.set(field.key, field);
    else if (ONCE.has(field.key)) {
      const own = field.key === 'from' || field.key === 'subject' || field.key === 'content-type';
      findings.defect(own ? (`${field.key}-duplicate` as 'from-duplicate') : 'field-duplicate', field.start);
    }
  }
  return index;
}
