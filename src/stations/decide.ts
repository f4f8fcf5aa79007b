/** One verdict for each recipient, and then such verdicts as one reply can carry. */
import type { Envelope, Transaction } from '../message/envelope.ts';
import type { Assessment, Decision } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import { settle } from '../policy/combine.ts';
import { decide } from '../policy/decide.ts';
import { messageFacts } from '../policy/facts.ts';
import { personalFacts } from '../policy/personal.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { Calibration, MessageFacts, RecipientFacts, Verdict } from '../policy/verdict.ts';
import { mailboxOf } from '../storage/held-scope.ts';
import type { PersonalEntries } from '../storage/review-book.ts';
import type { Correspondents, RetryBook } from '../storage/store.ts';
import { clientNetwork } from './client-network.ts';

export interface DecideParts {
  readonly policies: () => PolicySet;
  readonly calibration: Calibration;
  readonly correspondents: Pick<Correspondents, 'knows'>;
  readonly retries: RetryBook;
  /** What recipients said about senders; left out: nothing is known. */
  readonly personal?: Pick<PersonalEntries, 'find'>;
  readonly ourDomains: ReadonlySet<string>;
  readonly clock: Clock;
}

/** Over LMTP each recipient has an answer of their own; elsewhere verdicts are settled into what one reply can carry. */
export async function decideForAll({ envelope }: Transaction, assessment: Assessment, parts: DecideParts): Promise<Decision> {
  const set = parts.policies();
  const decidedAt = parts.clock.now();
  const facts = messageFacts(assessment, parts.ourDomains, asksForUtf8(envelope));
  const asked = envelope.recipients.map(({ address }): Asked => ({ set, facts: factsFor(facts, assessment, address.key), recipient: address.key, envelope, decidedAt }));
  const [first, ...others] = asked;
  const decided = first === undefined ? [] : others.length === 0 ? [await decideForOne(first, parts)] : await Promise.all(asked.map((each) => decideForOne(each, parts)));
  return { verdicts: settle(decided.map((each) => each.verdict), envelope.door === 'lmtp'), recipientFacts: decided.map((each) => each.recipient), facts, decidedAt };
}

/** What one recipient taught counts for that recipient alone. */
function factsFor(facts: MessageFacts, { score }: Assessment, recipient: string): MessageFacts {
  const own = score.scoreFor?.(recipient) ?? null;
  return own === null ? facts : { ...facts, score: own };
}

interface Asked { readonly set: PolicySet; readonly facts: MessageFacts; readonly recipient: string; readonly envelope: Envelope; readonly decidedAt: number }

async function decideForOne({ set, facts, recipient, envelope, decidedAt }: Asked, parts: DecideParts): Promise<{ readonly verdict: Verdict; readonly recipient: RecipientFacts }> {
  const knownRelation = facts.authors.length > 0 && (await parts.correspondents.knows(recipient, facts.authors));
  const sayings = facts.authors.length === 0 ? [] : await parts.personal?.find(mailboxOf(recipient), facts.authors, decidedAt) ?? [];
  const personal = personalFacts(facts.authors, sayings);
  const judged = (retry: RecipientFacts['retry']) => {
    const known: RecipientFacts = { recipient, knownRelation, retry, ...(personal === undefined ? {} : { personal }) };
    return { verdict: decide(set, facts, known, parts.calibration, decidedAt), recipient: known };
  };
  const first = judged('first');
  if (first.verdict.action !== 'ask-to-retry') return first;
  // Only now is it worth a write to remember that this sender was asked.
  const retry = await parts.retries.ask(clientNetwork(envelope.client.ip), envelope.sender.key, recipient, decidedAt);
  return retry === 'first' ? first : judged(retry);
}

const asksForUtf8 = (envelope: Envelope): boolean => envelope.parameters.some((parameter) => parameter.toUpperCase() === 'SMTPUTF8');
