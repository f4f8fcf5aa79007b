/** PURE. The row that is kept about each decision: enough to explain it in sentences and to make it again, but no text of the message. */
import { recordedFacts } from './recorded.ts';
import { clipped } from '../message/clip.ts';
import { recorded } from '../message/limits.ts';
import type { Handled } from '../pipeline.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { DecisionRecipient, DecisionRow } from '../storage/store.ts';

/** A message that was passed on unjudged has a row, too: without score, kind, model and facts. */
export function decisionRow({ transaction, assessment, decision, outcome: { verdicts, replies }, ms }: Handled): DecisionRow {
  const { envelope, bytes } = transaction;
  const common = {
    id: envelope.id, at: envelope.receivedAt, door: envelope.door, direction: envelope.direction, clientIp: envelope.client.ip, helo: envelope.client.helo,
    sender: envelope.sender.key, size: bytes.length, ms: Math.round(ms * 100) / 100, revision: verdicts[0]?.revision ?? null,
    recipients: envelope.recipients.map(({ address }, i) => recipientRow(address.key, verdicts[i], replies[i]?.code ?? 0)),
  };
  if (assessment === null || decision === null) return { ...common, authors: '', subject: '', messageId: null, score: null, kind: null, model: null, facts: '{}' };
  const { message, score, scoringFailed } = assessment;
  const facts = recordedFacts(envelope, assessment, decision);
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
