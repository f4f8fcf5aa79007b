/**
 * Holding and delivering. First what is held becomes durable, then the next hop is asked, then there is a reply.
 * SMTP has one reply for all (RFC 5321 section 4.2.5): what it cannot say of single recipients is kept and tried again.
 */
import { HoldError, type QuarantineHolder } from '../actions/hold.ts';
import { applyEdits, groupDeliveries } from '../actions/headers.ts';
import { replies as ours, replyOfVerdict } from '../intake/reply.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Assessment, DeliveryGroup, Kept, Onward, Outcome, Reply } from '../pipeline.ts';
import type { Log } from '../platform/log.ts';
import type { Verdict } from '../policy/verdict.ts';

export interface ActParts {
  readonly holder: QuarantineHolder;
  readonly hostname: string;
  readonly log: Log;
  readonly timed: (stage: 'hold' | 'onward', ms: number) => void;
  readonly holdFailed: (code: string) => void;
}

/** What is done with one message: everything that the steps below share. */
interface Job {
  readonly transaction: Transaction;
  readonly assessment: Assessment;
  readonly verdicts: readonly Verdict[];
  readonly onward: Onward;
  readonly parts: ActParts;
}

/** One reply for each recipient, in their order. Never rejects for what the next hop or the disk does: that is a reply. */
export async function act(transaction: Transaction, assessment: Assessment, verdicts: readonly Verdict[], onward: Onward, parts: ActParts): Promise<Outcome> {
  const job: Job = { transaction, assessment, verdicts, onward, parts };
  const replies = verdicts.map((verdict) => replyOfVerdict(verdict, transaction.envelope.id));
  const held = verdicts.some(({ action }) => action === 'quarantine') ? await hold(job) : NOTHING_HELD;
  if ('failure' in held) {
    for (const index of held.recipients) replies[index] = held.failure;
    // One reply for all: nothing was delivered yet, so the sender may safely try again for everybody.
    if (transaction.envelope.door !== 'lmtp') {
      await onward.abandon();
      return { verdicts, replies: verdicts.map(() => held.failure) };
    }
  }
  const groups = groupDeliveries({
    envelope: transaction.envelope, bytes: transaction.bytes, subject: assessment.message.subject,
    score: scoreOf(assessment), authenticationResults: assessment.authentication.results, hostname: parts.hostname,
  }, verdicts).toSorted(transaction.envelope.door === 'milter' ? mildestFirst(verdicts) : () => 0);
  if (groups.length === 0) await onward.abandon();
  else if (transaction.envelope.door === 'lmtp') await deliverEach(job, groups, replies);
  else await deliverAsOne(job, groups, replies, held);
  return { verdicts, replies };
}

/**
 * A milter's MTA has one text: the first group's. The others wait for the outbox, so that what is unsuspected waits for
 * nothing; among the suspected, the larger group is first.
 */
function mildestFirst(verdicts: readonly Verdict[]): (a: DeliveryGroup, b: DeliveryGroup) => number {
  const suspected = ({ recipients }: DeliveryGroup): number => (verdicts[recipients[0] as number]?.action === 'deliver' ? 0 : 1);
  return (a, b) => suspected(a) - suspected(b) || b.recipients.length - a.recipients.length;
}

type Held = Kept | { readonly failure: Reply; readonly recipients: readonly number[]; withdraw(): Promise<void> };

const NOTHING_HELD: Kept = Object.freeze({ withdraw: async () => undefined });

async function hold({ transaction, assessment, verdicts, parts }: Job): Promise<Held> {
  const recipients = verdicts.flatMap((verdict, index) => (verdict.action === 'quarantine' ? [index] : []));
  const begun = performance.now();
  try {
    return await parts.holder.hold(transaction, assessment.message, scoreOf(assessment), verdicts, recipients);
  } catch (error) {
    parts.log.error({ id: transaction.envelope.id, err: error }, 'a message could not be held');
    parts.holdFailed(error instanceof HoldError ? error.code : 'unexpected');
    return { failure: error instanceof HoldError ? error.reply : ours.failed, recipients, ...NOTHING_HELD };
  } finally {
    parts.timed('hold', performance.now() - begun);
  }
}

/** LMTP: everybody has the next hop's answer for themselves (RFC 2033 section 4.2). */
async function deliverEach({ transaction, onward, parts }: Job, groups: readonly DeliveryGroup[], replies: Reply[]): Promise<void> {
  const begun = performance.now();
  for (const group of groups) {
    const answers = await onward.deliver(group, transaction.bytes);
    group.recipients.forEach((recipient, at) => { replies[recipient] = answers[at] ?? ours.failed; });
  }
  parts.timed('onward', performance.now() - begun);
}

/**
 * SMTP. Before anybody has the message, a failure is everybody's: held copies are withdrawn, the sender is told.
 * Once somebody has it, whoever could not get it is kept for the outbox, since a retry would bring duplicates.
 */
async function deliverAsOne(job: Job, groups: readonly DeliveryGroup[], replies: Reply[], held: Held): Promise<void> {
  const begun = performance.now();
  const { transaction, onward, parts } = job;
  let accepted: Reply | null = null;
  for (const group of groups) {
    const answers = await onward.deliver(group, transaction.bytes);
    accepted ??= answers.find(isAccepted) ?? null;
    if (accepted === null) {
      await held.withdraw().catch((error: unknown) => parts.log.error({ id: transaction.envelope.id, err: error }, 'a held copy could not be withdrawn'));
      replies.fill(answers.find((answer) => answer.code < 500) ?? answers[0] ?? ours.failed);
      break;
    }
    const failed = group.recipients.filter((_, at) => !isAccepted(answers[at] ?? ours.failed));
    if (failed.length > 0 && !(await keepUndelivered(job, group, failed))) {
      accepted = ours.failed; // The sender tries again; a duplicate for some is better than a loss for others.
      break;
    }
  }
  if (accepted !== null) replies.fill(accepted);
  parts.timed('onward', performance.now() - begun);
}

async function keepUndelivered({ transaction, assessment, verdicts, parts }: Job, group: DeliveryGroup, recipients: readonly number[]): Promise<boolean> {
  const bytes = Buffer.concat(applyEdits(transaction.bytes, group.edits));
  const { id } = transaction.envelope;
  try {
    await parts.holder.holdUndelivered(transaction, assessment.message, scoreOf(assessment), verdicts, recipients, bytes, group.mailboxFolder);
    parts.log.warn({ id, recipients: recipients.length }, 'delivered to some recipients; kept for the others, the outbox will try again');
    return true;
  } catch (error) {
    parts.log.error({ id, err: error }, 'delivered to some recipients, and could not be kept for the others');
    return false;
  }
}

/** null: it could not be scored, and unknown is not zero. */
const scoreOf = ({ score, scoringFailed }: Job['assessment']): Job['assessment']['score'] | null => (scoringFailed ? null : score);

const isAccepted = (reply: Reply): boolean => reply.code >= 200 && reply.code < 300;
