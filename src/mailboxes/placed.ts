/**
 * PURE. The field that says where we put a message, so that it can be seen later whether somebody moved it:
 * `X-Usher-Placed: v=1; k=<key>; id=<decision>; in=<inbox or junk>; mac=<HMAC-SHA-256, base64url>`. It is the first line of
 * a delivered file and vouches for every byte behind it, in this mailbox: nobody can write one, put it on another message,
 * or carry it into another mailbox. From outside such fields are removed, as everything that begins with X-Usher-.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { MarkKey } from '../quarantine/mark.ts';

export type Place = 'inbox' | 'junk';

export interface Placed {
  /** Of the decision. */
  readonly id: string;
  readonly place: Place;
}

const NAME = 'X-Usher-Placed';
const FORM = /^X-Usher-Placed: v=1; k=([0-9a-z]{1,32}); id=([0-9a-z]{1,64}); in=(inbox|junk); mac=([A-Za-z0-9_-]{43})\r?\n/;
/** Longer than any such line. */
export const PLACED_MAX_BYTES = 400;

/**
 * The whole field with its line break.
 * @param mailbox directory of the mailbox, as recipientDirectory names it @param slices what is written behind the field
 */
export function placedField(placed: Placed, mailbox: string, slices: readonly Buffer[], key: MarkKey): string {
  return `${NAME}: v=1; k=${key.id}; id=${placed.id}; in=${placed.place}; mac=${macOf(placed, mailbox, slices, key).toString('base64url')}\r\n`;
}

/** What the field claims, not yet believed; null when the file does not begin with one. @param head beginning of the file */
export function claimedPlace(head: Buffer): Placed | null {
  const match = FORM.exec(head.toString('latin1', 0, PLACED_MAX_BYTES));
  return match === null ? null : { id: match[2] as string, place: match[3] as Place };
}

/** The message behind the field, if it is genuine; null otherwise. @param keys those in force and the one before */
export function verifiedMessage(file: Buffer, mailbox: string, keys: readonly MarkKey[]): Buffer | null {
  const match = FORM.exec(file.toString('latin1', 0, PLACED_MAX_BYTES));
  const key = keys.find(({ id }) => id === match?.[1]);
  if (match === null || key === undefined) return null;
  const behind = file.subarray(match[0].length);
  const mac = macOf({ id: match[2] as string, place: match[3] as Place }, mailbox, [behind], key);
  return timingSafeEqual(mac, Buffer.from(match[4] as string, 'base64url').subarray(0, 32)) ? behind : null;
}

function macOf({ id, place }: Placed, mailbox: string, slices: readonly Buffer[], key: MarkKey): Buffer {
  const hash = createHash('sha256');
  for (const slice of slices) hash.update(slice);
  // The first word keeps it apart from the other marks that are made with these keys.
  return createHmac('sha256', key.secret).update(JSON.stringify(['placed', id, place, mailbox, hash.digest('base64url')])).digest();
}
