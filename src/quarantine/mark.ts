/**
 * PURE. The keyed mark on our own mail: whoever does not know the key cannot write it, and it is worth something once, for one
 * recipient, one text and a short time. `X-Usher-Release: v=1; k=<key>; id=<id>; exp=<ms>; mac=<HMAC-SHA-256, base64url>`.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export const MARK_FIELD = 'X-Usher-Release';

export interface MarkKey {
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Buffer;
}

export interface MarkedMail {
  /** Id of the outbox row, or whatever names this sending. */
  readonly id: string;
  /** Address key, as in MailAddress. */
  readonly recipient: string;
  /** The whole message; only its body counts, since servers on the way may change header fields. */
  readonly bytes: Buffer;
}

export type MarkCheck =
  | { readonly ok: true; readonly id: string; readonly token: string; readonly expiresAt: number }
  | { readonly ok: false; readonly why: 'malformed' | 'unknown-key' | 'wrong' | 'expired' };

/** The field's value, without name and line break. */
export function makeMark(mail: MarkedMail, expiresAt: number, key: MarkKey): string {
  return `v=1; k=${key.id}; id=${mail.id}; exp=${expiresAt}; mac=${macOf(mail, expiresAt, key).toString('base64url')}`;
}

const FORM = /^v=1; k=([0-9a-z]{1,32}); id=([0-9a-z]{1,64}); exp=(\d{1,15}); mac=([A-Za-z0-9_-]{43})$/;

/**
 * Whether a mark is genuine and in time. Whether it was used before only the store knows: `store.marks.use(token, expiresAt)`.
 * @param keys those in force; the previous one too while it is being replaced
 */
export function verifyMark(value: string, mail: Omit<MarkedMail, 'id'>, now: number, keys: readonly MarkKey[]): MarkCheck {
  const match = FORM.exec(value.trim());
  if (match === null) return { ok: false, why: 'malformed' };
  const [, keyId = '', id = '', exp = '', mac = ''] = match;
  const key = keys.find((each) => each.id === keyId);
  if (key === undefined) return { ok: false, why: 'unknown-key' };
  const expiresAt = Number(exp);
  const given = Buffer.from(mac, 'base64url');
  // 43 characters carry 258 bits: the two spare ones must be zero, or one mark could be written in four ways and be used four times.
  if (given.length !== 32 || given.toString('base64url') !== mac) return { ok: false, why: 'malformed' };
  if (!timingSafeEqual(given, macOf({ ...mail, id }, expiresAt, key))) return { ok: false, why: 'wrong' };
  if (now >= expiresAt) return { ok: false, why: 'expired' };
  return { ok: true, id, token: mac, expiresAt };
}

function macOf(mail: MarkedMail, expiresAt: number, key: MarkKey): Buffer {
  const parts = [mail.id, mail.recipient, String(expiresAt), bodyHash(mail.bytes)];
  // JSON keeps the parts apart whatever they hold.
  return createHmac('sha256', key.secret).update(JSON.stringify(parts)).digest();
}

/** SHA-256 of what follows the first empty line; empty lines at the end do not count, as in RFC 6376 3.4.3. */
export function bodyHash(bytes: Buffer): string {
  const separator = bytes.indexOf('\r\n\r\n');
  let end = bytes.length;
  const start = separator < 0 ? end : separator + 4;
  while (end - 2 >= start && bytes[end - 1] === 0x0a && bytes[end - 2] === 0x0d) end -= 2;
  return createHash('sha256').update(bytes.subarray(start, end)).digest('base64url');
}
