/** The end of held mail: what a digest has named and nobody wanted is deleted, or delivered with a mark, as its page says. What none has named stays. */
import { digest as limits } from '../message/limits.ts';
import type { Log } from '../platform/log.ts';
import type { PolicySet, ResolvedPage } from '../policy/resolved.ts';
import type { HeldRow, Store } from '../storage/store.ts';
import { Pages } from './digest-targets.ts';
import { expiryAt, type ExpiryState } from './expiry.ts';
import { expiresAt, isDangerous, step } from './lifecycle.ts';
import { outboxRowFor } from './outbox-row.ts';
import { removeIfDone, type Quarantine } from './release.ts';

export interface ExpireOptions extends Quarantine {
  readonly store: Pick<Store, 'held' | 'digests' | 'settings'>;
  readonly policies: () => PolicySet;
  readonly log: Log;
  /** Looks at the message again before it is delivered by itself; null: it is gone. */
  readonly isDangerousNow: (row: HeldRow) => Promise<boolean | null>;
  readonly expired?: (what: 'deleted' | 'delivered-marked') => void;
}

export interface Expired {
  readonly deleted: number;
  readonly deliveredMarked: number;
}

const DAY_MS = 24 * 3600_000;
const SETTING = 'expiry-state';

/** One look over the whole quarantine, policy by policy, in small steps. Rejects with StoreError. */
export async function expireNamed(options: ExpireOptions, isStopped: () => boolean = () => false): Promise<Expired> {
  const { store, clock, log } = options;
  if (!(await mayExpire(options))) return { deleted: 0, deliveredMarked: 0 };
  const pages = new Pages(options.policies());
  const counts = { deleted: 0, deliveredMarked: 0 };
  for (let policy = await store.digests.nextPolicy(''); policy !== null && !isStopped(); policy = await store.digests.nextPolicy(policy)) {
    const page = pages.named(policy, '');
    const keepForMs = page.quarantine.keepForDays.value * DAY_MS;
    for (let after: HeldRow | null = null; !isStopped(); ) {
      const now = clock.now();
      const rows: readonly HeldRow[] = await store.digests.expiring(policy, now - keepForMs, now - DAY_MS, after, limits.expireRowsPerStep);
      for (const row of rows) await end(options, row, page, keepForMs, counts);
      after = rows.at(-1) ?? null;
      if (after === null) break;
    }
  }
  if (counts.deleted + counts.deliveredMarked > 0) log.info(counts, 'held mail expired');
  return counts;
}

async function mayExpire({ store, clock, log }: ExpireOptions): Promise<boolean> {
  const stored = await store.settings.get(SETTING);
  const before = stored === null ? null : (JSON.parse(stored) as ExpiryState);
  const { mayExpire, jumped, state } = expiryAt(before, clock.now());
  await store.settings.set(SETTING, JSON.stringify(state));
  if (jumped) log.warn({ lastLook: new Date(before?.at ?? 0).toISOString(), until: new Date(state.waitUntil).toISOString() }, 'the clock went on by days: nothing expires for a day, in case it is wrong');
  return mayExpire;
}

/** Ends one row whose time is over: deleted, or delivered with a mark where the page wants that and nothing speaks against it. */
async function end(options: ExpireOptions, row: HeldRow, page: ResolvedPage, keepForMs: number, counts: { deleted: number; deliveredMarked: number }): Promise<void> {
  const now = options.clock.now();
  const due = expiresAt(row, keepForMs);
  if (due === null || due > now) return;
  // What looks dangerous is never delivered by itself, whatever the page says of the rest.
  if (page.quarantine.afterThat.value !== 'deliver-marked' || isDangerous(row)) return await remove(options, row, now, counts);
  // The next hop refused it and it was held again: once a day is often enough to ask.
  if (row.stateAt > row.at && now - row.stateAt < DAY_MS) return;
  const dangerous = await lookedAt(options, row);
  if (dangerous === true) await remove(options, row, now, counts);
  else if (dangerous === false) await deliverMarked(options, row, page.markWith.value, now, counts);
}

/** Somebody may have been quicker with this row, here as below: then nothing happens. */
async function remove(options: ExpireOptions, row: HeldRow, now: number, counts: { deleted: number }): Promise<void> {
  const allowed = step(row, 'expire', 'clock');
  if (!allowed.ok || !(await options.store.held.move(row.id, ['held'], allowed.to, now))) return;
  await removeIfDone(options, row);
  counts.deleted++;
  options.expired?.('deleted');
}

async function deliverMarked(options: ExpireOptions, row: HeldRow, markWith: string, now: number, counts: { deliveredMarked: number }): Promise<void> {
  const allowed = step(row, 'expire-delivered', 'clock');
  if (!allowed.ok || !(await options.store.held.release(row.id, outboxRowFor(row, 'release', now, markWith), now))) return;
  counts.deliveredMarked++;
  options.expired?.('delivered-marked');
}

/** null: it is gone, or cannot be looked at now, and then it stays. */
async function lookedAt({ isDangerousNow, log }: ExpireOptions, row: HeldRow): Promise<boolean | null> {
  try {
    return await isDangerousNow(row);
  } catch (error) {
    log.error({ heldId: row.id, err: error }, 'held mail could not be looked at again; it stays until it can');
    return null;
  }
}
