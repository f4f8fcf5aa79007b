/** A message for people's eyes (preview, digest, command line), by mailparser: it repairs what the walker reports. */
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { parse } from './limits.ts';
import type { Mailbox } from './message.ts';
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
    const parsed = await simpleParser(bytes, { skipImageLinks: true, skipTextToHtml: true, skipTextLinks: true, skipHtmlToText: true });
    return toReadable(parsed, walked.text, limits);
  } catch (error) {
    return unreadable('unreadable', error instanceof Error ? error.message : String(error));
  }
}

function unreadable(reason: UnreadableMessage['reason'], detail: string): UnreadableMessage {
  return { state: 'unreadable', reason, detail };
}

/** @param visible text for a message of HTML only: its conversion by the parser is slow and gives up on large ones */
function toReadable(parsed: ParsedMail, visible: string, limits: ReadableLimits): ReadableMessage {
  const text = parsed.text || visible;
  const html = parsed.html === false || parsed.html === undefined ? null : parsed.html;
  const max = limits.textMaxChars;
  return {
    state: 'readable',
    from: mailboxes(parsed.from), to: mailboxes(parsed.to),
    subject: parsed.subject ?? '',
    date: parsed.date === undefined || Number.isNaN(parsed.date.getTime()) ? null : parsed.date.getTime(),
    text: text.slice(0, max),
    html: html?.slice(0, max) ?? null,
    attachments: parsed.attachments.map((part) => ({ filename: part.filename ?? null, type: part.contentType, sizeBytes: part.size })),
    truncated: text.length > max || (html?.length ?? 0) > max,
  };
}

function mailboxes(field: AddressObject | AddressObject[] | undefined): readonly Mailbox[] {
  const objects = field === undefined ? [] : Array.isArray(field) ? field : [field];
  const entries = objects.flatMap((object) => object.value).flatMap((entry) => entry.group ?? [entry]);
  return entries.map((entry) => ({ name: entry.name, address: entry.address ?? '' }));
}
