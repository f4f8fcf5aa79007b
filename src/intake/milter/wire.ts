/**
 * PURE. The milter protocol, version 6, as Sendmail 8.14 and later and Postfix 2.6 and later speak it: bytes to packets and back, both ways
 * (a filter reads commands and writes replies; tests do the opposite). There is no standard; the names in capitals are
 * those of Sendmail's libmilter/mfdef.h. A packet is a length (32 bits, big-endian), one letter, and that many bytes less one.
 * Texts are one character a byte (Latin-1): what they mean, and in which charset, is the session's business.
 */
import { Buffer } from 'node:buffer';

export const VERSION = 6;

/** SMFIF_*: what a filter may change. */
export const ACTION = Object.freeze({
  addHeaders: 0x01, changeBody: 0x02, addRecipients: 0x04, deleteRecipients: 0x08, changeHeaders: 0x10, quarantine: 0x20,
  changeSender: 0x40, addRecipientsWithParameters: 0x80, requestMacros: 0x100,
});

/** SMFIP_*: what need not be sent (no…), not be answered (noReply…), and how things are sent. */
export const STEP = Object.freeze({
  noConnect: 0x01, noHelo: 0x02, noMail: 0x04, noRecipient: 0x08, noBody: 0x10, noHeader: 0x20, noEndOfHeader: 0x40, noReplyHeader: 0x80,
  noUnknown: 0x100, noData: 0x200, skip: 0x400, rejectedRecipients: 0x800, noReplyConnect: 0x1000, noReplyHelo: 0x2000, noReplyMail: 0x4000,
  noReplyRecipient: 0x8000, noReplyData: 0x1_0000, noReplyUnknown: 0x2_0000, noReplyEndOfHeader: 0x4_0000, noReplyBody: 0x8_0000,
  leadingSpace: 0x10_0000, data256K: 0x1000_0000, data1M: 0x2000_0000,
});

/** SMFIM_*: stages for which macros can be asked for. */
export const MACRO_STAGE = Object.freeze({ connect: 0, helo: 1, mail: 2, recipient: 3, data: 4, endOfBody: 5, endOfHeader: 6 });

/** Data of one packet without its letter (MILTER_MDS_*). */
export const DATA_MAX_BYTES = Object.freeze({ plain: 65_535, data256K: 262_143, data1M: 1_048_575 });

export interface Frame {
  /** The letter. */
  readonly code: string;
  /** A view on what came in; its bytes never change. */
  readonly data: Buffer;
}

/** Why bytes are no packet, or a packet no command. */
export interface Fault {
  readonly type: 'fault';
  readonly fault: 'empty' | 'too-large' | 'unknown' | 'malformed';
  readonly code: string;
}

export type Command =
  | { readonly type: 'negotiate'; readonly version: number; readonly actions: number; readonly steps: number }
  /** For the command whose letter is `stage`; names as written, `i` or `{auth_authen}`. */
  | { readonly type: 'macros'; readonly stage: string; readonly values: readonly (readonly [string, string])[] }
  | { readonly type: 'connect'; readonly name: string; readonly family: Family; readonly port: number; readonly address: string }
  | { readonly type: 'helo'; readonly name: string }
  /** The address as written, with its brackets, and ESMTP parameters. */
  | { readonly type: 'mail' | 'recipient'; readonly words: readonly string[] }
  /** The value as the MTA keeps it; '\n' between its lines. */
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  /** `endOfBody` may bring the last piece along. */
  | { readonly type: 'body' | 'endOfBody'; readonly data: Buffer }
  | { readonly type: 'unknown'; readonly line: string }
  | { readonly type: 'data' | 'endOfHeader' | 'abort' | 'quit' | 'quitNewConnection' };

export type Family = 'unknown' | 'unix' | 'inet' | 'inet6';

export type FilterReply =
  | { readonly type: 'negotiate'; readonly version: number; readonly actions: number; readonly steps: number; readonly macros: readonly MacroRequest[] }
  | { readonly type: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'progress' | 'skip' | 'shutdown' | 'connectionFail' }
  /** `550 5.7.1 words`, '\r\n' between lines, each with the code; a per cent sign is written twice. */
  | { readonly type: 'replyCode' | 'quarantine' | 'addRecipient' | 'deleteRecipient'; readonly text: string }
  | { readonly type: 'addHeader'; readonly name: string; readonly value: string }
  /** insertHeader: 0 is the top. changeHeader: the n-th of that name, from 1; an empty value deletes it. */
  | { readonly type: 'insertHeader' | 'changeHeader'; readonly index: number; readonly name: string; readonly value: string }
  | { readonly type: 'replaceBody'; readonly data: Buffer };

