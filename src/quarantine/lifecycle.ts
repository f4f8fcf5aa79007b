/** PURE. What may become of held mail, and who may do it. */
import type { HeldRow, HeldState } from '../storage/store.ts';

/** Who asks: the operator on the command line, the recipient or the approver on their page, or Usher itself. */
export type Actor = 'operator' | 'recipient' | 'approver' | 'outbox' | 'clock';
/** `expire-delivered`: its time is over, and the page says `after-that: deliver-marked`. */
export type Event = 'release' | 'delivered' | 'gave-up' | 'delete' | 'vanish' | 'expire' | 'expire-delivered';
/** The page's `recipients-may`. */
export type RecipientsMay = 'let-through' | 'ask' | 'look';

export type Step = { readonly ok: true; readonly to: HeldState } | { readonly ok: false; readonly why: Refusal };
export type Refusal = 'not-in-this-state' | 'not-allowed' | 'not-named-yet';

/** Everything that is not here does not happen. `released`, `deleted` and `expired` are the end. */
const EDGES: Readonly<Record<HeldState, Partial<Readonly<Record<Event, HeldState>>>>> = {
  held: { release: 'releasing', delete: 'deleted', vanish: 'deleted', expire: 'expired', 'expire-delivered': 'releasing' },
  releasing: { delivered: 'released', 'gave-up': 'held', vanish: 'deleted' },
  released: {},
  deleted: {},
  expired: {},
};

const ALLOWED: Readonly<Record<Actor, readonly Event[]>> = {
  operator: ['release', 'delete', 'vanish'],
  approver: ['release', 'delete', 'vanish'],
  recipient: ['release', 'delete', 'vanish'],
  outbox: ['delivered', 'gave-up', 'vanish'],
  clock: ['expire', 'expire-delivered', 'vanish'],
};

/**
 * @param recipientsMay counts for `recipient` only: who may only ask or look changes nothing by themselves
 */
export function step(row: Pick<HeldRow, 'state' | 'namedAt'>, event: Event, actor: Actor, recipientsMay: RecipientsMay = 'let-through'): Step {
  const to = EDGES[row.state][event];
  if (to === undefined) return { ok: false, why: 'not-in-this-state' };
  if (!ALLOWED[actor].includes(event)) return { ok: false, why: 'not-allowed' };
  if (actor === 'recipient' && event !== 'vanish' && recipientsMay !== 'let-through') return { ok: false, why: 'not-allowed' };
  // Nothing goes away before somebody was told that it is there.
  if ((event === 'expire' || event === 'expire-delivered') && row.namedAt === null) return { ok: false, why: 'not-named-yet' };
  return { ok: true, to };
}

/** Whether a recipient, or time, must not let it go: by its kind, or by the line that held it. */
export function isDangerous(row: Pick<HeldRow, 'kind' | 'reason'>): boolean {
  return row.kind === 'dangerous' || row.reason.startsWith('dangerous');
}

/**
 * When a row may expire; null: not at all, as long as no digest has named it.
 * The time of keeping counts from when it was held, but never ends within a day of being named.
 */
export function expiresAt(row: Pick<HeldRow, 'at' | 'namedAt' | 'state'>, keepForMs: number): number | null {
  if (row.namedAt === null || row.state !== 'held') return null;
  return Math.max(row.at + keepForMs, row.namedAt + DAY_MS);
}

const DAY_MS = 24 * 3600_000;
