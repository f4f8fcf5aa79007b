/** PURE. Who is told of held mail, and when: the page's lines, with what a person chose for themselves. */
import type { ResolvedPage, PolicySet } from '../policy/resolved.ts';
import type { Selection, Waiting } from '../storage/digest-book.ts';
import type { Schedule } from './schedule.ts';

/** What a recipient chose; null: as the page says. */
export interface PersonalDigest {
  /** `08:30`, 24-hour clock. */
  readonly at: readonly string[] | null;
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[] | null;
  /** Of the times in it, and of `at`; the page's hours stay hours of the page's zone. */
  readonly timezone: string | null;
  readonly language: string | null;
  readonly phrase: string | null;
  /** No digests at all. */
  readonly isStopped: boolean;
}

/** One digest that may be due. */
export interface Target {
  /** Key of its mark: `to:` and an address, or `policy:` and a name. */
  readonly addressee: string;
  /** Address keys of those who get it. */
  readonly to: readonly string[];
  /** Null: it lists the recipient's own mail. */
  readonly policy: ResolvedPage | null;
  /** Whose lines say when. */
  readonly page: ResolvedPage;
  readonly selection: Selection;
  readonly oldestAt: number;
  readonly newestAt: number;
}

/** Pages by name, for rows that remember a name only. */
export class Pages {
  readonly #set: PolicySet;
  readonly #byName: ReadonlyMap<string, ResolvedPage>;
  constructor(set: PolicySet) {
    this.#set = set;
    this.#byName = new Map(set.pages.map((page) => [page.name, page]));
  }

  /** The page of that name; one that is gone is replaced by the page that holds for the recipient now. */
  named(policy: string, recipient: string): ResolvedPage {
    return this.#byName.get(policy) ?? this.for(recipient);
  }

  for(recipient: string): ResolvedPage {
    return this.#set.matcher.find(recipient) ?? this.#set.everyone;
  }
}

/** Those who are told instead of the recipients; null: the recipients themselves. */
export function othersToldOf(page: ResolvedPage): readonly string[] | null {
  const to = page.quarantine.digestTo.value;
  if (to === 'recipients') return null;
  const addresses = to === 'owner' ? [page.owner] : to;
  // The built-in page has no owner: then nobody but the recipient can be told.
  return addresses.some((address) => address === '') || addresses.length === 0 ? null : addresses;
}

/** @param waiting of one mailbox, under pages that tell recipients themselves */
export function ownTarget(mailbox: string, waiting: readonly Waiting[], pages: Pages): Target {
  return {
    addressee: `to:${mailbox}`, to: [mailbox], policy: null, page: pages.for(mailbox),
    selection: { mailbox, policies: waiting.map(({ policy }) => policy) },
    oldestAt: Math.min(...waiting.map(({ oldestAt }) => oldestAt)), newestAt: Math.max(...waiting.map(({ newestAt }) => newestAt)),
  };
}

/** @param to addresses of those who are told in place of the recipients @param span of all that waits under the page */
export function policyTarget(page: ResolvedPage, to: readonly string[], span: Pick<Target, 'oldestAt' | 'newestAt'>): Target {
  return { addressee: `policy:${page.name}`, to, policy: page, page, selection: { mailbox: null, policies: [page.name] }, ...span };
}

/** Personal times hold for one's own mail; what somebody gets as an owner comes when the page says. */
export function scheduleOf({ page, policy }: Target, personal: PersonalDigest | null): Schedule {
  const { digestAt, digestDays } = page.quarantine;
  const own = policy === null ? personal : null;
  return { at: own?.at ?? digestAt.value, days: own?.days ?? digestDays.value, timezone: (own?.at == null ? null : own.timezone) ?? page.timezone.value };
}

/**
 * Whether something waits that this slot must tell: held before it, or by a clock that ran ahead (then nobody knows when).
 * @param slot the latest one at or before `now`
 * @param lastSlot of the last digest; one in the future is of such a clock, too, and does not count
 */
export function isDue({ oldestAt, newestAt }: Pick<Target, 'oldestAt' | 'newestAt'>, slot: number, lastSlot: number | null, now: number): boolean {
  const isWaiting = oldestAt < slot || newestAt > now;
  return isWaiting && (lastSlot === null || lastSlot < slot || lastSlot > now);
}