export interface MacroRequest {
  readonly stage: number;
  /** Separated by spaces, as `i {auth_authen}`. */
  readonly names: string;
}

const FAMILIES: Readonly<Record<string, Family>> = { U: 'unknown', L: 'unix', 4: 'inet', 6: 'inet6' };
const NULLARY: Readonly<Record<string, Extract<Command, { type: 'data' | 'endOfHeader' | 'abort' | 'quit' | 'quitNewConnection' }>['type']>> = { T: 'data', N: 'endOfHeader', A: 'abort', Q: 'quit', K: 'quitNewConnection' };
const PLAIN_REPLIES: Readonly<Record<string, Extract<FilterReply, { type: 'continue' | 'accept' | 'reject' | 'tempfail' | 'discard' | 'progress' | 'skip' | 'shutdown' | 'connectionFail' }>['type']>> =
  { c: 'continue', a: 'accept', r: 'reject', t: 'tempfail', d: 'discard', p: 'progress', s: 'skip', 4: 'shutdown', f: 'connectionFail' };
const TEXT_REPLIES: Readonly<Record<string, Extract<FilterReply, { text: string }>['type']>> = { y: 'replyCode', q: 'quarantine', '+': 'addRecipient', '-': 'deleteRecipient' };
const invert = <T extends string>(table: Readonly<Record<string, T>>): Readonly<Record<T, string>> => Object.fromEntries(Object.entries(table).map(([key, value]) => [value, key])) as Record<T, string>;
const LETTER_OF = { ...invert(FAMILIES), ...invert(NULLARY), ...invert(PLAIN_REPLIES), ...invert(TEXT_REPLIES) };

const LENGTH_BYTES = 4;
const NOTHING = Buffer.alloc(0);

export interface FrameLimits {
  /** Data of a packet, by its letter. */
  readonly dataMaxBytes: (code: string) => number;
}

