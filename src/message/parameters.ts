/** Values with parameters: Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2231). */
import { decodeCharset } from './charset.ts';
import type { Findings } from './defects.ts';
import { decodeWords } from './encoded-words.ts';
import { ownCopy } from './own-copy.ts';

export interface ParameterisedValue {
  /** Lower case, without comments and white space. */
  readonly value: string;
  /** Lower-case names; continuations joined; decoded. RFC 2231 forms win over plain ones. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Every other reading that a program might give a parameter: the plain form beside an extended one, a repetition. */
  readonly rivals: readonly (readonly [name: string, value: string])[];
}

interface RawParameter {
  readonly name: string;
  readonly value: string;
}

/** Reads one field's value. Never throws. @param at offset for defects */
export function readParameters(field: string, findings: Findings, at: number): ParameterisedValue {
  const before = known.get(field);
  if (before !== undefined) return before;
  if (!EVERYDAY.test(field)) return read(field, findings, at);
  // Read from a copy: what is cut out of it must not keep a whole message in memory.
  const own = ownCopy(field);
  const value = Object.freeze(read(own, findings, at));
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(own, value);
  return value;
}

/** What stands in most mail, in a few dozen ways of writing it, and leaves nothing to report: kept. */
const EVERYDAY = /^(?:text\/(?:plain|html)(?:; ?charset=(?:"[\w-]{3,16}"|[\w-]{3,16}))?(?:; ?(?:format=flowed|delsp=yes|delsp=no))?|inline|attachment)$/i;
const KNOWN_MAX = 200;
const known = new Map<string, ParameterisedValue>();

function read(field: string, findings: Findings, at: number): ParameterisedValue {
  const { head, raw } = split(field, findings, at);
  const parameters: Record<string, string> = Object.create(null) as Record<string, string>;
  const rivals: [string, string][] = [];
  let sections: Sections | null = null;
  for (const { name, value } of raw) {
    const star = name.indexOf('*');
    if (star > 0) {
      addSection(sections ??= new Map(), name, star, value, findings, at);
    } else if (name in parameters) {
      findings.defect('parameter-duplicate', at);
      rivals.push([name, decodeWords(value, findings, at)]);
    } else {
      parameters[name] = decodeWords(value, findings, at);
    }
  }
  for (const [name, parts] of sections ?? []) {
    const plain = parameters[name];
    const joined = joinSections(parts, findings, at);
    if (plain !== undefined && plain !== joined) rivals.push([name, plain]);
    parameters[name] = joined;
  }
  return { value: head, parameters, rivals };
}

type Sections = Map<string, Map<number, { value: string; extended: boolean }>>;

/** `name*`, `name*0`, `name*0*`. */
function addSection(
  sections: Sections,
  name: string, star: number, value: string, findings: Findings, at: number,
): void {
  const form = /^\*(?:(\d{1,4})(\*)?)?$/.exec(name.slice(star));
  if (form === null) return findings.defect('parameter-invalid', at);
  const key = name.slice(0, star);
  const number = form[1] === undefined ? 0 : Number(form[1]);
  const parts = sections.get(key) ?? new Map<number, { value: string; extended: boolean }>();
  if (parts.has(number)) return findings.defect('parameter-duplicate', at);
  parts.set(number, { value, extended: form[1] === undefined || form[2] !== undefined });
  sections.set(key, parts);
}

function joinSections(parts: ReadonlyMap<number, { value: string; extended: boolean }>, findings: Findings, at: number): string {
  const ordered = [...parts].toSorted(([a], [b]) => a - b);
  if (ordered.some(([number], i) => number !== i)) findings.defect('parameter-invalid', at);
  let charset = '';
  const bytes: Buffer[] = [];
  for (const [i, [, { value, extended }]] of ordered.entries()) {
    let text = value;
    if (extended && i === 0) {
      const marks = /^([^']*)'[^']*'([\s\S]*)$/.exec(value);
      if (marks === null) findings.defect('parameter-invalid', at);
      else [charset, text] = [marks[1] ?? '', marks[2] ?? ''];
    }
    bytes.push(extended ? percentDecode(text) : Buffer.from(text, 'utf8'));
  }
  const decoded = decodeCharset(Buffer.concat(bytes), charset === '' || findings.mayDecode(at) ? charset : '');
  if (decoded.problem !== null) findings.defect('parameter-charset', at);
  // Without charset mark some programs put encoded words into the sections.
  return charset === '' ? decodeWords(decoded.text, findings, at) : decoded.text;
}

function percentDecode(text: string): Buffer {
  if (!text.includes('%')) return Buffer.from(text, 'utf8');
  const bytes = Buffer.from(text, 'utf8');
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const hex = bytes[i] === 37 ? bytes.toString('latin1', i + 1, i + 3) : '';
    const valid = /^[0-9a-f]{2}$/i.test(hex);
    bytes[length++] = valid ? Number.parseInt(hex, 16) : (bytes[i] ?? 0);
    if (valid) i += 2;
  }
  return bytes.subarray(0, length);
}

/** As nearly all programs write: nothing escaped, no comments, no white space around the equals signs. One expression after the other, from where the last one ended. */
const HEAD = /[\w.+-]+(?:\/[\w.+-]+)?/y;
const PARAMETER = /\s*;\s*([\w*-]+)=(?:"([^"\\]*)"|([^\s"\\;()=]+))/y;
const TAIL = /\s*;?\s*$/y;
/** Where nothing fits, blanks are looked at time and again. */
const PLAIN_MAX_CHARS = 300;

