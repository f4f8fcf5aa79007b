/** PURE. Whether anything may expire now: a clock that jumps forward must not empty the quarantine. */
import { digest as limits } from '../message/limits.ts';

/** What is remembered between two looks, also over a restart. */
export interface ExpiryState {
  /** When it was last looked. */
  readonly at: number;
  /** Nothing expires before. */
  readonly waitUntil: number;
}

const DAY_MS = 24 * 3600_000;

/**
 * @param before null: it was never looked before
 * @returns `jumped`: this look noticed that the clock went on by days, because it was set or because the service stood still
 */
export function expiryAt(before: ExpiryState | null, now: number): { readonly mayExpire: boolean; readonly jumped: boolean; readonly state: ExpiryState } {
  const jumped = before !== null && now - before.at > limits.clockGapMaxMs;
  // Set back again: what was waited for is of no account any more.
  const waited = before === null || before.waitUntil > now + DAY_MS ? 0 : before.waitUntil;
  const waitUntil = jumped ? now + DAY_MS : waited;
  return { mayExpire: now >= waitUntil, jumped, state: { at: now, waitUntil } };
}