/** Cuts a stream into packets, however it comes. Holds one unfinished packet at most, and twice its bytes of memory. */
export class FrameReader {
  #buffer: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  /** The buffer is ours to write into behind `#end`. */
  #owned = false;
  readonly #limits: FrameLimits;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** Bytes of a packet that is not whole yet. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** The chunk is kept as it is, so it must not be written to afterwards. */
  push(chunk: Buffer): void {
    const pending = this.pendingBytes;
    if (pending === 0) {
      [this.#buffer, this.#start, this.#end, this.#owned] = [chunk, 0, chunk.length, false];
      return;
    }
    if (!this.#owned || this.#end + chunk.length > this.#buffer.length) {
      // Never moved within the buffer: packets that were given out still look at it.
      const larger = Buffer.allocUnsafeSlow((pending + chunk.length) * 2);
      this.#buffer.copy(larger, 0, this.#start, this.#end);
      [this.#buffer, this.#start, this.#end, this.#owned] = [larger, 0, pending, true];
    }
    chunk.copy(this.#buffer, this.#end);
    this.#end += chunk.length;
  }

  /** The next whole packet; null: it is still to come. Behind a fault nothing can be read any more. */
  next(): Frame | Fault | null {
    if (this.pendingBytes < LENGTH_BYTES + 1) {
      return this.pendingBytes >= LENGTH_BYTES && this.#buffer.readUInt32BE(this.#start) === 0 ? fault('empty', '') : null;
    }
    const length = this.#buffer.readUInt32BE(this.#start);
    const code = String.fromCharCode(this.#buffer[this.#start + LENGTH_BYTES] as number);
    if (length === 0) return fault('empty', '');
    if (length - 1 > this.#limits.dataMaxBytes(code)) return fault('too-large', code);
    const end = this.#start + LENGTH_BYTES + length;
    if (end > this.#end) return null;
    const data = this.#buffer.subarray(this.#start + LENGTH_BYTES + 1, end);
    this.#start = end;
    return { code, data };
  }
}

/** What the MTA says. */
export function parseCommand({ code, data }: Frame): Command | Fault {
  const simple = NULLARY[code];
  if (simple !== undefined) return data.length === 0 ? { type: simple } : fault('malformed', code);
  switch (code) {
    case 'O': return data.length < 12 ? fault('malformed', code) : { type: 'negotiate', ...flags(data) };
    case 'B': return { type: 'body', data };
    case 'E': return { type: 'endOfBody', data };
    case 'D': return parseMacros(data);
    case 'C': return parseConnect(data);
    default: return parseTexts(code, data);
  }
}

function parseTexts(code: string, data: Buffer): Command | Fault {
  if (!'HMRLU'.includes(code)) return fault('unknown', code);
  const texts = textsOf(data);
  const first = texts?.[0];
  if (texts === null || first === undefined) return fault('malformed', code);
  if (code === 'M' || code === 'R') return { type: code === 'M' ? 'mail' : 'recipient', words: texts };
  if (code === 'L') return texts.length === 2 ? { type: 'header', name: first, value: texts[1] as string } : fault('malformed', code);
  if (texts.length > 1) return fault('malformed', code);
  return code === 'H' ? { type: 'helo', name: first } : { type: 'unknown', line: first };
}

function parseMacros(data: Buffer): Command | Fault {
  const texts = data.length === 0 ? null : textsOf(data.subarray(1));
  if (texts === null || texts.length % 2 !== 0) return fault('malformed', 'D');
  const values: (readonly [string, string])[] = [];
  for (let at = 0; at < texts.length; at += 2) values.push([texts[at] as string, texts[at + 1] as string]);
  return { type: 'macros', stage: String.fromCharCode(data[0] as number), values };
}

/** Host name, family, and for all but `unknown` a port and an address. */
function parseConnect(data: Buffer): Command | Fault {
  const nul = data.indexOf(0);
  const family = FAMILIES[data.toString('latin1', nul + 1, nul + 2)];
  if (nul < 0 || family === undefined) return fault('malformed', 'C');
  const name = data.toString('latin1', 0, nul);
  const rest = data.subarray(nul + 2);
  if (family === 'unknown') return { type: 'connect', name, family, port: 0, address: '' };
  const texts = rest.length < 3 ? null : textsOf(rest.subarray(2));
  return texts?.length === 1 ? { type: 'connect', name, family, port: rest.readUInt16BE(0), address: texts[0] as string } : fault('malformed', 'C');
}

/** What a filter says. */
export function parseReply({ code, data }: Frame): FilterReply | Fault {
  const plain = PLAIN_REPLIES[code];
  if (plain !== undefined) return data.length === 0 ? { type: plain } : fault('malformed', code);
  if (code === 'O') return parseNegotiated(data);
  if (code === 'b') return { type: 'replaceBody', data };
  const indexed = code === 'i' || code === 'm';
  if (indexed && data.length < 4) return fault('malformed', code);
  const texts = textsOf(indexed ? data.subarray(4) : data);
  const text = TEXT_REPLIES[code];
  if (text !== undefined) return texts?.length === 1 ? { type: text, text: texts[0] as string } : fault('malformed', code);
  if (!indexed && code !== 'h') return fault('unknown', code);
  const [name, value] = texts ?? [];
  if (texts?.length !== 2 || name === undefined || value === undefined) return fault('malformed', code);
  return indexed ? { type: code === 'i' ? 'insertHeader' : 'changeHeader', index: data.readUInt32BE(0), name, value } : { type: 'addHeader', name, value };
}

/** SMFIR_SETSYMLIST: behind the flags, pairs of a stage and a text. */
function parseNegotiated(data: Buffer): FilterReply | Fault {
  if (data.length < 12) return fault('malformed', 'O');
  const macros: MacroRequest[] = [];
  for (let at = 12; at < data.length;) {
    const end = data.indexOf(0, at + 4);
    if (end < 0) return fault('malformed', 'O');
    macros.push({ stage: data.readUInt32BE(at), names: data.toString('latin1', at + 4, end) });
    at = end + 1;
  }
  return { type: 'negotiate', ...flags(data), macros };
}

/** @throws RangeError for a text with a NUL, which would end it */
export function encodeCommand(command: Command): Buffer {
  switch (command.type) {
    case 'negotiate': return frame('O', [numbers(command.version, command.actions, command.steps)]);
    case 'macros': return frame('D', [Buffer.from(command.stage, 'latin1'), ...command.values.flat().map(text)]);
    case 'connect': return frame('C', [text(command.name), Buffer.from(LETTER_OF[command.family]), ...(command.family === 'unknown' ? [] : [Buffer.from([command.port >> 8, command.port & 0xff]), text(command.address)])]);
    case 'helo': return frame('H', [text(command.name)]);
    case 'mail': return frame('M', command.words.map(text));
    case 'recipient': return frame('R', command.words.map(text));
    case 'header': return frame('L', [text(command.name), text(command.value)]);
    case 'body': return frame('B', [command.data]);
    case 'endOfBody': return frame('E', [command.data]);
    case 'unknown': return frame('U', [text(command.line)]);
    default: return frame(LETTER_OF[command.type], []);
  }
}

/** @throws RangeError for a text with a NUL, which would end it */
export function encodeReply(reply: FilterReply): Buffer {
  switch (reply.type) {
    case 'negotiate': return frame('O', [numbers(reply.version, reply.actions, reply.steps), ...reply.macros.flatMap(({ stage, names }) => [numbers(stage), text(names)])]);
    case 'replyCode': case 'quarantine': case 'addRecipient': case 'deleteRecipient': return frame(LETTER_OF[reply.type], [text(reply.text)]);
    case 'addHeader': return frame('h', [text(reply.name), text(reply.value)]);
    case 'insertHeader': return frame('i', [numbers(reply.index), text(reply.name), text(reply.value)]);
    case 'changeHeader': return frame('m', [numbers(reply.index), text(reply.name), text(reply.value)]);
    case 'replaceBody': return frame('b', [reply.data]);
    default: return frame(LETTER_OF[reply.type], []);
  }
}

/** All packets of one turn in one piece. @throws as `encodeReply` */
export function encodeReplies(replies: readonly FilterReply[]): Buffer {
  let latin1 = '';
  for (const reply of replies) {
    const packet = textOf(reply);
    // Few replies are no texts, and none of those that come with each message.
    if (packet === null) return Buffer.concat(replies.map(encodeReply));
    latin1 += numberText(packet.length) + packet;
  }
  return Buffer.from(latin1, 'latin1');
}

/** The letter and what stands behind it, a character a byte; null where that is no text. */
function textOf(reply: FilterReply): string | null {
  switch (reply.type) {
    case 'negotiate': case 'replaceBody': return null;
    case 'replyCode': case 'quarantine': case 'addRecipient': case 'deleteRecipient': return `${LETTER_OF[reply.type]}${ended(reply.text)}\0`;
    case 'addHeader': return `h${ended(reply.name)}\0${ended(reply.value)}\0`;
    case 'insertHeader': case 'changeHeader': return `${reply.type === 'insertHeader' ? 'i' : 'm'}${numberText(reply.index)}${ended(reply.name)}\0${ended(reply.value)}\0`;
    default: return LETTER_OF[reply.type];
  }
}

/** 32 bits, big-endian, as characters. */
const numberText = (value: number): string => String.fromCharCode((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

const fault = (why: Fault['fault'], code: string): Fault => ({ type: 'fault', fault: why, code });
const flags = (data: Buffer): { version: number; actions: number; steps: number } => ({ version: data.readUInt32BE(0), actions: data.readUInt32BE(4), steps: data.readUInt32BE(8) });

/** Texts, each ended by NUL; null when the last is not. */
function textsOf(data: Buffer): string[] | null {
  if (data.length === 0) return [];
  return data[data.length - 1] === 0 ? data.toString('latin1', 0, data.length - 1).split('\0') : null;
}

function text(value: string): Buffer {
  return Buffer.from(`${ended(value)}\0`, 'latin1');
}

function ended(value: string): string {
  if (value.includes('\0')) throw new RangeError('a NUL cannot be sent within a text');
  return value;
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, at) => bytes.writeUInt32BE(value >>> 0, at * 4));
  return bytes;
}

function frame(code: string, parts: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(LENGTH_BYTES + 1);
  head.writeUInt32BE(1 + parts.reduce((sum, part) => sum + part.length, 0), 0);
  head.write(code, LENGTH_BYTES, 'latin1');
  return Buffer.concat([head, ...parts]);
}
