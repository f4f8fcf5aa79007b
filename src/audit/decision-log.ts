/** PURE. The row that is kept about each decision: enough to explain it in sentences and to make it again, but no text of the message. */
import { record } from './recorded.ts';
import { clipped } from '../message/clip.ts';
import { recorded } from '../message/limits.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Assessment, Outcome } from '../pipeline.ts';
import type { MessageFacts, RecipientFacts, Verdict } from '../policy/verdict.ts';
import type { DecisionRecipient, DecisionRow } from '../storage/store.ts';

export interface Decided {
  readonly transaction: Transaction;
  /** null: outgoing mail, or no decision could be made. */
  readonly assessment: Assessment | null;
  readonly outcome: Outcome;
  /** From the last byte to the verdict. */
  readonly ms: number;
  /** Lower-case A-labels. */
  readonly ourDomains: ReadonlySet<string>;
  /** Whether each recipient could have an answer of their own. */
  readonly perRecipient: boolean;
  /** What was known about each recipient when it was decided; null: nobody kept it, then the decision cannot be made again exactly. */
  readonly recipientFacts: readonly RecipientFacts[] | null;
  /** As `decide` was given them; left out: made anew. */
  readonly facts?: MessageFacts | undefined;
  /** Milliseconds since 1970, as `decide` was given it. */
  readonly decidedAt: number;
}

/** Verdicts and replies stand in the order of the envelope's recipients. */
export function decisionRow(decided: Decided): DecisionRow {
  const { transaction: { envelope, bytes }, assessment, outcome: { verdicts, replies } } = decided;
  const common = {
    id: envelope.id, at: envelope.receivedAt, door: envelope.door, direction: envelope.direction, clientIp: envelope.client.ip, helo: envelope.client.helo,
    sender: envelope.sender.key, size: bytes.length, ms: Math.round(decided.ms * 100) / 100, revision: verdicts[0]?.revision ?? null,
    recipients: envelope.recipients.map(({ address }, i) => recipientRow(address.key, verdicts[i], replies[i]?.code ?? 0)),
  };
  if (assessment === null) return { ...common, authors: '', subject: '', messageId: null, score: null, kind: null, model: null, facts: '{}' };
  const { message, score, scoringFailed } = assessment;
  const facts = record({ envelope, assessment, facts: decided.facts, verdicts, ourDomains: decided.ourDomains, recipients: decided.recipientFacts, perRecipient: decided.perRecipient, decidedAt: decided.decidedAt });
  return {
    ...common, authors: clipped(facts.message.authors.join(','), recorded.fieldMaxChars), subject: facts.message.subject,
    messageId: message.messageId === null ? null : clipped(message.messageId, recorded.fieldMaxChars),
    // Unknown is not zero: a score that could not be made is none.
    score: scoringFailed ? null : score.score, kind: scoringFailed ? null : score.kind, model: score.model,
    facts: JSON.stringify(facts),
  };
}

/** @param verdict missing when no decision could be made: then the policy is '' and the action the one that the reply stands for */
function recipientRow(recipient: string, verdict: Verdict | undefined, replyCode: number): DecisionRecipient {
  if (verdict !== undefined) return { recipient, action: verdict.action, policy: verdict.policy, replyCode, verdict: JSON.stringify(verdict) };
  const action = replyCode >= 200 && replyCode < 300 ? 'deliver' : replyCode >= 500 ? 'reject' : 'ask-to-retry';
  return { recipient, action, policy: '', replyCode, verdict: '' };
}
