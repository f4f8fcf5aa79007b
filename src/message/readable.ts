/** A message for people's eyes (preview, digest, command line), by mailparser: it repairs what the walker reports. */
import { type ParsedMail, simpleParser } from 'mailparser';
import { parse } from './limits.ts';
import type { Mailbox, Message } from './message.ts';
import { walk } from './walk.ts';

export interface ReadableAttachment {
  /** null: the message gives none. */
  readonly filename: string | null;
  readonly type: string;
  readonly sizeBytes: number;
}

export interface ReadableMessage {
  readonly state: 'readable';
  readonly from: readonly Mailbox[];
  readonly to: readonly Mailbox[];
  readonly subject: string;
  /** Milliseconds since 1970; null when absent or unreadable. */
  readonly date: number | null;
  readonly text: string;
  /** As it came: scripts and all. Whoever shows it must make it harmless first. null: none. */
  readonly html: string | null;
  readonly attachments: readonly ReadableAttachment[];
  /** True when text or html were cut at the limit. */
  readonly truncated: boolean;
}

/** Why a message cannot be shown. `too-large`: bytes; `too-deep`, `too-many-parts`: structure; `unreadable`: the parser gave up. */
export interface UnreadableMessage {
  readonly state: 'unreadable';
  readonly reason: 'too-large' | 'too-deep' | 'too-many-parts' | 'header-too-large' | 'unreadable';
  /** For the log. */
  readonly detail: string;
}

export interface ReadableLimits {
  readonly messageMaxBytes: number;
  /** Of text and of html, each. */
  readonly textMaxChars: number;
}

export const readableLimits: ReadableLimits = Object.freeze({ messageMaxBytes: parse.readableMaxBytes, textMaxChars: parse.textMaxBytes });

const STRUCTURE = ['too-deep', 'too-many-parts', 'header-too-large'] as const;

/** Never rejects: what goes wrong is a value. @param bytes line ends CRLF or LF */
export async function readMessage(bytes: Buffer, limits: ReadableLimits = readableLimits): Promise<ReadableMessage | UnreadableMessage> {
  if (bytes.length > limits.messageMaxBytes) return unreadable('too-large', `${bytes.length} bytes`);
  // The parser has no bounds of its own on structure: ours looks first.
  const walked = walk(bytes);
  const { unopened } = walked;
  const excess = STRUCTURE.find((reason) => unopened.some((part) => part.reason === reason));
  if (excess !== undefined) return unreadable(excess, 'structure beyond the limits');
  try {
    const parsed = await simpleParser(whatItNeeds(bytes, walked), { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true, skipHtmlToText: true });
    return toReadable(parsed, walked, limits);
  } catch (error) {
    return unreadable('unreadable', error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: UnreadableMessage['reason'], detail: string): UnreadableMessage {
  return { state: 'unreadable', reason, detail };
}

const NEEDED = /^(?:content-.*|mime-version|subject|date)$/;

/**
 * The fields that say how to read it, and the body. The parser reads all the others as well: half a second for a quarter of a
 * megabyte of broken addresses. Who wrote to whom is the walker's to say.
 */
function whatItNeeds(bytes: Buffer, { header, root }: Message): Buffer {
  const fields = header.filter(({ key }) => NEEDED.test(key)).map(({ start, end }) => bytes.subarray(start, end));
  return Buffer.concat([...fields, Buffer.from('\r\n'), withoutLongBlanks(bytes.subarray(root.bodyStart))]);
}

const TAB = 9, SPACE = 32;

/** Rows of blanks cut to what anybody could see: the parser's quoted-printable takes the square of their length, half a minute for 100 KB. */
function withoutLongBlanks(body: Buffer): Buffer {
  const kept: Buffer[] = [];
  let from = 0, run = 0;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at];
    if (byte === SPACE || byte === TAB) {
      run++;
      continue;
    }
    if (run > parse.readableBlanksMax) {
      kept.push(body.subarray(from, at - run + parse.readableBlanksMax));
      from = at;
    }
    run = 0;
  }
  return kept.length === 0 ? body : Buffer.concat([...kept, body.subarray(from)]);
}

function toReadable(parsed: ParsedMail, walked: Message, limits: ReadableLimits): ReadableMessage {
  // For a message of HTML only: its conversion by the parser is slow and gives up on large ones.
  const text = parsed.text || walked.text;
  const html = parsed.html === false || parsed.html === undefined ? null : parsed.html;
  const max = limits.textMaxChars;
  return {
    state: 'readable',
    from: walked.from, to: walked.to,
    subject: parsed.subject ?? '',
    date: parsed.date === undefined || Number.isNaN(parsed.date.getTime()) ? null : parsed.date.getTime(),
    text: text.slice(0, max),
    html: html?.slice(0, max) ?? null,
    attachments: parsed.attachments.map((part) => ({ filename: part.filename ?? null, type: part.contentType, sizeBytes: part.size })),
    truncated: text.length > max || (html?.length ?? 0) > max,
  };
}
