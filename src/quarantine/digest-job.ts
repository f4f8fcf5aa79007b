/**
 * Sends digests when they are due. Every minute it is looked who has held mail that no digest has named and whose slot has come;
 * each digest is one transaction (its notices, its slot, the names), so that a run may end at any point and be taken up again by
 * whoever looks next: never none, never two, whatever the number of nodes.
 */
import { digest as limits } from '../message/limits.ts';
import type { Log } from '../platform/log.ts';
import type { PolicySet, ResolvedPage } from '../policy/resolved.ts';
import type { Waiting } from '../storage/digest-book.ts';
import { makeDigest, type DigestParts, type Made, type MakeContext } from './digest-make.ts';
import { isDue, othersToldOf, ownTarget, Pages, policyTarget, scheduleOf, type Target } from './digest-targets.ts';
import { latestSlot, type Schedule } from './schedule.ts';

export interface DigestJobOptions extends DigestParts {
  readonly policies: () => PolicySet;
  readonly log: Log;
  /** Told of each digest that is in the outbox now. */
  readonly queued?: (made: Extract<Made, { is: 'queued' }>) => void;
  /** Told of each that could not be made. */
  readonly failed?: () => void;
  /** Told now and then how far a long run has come; the log is told as well. */
  readonly progress?: (progress: DigestProgress) => void;
}

export interface DigestProgress {
  readonly queued: number;
  readonly listed: number;
  readonly failed: number;
  /** Mailboxes that were looked at, and all that have something waiting, due or not. */
  readonly looked: number;
  readonly of: number;
}

export interface DigestRun {
  readonly queued: number;
  readonly listed: number;
  readonly failed: number;
  /** False: it was stopped, or too much failed; who looks next goes on. */
  readonly isComplete: boolean;
}

export interface RunOptions {
  /** Due or not, e.g. because an operator asks. */
  readonly isForced?: boolean;
  /** Only what this address gets. */
  readonly only?: string;
  readonly isStopped?: () => boolean;
}

/** One look over all who have something waiting. Rejects with StoreError when they cannot be read. */
export async function runDigests(options: DigestJobOptions, { isForced = false, only, isStopped = () => false }: RunOptions = {}): Promise<DigestRun> {
  const begun = performance.now();
  const now = options.clock.now();
  const run = new Run(options, isForced, now);
  for await (const target of targets(options.digests, new Pages(options.policies()))) {
    if (isStopped() || run.isGivenUp) break;
    if (only === undefined || target.to.includes(only)) await run.take(target);
  }
  await run.finish();
  const result = { ...run.result(), isComplete: !isStopped() && !run.isGivenUp };
  if (result.queued + result.failed > 0) options.log.info({ ...result, ms: Math.round(performance.now() - begun) }, 'digests queued');
  return result;
}

/** All digests that there could be now, due or not: those of recipients first, each as soon as it is known. */
export async function* targets(digests: DigestParts['digests'], pages: Pages): AsyncGenerator<Target> {
  const ofPolicies = new Map<ResolvedPage, { oldestAt: number; newestAt: number }>();
  for await (const [mailbox, waiting] of byMailbox(digests)) {
    const own: Waiting[] = [];
    for (const each of waiting) {
      const page = pages.named(each.policy, mailbox);
      // Rows of a page that is gone go to their recipients: nobody else can be asked for them.
      if (page.name !== each.policy || othersToldOf(page) === null) own.push(each);
      else ofPolicies.set(page, spanOf(ofPolicies.get(page), each));
    }
    if (own.length > 0) yield ownTarget(mailbox, own, pages);
  }
  for (const [page, span] of ofPolicies) yield policyTarget(page, othersToldOf(page) ?? [], span);
}

/** How many mailboxes have something waiting behind this one. Rejects with StoreError. */
async function mailboxesBehind(digests: DigestParts['digests'], mailbox: string): Promise<number> {
  let count = 0;
  for await (const [each] of byMailbox(digests, { mailbox, policy: '' })) if (each !== mailbox) count++;
  return count;
}

async function* byMailbox(digests: DigestParts['digests'], from: Pick<Waiting, 'mailbox' | 'policy'> | null = null): AsyncGenerator<readonly [mailbox: string, waiting: readonly Waiting[]]> {
  let after = from;
  let open: Waiting[] = [];
  for (;;) {
    const step: readonly Waiting[] = await digests.waiting(after, limits.stepRows);
    for (const each of step) {
      const [first] = open;
      if (first !== undefined && first.mailbox !== each.mailbox) {
        yield [first.mailbox, open];
        open = [];
      }
      open.push(each);
    }
    after = step.at(-1) ?? null;
    if (step.length < limits.stepRows) break;
  }
  if (open[0] !== undefined) yield [open[0].mailbox, open];
}

