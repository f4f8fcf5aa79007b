/** Sessions: a secret in a cookie, its hash in the store. Nothing about a person stands in the browser. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { review } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import type { Sessions } from '../storage/review-book.ts';

export interface Session {
  readonly secret: string;
  readonly address: string;
  readonly createdAt: number;
}

const FORM = /^[A-Za-z0-9_-]{43}$/;
/** Prolonged at most this often, so that reading pages does not write. */
const TOUCH_MS = 3600_000;

/** By which the store knows a session. */
export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** @param agent what the browser calls itself. Rejects with StoreError. */
export async function startSession(sessions: Sessions, clock: Clock, address: string, agent: string): Promise<Session> {
  const secret = randomBytes(32).toString('base64url');
  const now = clock.now();
  await sessions.expire(now);
  await sessions.add({ idHash: hashOf(secret), address, createdAt: now, seenAt: now, expiresAt: now + review.sessionIdleMs, agent: agent.slice(0, 200).toWellFormed() });
  return { secret, address, createdAt: now };
}

/** The session of a cookie; null: none, ended or unknown. */
export async function sessionOf(sessions: Sessions, clock: Clock, secret: string | undefined): Promise<Session | null> {
  if (secret === undefined || !FORM.test(secret)) return null;
  const now = clock.now();
  const row = await sessions.find(hashOf(secret), now);
  if (row === null || now >= row.createdAt + review.sessionMaxMs) return null;
  if (now - row.seenAt > TOUCH_MS) await sessions.touch(row.idHash, now, Math.min(now + review.sessionIdleMs, row.createdAt + review.sessionMaxMs));
  return { secret, address: row.address, createdAt: row.createdAt };
}

/** What every form of this session carries: only our own pages know it. */
export function formToken({ secret }: Session): string {
  return createHmac('sha256', secret).update('form').digest('base64url');
}

/** Compared in constant time. @param given null: the form had none */
export function isFormToken(session: Session, given: string | null): boolean {
  const wanted = Buffer.from(formToken(session));
  const got = Buffer.from(given ?? '');
  return got.length === wanted.length && timingSafeEqual(got, wanted);
}
