/** Mail that is not judged: what goes out, what we let through ourselves, and what could not be judged. */
import { planEdits, type EditFacts } from '../actions/headers.ts';
import { headerLines, firstBytes, rawValue } from '../actions/header-lines.ts';
import { markSubject } from '../actions/subject-mark.ts';
import { replies as ours } from '../intake/reply.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Onward, Outcome, Reply } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { learnSent, type LearnSentParts } from './learn.ts';

export interface PassOnParts extends LearnSentParts {
  readonly hostname: string;
  readonly clock: Clock;
  readonly timed: (stage: 'onward', ms: number) => void;
}

/** Goes onward without a verdict; forged fields of ours are cut out all the same. */
export async function passOn(transaction: Transaction, onward: Onward, parts: PassOnParts): Promise<Outcome> {
  const { envelope } = transaction;
  const replies = await deliverToAll(transaction, onward, planEdits(bareFacts(transaction, parts.hostname), []), parts);
  const accepted = envelope.recipients.filter((_, at) => (replies[at]?.code ?? 0) < 300);
  if (envelope.direction === 'out') learnSent(transaction, accepted.map(({ address }) => address.key), parts, parts.clock.now());
  return { verdicts: [], replies };
}

export interface FailParts extends Omit<PassOnParts, keyof LearnSentParts | 'clock'> {
  readonly onFailure: 'ask-to-retry' | 'deliver-unchecked';
  /** Words in front of the subject of mail that nobody checked. */
  readonly markUncheckedWith: string;
  readonly log: Log;
}

/** The operator's failure mode: never 250 and drop (invariant 11). */
export async function fail(transaction: Transaction, onward: Onward, error: unknown, parts: FailParts): Promise<Outcome> {
  parts.log.error({ id: transaction.envelope.id, err: error, mode: parts.onFailure }, 'no decision could be made');
  if (parts.onFailure === 'ask-to-retry') {
    await onward.abandon();
    return { verdicts: [], replies: transaction.envelope.recipients.map(() => ours.failed) };
  }
  const edits = planEdits(bareFacts(transaction, parts.hostname), []);
  const subjects = headerLines(transaction.bytes, firstBytes('s')).filter((field) => field.key === 'subject');
  const decoded = subjects[0] ? rawValue(transaction.bytes, subjects[0]).trim() : '';
  const subject = markSubject(transaction.bytes, subjects, parts.markUncheckedWith, decoded);
  const replies = await deliverToAll(transaction, onward, { ...edits, subject }, parts);
  return { verdicts: [], replies };
}

async function deliverToAll({ envelope, bytes }: Transaction, onward: Onward, edits: ReturnType<typeof planEdits>, parts: Pick<PassOnParts, 'timed'>): Promise<readonly Reply[]> {
  const begun = performance.now();
  const replies = await onward.deliver({ recipients: envelope.recipients.map((_, index) => index), edits, mailboxFolder: null }, bytes);
  parts.timed('onward', performance.now() - begun);
  return replies;
}

const bareFacts = ({ envelope, bytes }: Transaction, hostname: string): EditFacts => ({ envelope, bytes, subject: '', score: null, authenticationResults: null, hostname });