function spanOf(known: { oldestAt: number; newestAt: number } | undefined, { oldestAt, newestAt }: Waiting): { oldestAt: number; newestAt: number } {
  return { oldestAt: Math.min(known?.oldestAt ?? oldestAt, oldestAt), newestAt: Math.max(known?.newestAt ?? newestAt, newestAt) };
}

/** So many failures without a success between them are not the fault of the digests. */
const FAILURES_MAX = 20;

/** One look: a few digests at a time, counted; a failure is one recipient's alone. */
class Run {
  readonly #options: DigestJobOptions;
  readonly #isForced: boolean;
  readonly #now: number;
  readonly #slots = new Map<string, number | null>();
  readonly #open = new Set<Promise<void>>();
  #context: Promise<MakeContext> | null = null;
  #last = '';
  #queued = 0;
  #looked = 0;
  #of: Promise<number> | null = null;
  #listed = 0;
  #failed = 0;
  #failedInARow = 0;

  constructor(options: DigestJobOptions, isForced: boolean, now: number) {
    this.#options = options;
    this.#isForced = isForced;
    this.#now = now;
  }

  get isGivenUp(): boolean {
    return this.#failedInARow >= FAILURES_MAX;
  }

  result(): Omit<DigestRun, 'isComplete'> {
    return { queued: this.#queued, listed: this.#listed, failed: this.#failed };
  }

  /** Resolves when there is room for the next one. */
  async take(target: Target): Promise<void> {
    if (target.policy === null) this.#looked++;
    this.#last = target.selection.mailbox ?? this.#last;
    const work = this.#work(target).finally(() => this.#open.delete(work));
    this.#open.add(work);
    while (this.#open.size >= limits.atOnce) await Promise.race(this.#open);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#open);
    if (this.isGivenUp) this.#options.log.error(this.result(), 'digests cannot be made at the moment; they are tried again');
  }

  /** Never rejects. */
  async #work(target: Target): Promise<void> {
    const { log, queued, failed } = this.#options;
    try {
      const slot = await this.#slotOf(target);
      if (slot === null) return;
      const made = await makeDigest(target, slot, this.#options, await (this.#context ??= this.#makeContext()));
      this.#failedInARow = 0;
      if (made.is !== 'queued') return;
      this.#queued++;
      this.#listed += made.listed;
      log.debug({ to: target.to, slot: new Date(slot).toISOString(), listed: made.listed, left: made.left, notices: made.notices }, 'digest queued');
      queued?.(made);
      if (this.#queued % limits.progressEvery === 0) await this.#tell();
    } catch (error) {
      this.#failed++;
      this.#failedInARow++;
      log.error({ to: target.to, err: error }, 'a digest could not be made');
      failed?.();
    }
  }

  async #tell(): Promise<void> {
    const looked = this.#looked;
    this.#of ??= mailboxesBehind(this.#options.digests, this.#last).then((behind) => looked + behind);
    const progress = { ...this.result(), looked: this.#looked, of: await this.#of };
    this.#options.log.info(progress, 'digests under way');
    this.#options.progress?.(progress);
  }

  /** Null: not due. */
  async #slotOf(target: Target): Promise<number | null> {
    if (this.#isForced) return this.#now;
    const personal = target.policy === null ? await this.#options.personalOf(target.selection.mailbox ?? '') : null;
    if (personal?.isStopped === true) return null;
    const slot = this.#latestSlot(scheduleOf(target, personal));
    if (slot === null || !isDue(target, slot, null, this.#now)) return null;
    return isDue(target, slot, await this.#options.digests.lastSlot(target.addressee), this.#now) ? slot : null;
  }

  /** Most recipients share a few schedules. */
  #latestSlot(schedule: Schedule): number | null {
    const key = JSON.stringify(schedule);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const slot = latestSlot(schedule, this.#now);
    this.#slots.set(key, slot);
    return slot;
  }

  async #makeContext(): Promise<MakeContext> {
    return { pages: new Pages(this.#options.policies()), linkTo: await this.#options.linkMaker() };
  }
}