/** Null: written otherwise. */
function plainly(field: string): { head: string; raw: readonly RawParameter[] } | null {
  HEAD.lastIndex = 0;
  const head = HEAD.exec(field)?.[0];
  if (head === undefined) return null;
  const raw: RawParameter[] = [];
  let at = head.length;
  for (;;) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(field);
    if (found === null) break;
    raw.push({ name: (found[1] ?? '').toLowerCase(), value: (found[2] ?? found[3] ?? '').trim() });
    at = PARAMETER.lastIndex;
  }
  TAIL.lastIndex = at;
  return TAIL.test(field) ? { head: head.toLowerCase(), raw } : null;
}

/** Cuts at semicolons outside quotation marks and comments. */
function split(field: string, findings: Findings, at: number): { head: string; raw: readonly RawParameter[] } {
  const plain = field.length <= PLAIN_MAX_CHARS ? plainly(field) : null;
  if (plain !== null) return plain;
  const segments = segmentsOf(field, findings, at);
  // `text/html charset=utf-8`, a forgotten semicolon, is common enough to be read as meant.
  const forgotten = /^\s*([^\s/=]+\s*\/\s*[^\s=]+)\s+([^\s=]+\s*=.*)$/s.exec(segments[0]?.text ?? '');
  if (forgotten !== null) {
    findings.defect('content-type-invalid', at);
    const text = forgotten[2] ?? '';
    segments.splice(0, 1, { text: forgotten[1] ?? '', equals: -1 }, { text: text.replace('=', ''), equals: text.indexOf('=') });
  }
  const raw: RawParameter[] = [];
  for (const { text, equals } of segments.slice(1)) {
    if (equals < 0) {
      if (text.trim() !== '') findings.defect('parameter-invalid', at);
      continue;
    }
    const name = text.slice(0, equals).trim().toLowerCase();
    if (name === '') findings.defect('parameter-invalid', at);
    else raw.push({ name, value: text.slice(equals).trim() });
  }
  return { head: (segments[0]?.text ?? '').replace(/\s+/g, '').toLowerCase(), raw };
}

interface Segment {
  text: string;
  /** Where in text the value begins; -1 without an equals sign. */
  equals: number;
}

/** Segments with quotation marks, backslashes and comments taken out. */
function segmentsOf(field: string, findings: Findings, at: number): Segment[] {
  const segments: Segment[] = [];
  let current: Segment = { text: '', equals: -1 };
  let quoted = false, depth = 0;
  for (let i = 0; i < field.length; i++) {
    const c = field[i] ?? '';
    if (c === '\\' && (quoted || depth > 0) && i + 1 < field.length) {
      i++;
      // A Windows path in quotation marks (`C:\dir`) is not an escape; only quote and backslash are.
      if (depth === 0) current.text += /["\\]/.test(field[i] ?? '') ? field[i] : `\\${field[i]}`;
    } else if (depth > 0) {
      depth += c === '(' ? 1 : c === ')' ? -1 : 0;
    } else if (c === '"') {
      quoted = !quoted;
    } else if (quoted) {
      current.text += c;
    } else if (c === '(' && (current.equals < 0 || current.text.length === current.equals || /\s/.test(field[i - 1] ?? ''))) {
      depth = 1;
      findings.defect('content-type-comment', at);
    } else if (c === ';') {
      segments.push(current);
      current = { text: '', equals: -1 };
    } else if (c === '=' && current.equals < 0 && segments.length > 0) {
      current.equals = current.text.length;
    } else {
      current.text += c;
    }
  }
  if (quoted || depth > 0) findings.defect('parameter-unclosed', at);
  segments.push(current);
  return segments;
}
