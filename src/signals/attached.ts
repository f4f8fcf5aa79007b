/** The attachments of a message, with their first decoded bytes; read once for all families that look at them. */
import { contentKind } from '../danger/content-kind.ts';
import type { ContentKind } from '../danger/content-kind.ts';
import { signals as bounds } from '../message/limits.ts';
import type { Message, Part } from '../message/message.ts';
import { decodePart } from '../message/walk.ts';
import { magicOf } from './file-types.ts';
import type { Magic } from './file-types.ts';

export interface Attached {
  readonly part: Part;
  readonly filename: string;
  /** Decoded, at most signals.attachmentPeekBytes. */
  readonly data: Buffer;
  /** There is no more than `data` holds. */
  readonly isWhole: boolean;
  /** What `data` says that it is. */
  readonly kind: ContentKind;
  readonly magic: Magic;
}

const NOTHING_SEEN = Object.freeze({ data: Buffer.alloc(0), truncated: true });
const known = new WeakMap<Message, readonly Attached[]>();

/** Text parts shown as the message's text are none; anything named, marked as an attachment, or of another type is. */
export function attachedOf(message: Message, bytes: Buffer): readonly Attached[] {
  let attached = known.get(message);
  if (attached === undefined) {
    attached = read(message, bytes);
    known.set(message, attached);
  }
  return attached;
}

function isAttachment({ type, disposition, filename, children }: Part): boolean {
  if (children.length > 0 || type.startsWith('multipart/')) return false;
  return disposition === 'attachment' || filename !== null || !type.startsWith('text/');
}

function read(message: Message, bytes: Buffer): readonly Attached[] {
  const attached: Attached[] = [];
  let left: number = bounds.attachmentsPeekTotalBytes;
  for (const part of message.parts) {
    if (!isAttachment(part)) continue;
    const peekBytes = Math.min(left, bounds.attachmentPeekBytes);
    const { data, truncated } = peekBytes > 0 ? decodePart(bytes, part, peekBytes) : NOTHING_SEEN;
    left -= data.length;
    const kind = contentKind(data);
    attached.push({ part, filename: part.filename ?? '', data, isWhole: !truncated, kind, magic: magicOf(data, kind) });
  }
  return attached;
}
