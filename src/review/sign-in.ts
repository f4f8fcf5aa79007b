/**
 * Signing in without passwords: a mail to one's own address brings a link and six digits. Whoever asks learns nothing about who
 * exists: the answer is the same, and takes as long, whether or not a mail goes out.
 */
import { createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { mailAddress } from '../message/envelope.ts';
import { review } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { SignInRow, SignIns } from '../storage/review-book.ts';
import { mailboxOf } from '../storage/held-scope.ts';

const HOUR_MS = 3600_000;

export interface Asked {
  readonly id: string;
  readonly address: string;
  /** The mail that goes out; null: none does (too many already). */
  readonly code: string | null;
  readonly expiresAt: number;
}

/** Mailbox key of what was typed; null: no address. */
export function typedAddress(typed: string): string | null {
  const text = typed.trim();
  if (!/^[^\s@<>,;:"\\()[\]]{1,128}@[^\s@<>,;:"\\()[\]]{1,250}$/u.test(text)) return null;
  return mailboxOf(mailAddress(text).key);
}

/** Notes the request. @param address mailbox key. Rejects with StoreError. */
export async function askToSignIn(signIns: SignIns, clock: Clock, address: string): Promise<Asked> {
  const now = clock.now();
  const id = `${newId(now)}${randomBytes(16).toString('hex')}`;
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const expiresAt = now + review.signInValidMs;
  await signIns.add({ id, address, codeHash: codeHash(id, code), createdAt: now, expiresAt, tries: 0, usedAt: null });
  const { asked } = await signIns.recent(address, now - HOUR_MS); // Counts this one, so that many at once gain nothing.
  await signIns.expire(now - 48 * HOUR_MS);
  return { id, address, code: asked <= review.signInMailsPerHourMax ? code : null, expiresAt };
}

export type CodeAnswer = 'ok' | 'wrong' | 'expired' | 'too-many';

/** Uses a sign-in up by its code. @param id from the cookie of the browser that asked */
export async function tryCode(signIns: SignIns, clock: Clock, id: string, typed: string): Promise<{ readonly answer: CodeAnswer; readonly address: string }> {
  const row = await signIns.find(id);
  const now = clock.now();
  if (row === null || row.usedAt !== null || now >= row.expiresAt) return { answer: 'expired', address: '' };
  const here = await signIns.count(id);
  const { tries } = await signIns.recent(row.address, now - 24 * HOUR_MS);
  // Past this only the link serves: a stranger who guesses must not keep the owner out.
  if (here > review.codeTriesMax || tries > review.codeTriesPerDayMax) return { answer: 'too-many', address: '' };
  if (!matches(row, typed)) return { answer: 'wrong', address: '' };
  return (await signIns.use(id, now)) ? { answer: 'ok', address: row.address } : { answer: 'expired', address: '' };
}

function matches(row: SignInRow, typed: string): boolean {
  const digits = typed.replace(/[\s-]/g, '');
  if (!/^\d{6}$/.test(digits)) return false;
  return timingSafeEqual(Buffer.from(codeHash(row.id, digits)), Buffer.from(row.codeHash));
}

function codeHash(id: string, code: string): string {
  return createHmac('sha256', id).update(code).digest('base64url');
}
