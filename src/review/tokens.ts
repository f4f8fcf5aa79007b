/**
 * PURE. Tokens of the links in our mails: `<key>.<claims>.<mac>`, where claims are base64url of JSON and mac is HMAC-SHA-256 (RFC 2104).
 * A token says what one person may do to one thing until when; it proves nothing else and does nothing by being opened.
 * Ask `linkKeys` (link-keys.ts) for the keys. A token never stands in a log: routes that carry one are logged without their address.
 */
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';

/** What a link is for; each opens one page with one action. */
export const PURPOSES = ['let-through', 'welcome', 'ask', 'not-wanted', 'look', 'answer', 'stop-digest', 'sign-in'] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Link {
  readonly purpose: Purpose;
  /** Address key of the person for whom the link was made. */
  readonly recipient: string;
  /** Id of the held message, or of whatever else the purpose is about; '' where there is nothing. */
  readonly subject: string;
  /** Milliseconds since 1970, whole seconds; from then on it is expired. */
  readonly expiresAt: number;
}

export interface LinkKey {
  /** Number of the time span that it was made in, as decimal digits. */
  readonly id: string;
  /** 32 bytes; as a KeyObject it is prepared once for many links. */
  readonly secret: Buffer | KeyObject;
}

export type TokenCheck =
  | { readonly ok: true; readonly link: Link }
  /** `wrong-purpose`: genuine, but made for something else. */
  | { readonly ok: false; readonly why: 'malformed' | 'unknown-key' | 'wrong' | 'wrong-purpose' | 'expired' };

const FORM = /^(\d{1,8})\.([A-Za-z0-9_-]{1,1600})\.([A-Za-z0-9_-]{43})$/;

/** Path of the page that a token opens, below `public-url`. */
export function linkPath(token: string): string {
  return `/l/${token}`;
}

/** The address for a mail. @param publicUrl as configured, with or without a slash at its end */
export function linkUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${linkPath(token)}`;
}

/** @param key the newest one */
export function makeToken(link: Link, key: LinkKey): string {
  const claims = Buffer.from(JSON.stringify([link.purpose, link.recipient, link.subject, Math.ceil(link.expiresAt / 1000)])).toString('base64url');
  return `${key.id}.${claims}.${macOf(key, claims).toString('base64url')}`;
}

/**
 * @param now milliseconds since 1970
 * @param keys those in force, see `keySpans`
 * @param purpose what the page that was asked for is for; left out: any
 */
export function readToken(token: string, now: number, keys: readonly LinkKey[], purpose?: Purpose): TokenCheck {
  const match = FORM.exec(token);
  if (match === null) return { ok: false, why: 'malformed' };
  const [, keyId = '', claims = '', mac = ''] = match;
  const key = keys.find((each) => each.id === keyId);
  if (key === undefined) return { ok: false, why: 'unknown-key' };
  const given = Buffer.from(mac, 'base64url');
  // 43 characters carry 258 bits: with the two spare ones free, one token could be written in four ways.
  if (given.toString('base64url') !== mac) return { ok: false, why: 'malformed' };
  if (!timingSafeEqual(given, macOf(key, claims))) return { ok: false, why: 'wrong' };
  const link = linkOf(claims);
  if (link === null) return { ok: false, why: 'malformed' };
  if (purpose !== undefined && link.purpose !== purpose) return { ok: false, why: 'wrong-purpose' };
  return now >= link.expiresAt ? { ok: false, why: 'expired' } : { ok: true, link };
}

/** The key's id is part of what is signed, and so is that this is a link and no other use of the key. */
function macOf(key: LinkKey, claims: string): Buffer {
  return createHmac('sha256', key.secret).update(`usher-link-1\n${key.id}\n${claims}`).digest();
}

/** null: signed by us, yet not of this form, as a token of another version might be. */
function linkOf(claims: string): Link | null {
  const values: unknown = jsonOf(claims);
  if (!Array.isArray(values) || values.length !== 4) return null;
  const [purpose, recipient, subject, seconds] = values as readonly unknown[];
  if (typeof recipient !== 'string' || typeof subject !== 'string' || !Number.isSafeInteger(seconds)) return null;
  const known = PURPOSES.find((each) => each === purpose);
  return known === undefined ? null : { purpose: known, recipient, subject, expiresAt: (seconds as number) * 1000 };
}

function jsonOf(claims: string): unknown {
  try {
    return JSON.parse(Buffer.from(claims, 'base64url').toString());
  } catch {
    return null; // Not JSON, which is what null says.
  }
}

/** Links may live this long at most, so that one key before the present one and its predecessor are enough. */
export const LINK_MAX_MS = 60 * 24 * 3600_000;
const SPAN_MS = 30 * 24 * 3600_000;

/**
 * Key rotation without agreement: time is cut into spans of 30 days, each with a key of its own. Gives the numbers of the spans
 * whose keys are in force at `now`, the present one first; a link of 60 days made at the very end of a span outlives it by two.
 */
export function keySpans(now: number): readonly [number, ...number[]] {
  const present = Math.floor(now / SPAN_MS);
  return [present, present - 1, present - 2];
}
