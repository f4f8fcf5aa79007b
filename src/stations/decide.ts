/** One verdict for each recipient, and then such verdicts as one reply can carry. */
import type { Envelope, Transaction } from '../message/envelope.ts';
import type { Assessment } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import { settle } from '../policy/combine.ts';
import { decide } from '../policy/decide.ts';
import { messageFacts } from '../policy/facts.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { Calibration, MessageFacts, Verdict } from '../policy/verdict.ts';
import type { Correspondents, RetryBook } from '../storage/store.ts';
import { clientNetwork } from './client-network.ts';

export interface DecideParts {
  readonly policies: () => PolicySet;
  readonly calibration: Calibration;
  readonly correspondents: Pick<Correspondents, 'knows'>;
  readonly retries: RetryBook;
  readonly ourDomains: ReadonlySet<string>;
  readonly clock: Clock;
}

/** @param perRecipient LMTP: each recipient has an answer of their own */
export async function decideForAll({ envelope }: Transaction, assessment: Assessment, perRecipient: boolean, parts: DecideParts): Promise<readonly Verdict[]> {
  const set = parts.policies();
  const facts = messageFacts(assessment, parts.ourDomains, asksForUtf8(envelope));
  const verdicts = await Promise.all(envelope.recipients.map(({ address }) => decideForOne(set, facts, address.key, envelope, parts)));
  return settle(verdicts, perRecipient);
}

async function decideForOne(set: PolicySet, facts: MessageFacts, recipient: string, envelope: Envelope, parts: DecideParts): Promise<Verdict> {
  const now = parts.clock.now();
  const knownRelation = facts.authors.length > 0 && (await parts.correspondents.knows(recipient, facts.authors));
  const first = decide(set, facts, { recipient, knownRelation, retry: 'first' }, parts.calibration, now);
  if (first.action !== 'ask-to-retry') return first;
  // Only now is it worth a write to remember that this sender was asked.
  const retry = await parts.retries.ask(clientNetwork(envelope.client.ip), envelope.sender.key, recipient, now);
  return retry === 'first' ? first : decide(set, facts, { recipient, knownRelation, retry }, parts.calibration, now);
}

const asksForUtf8 = (envelope: Envelope): boolean => envelope.parameters.some((parameter) => parameter.toUpperCase() === 'SMTPUTF8');
