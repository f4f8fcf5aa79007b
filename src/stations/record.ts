/** What remains of a message: a row in the decision log, counts, and one line in the log. */
import { decisionRow } from '../audit/decision-log.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Recorded } from '../pipeline.ts';
import type { Log } from '../platform/log.ts';
import type { DecisionLog } from '../storage/store.ts';

export interface RecordParts {
  readonly decisions: Pick<DecisionLog, 'append'>;
  readonly metrics: Metrics;
  readonly ourDomains: ReadonlySet<string>;
  readonly log: Log;
}

/** Never throws: the message has been dealt with, whatever happens here. */
export function record(recorded: Recorded, parts: RecordParts): void {
  try {
    const { transaction, assessment, decision, outcome, ms } = recorded;
    parts.decisions.append(decisionRow({
      transaction, assessment, outcome, ms, ourDomains: parts.ourDomains, perRecipient: transaction.envelope.door === 'lmtp',
      facts: decision?.facts, recipientFacts: decision?.recipientFacts ?? null, decidedAt: decision?.decidedAt ?? transaction.envelope.receivedAt,
    }));
    for (const { policy, action } of outcome.verdicts) {
      parts.metrics.decided(policy, action);
      if (action === 'quarantine') parts.metrics.held(policy);
    }
    if (ms >= 0) parts.metrics.stage('decide', ms);
    parts.log.info(line(recorded), 'decided');
  } catch (error) {
    parts.metrics.error('record');
    parts.log.error({ id: recorded.transaction.envelope.id, err: error }, 'a decision could not be recorded');
  }
}

function line({ transaction: { envelope, bytes }, assessment, outcome: { verdicts, replies }, ms }: Recorded): object {
  const { length } = envelope.recipients;
  const each = (pick: (index: number) => string): string => (length === 1 ? pick(0) : [...new Set(envelope.recipients.map((_, index) => pick(index)))].join(','));
  return {
    id: envelope.id, queueId: envelope.queueId, door: envelope.door, direction: envelope.direction, client: envelope.client.ip,
    from: envelope.sender.key, to: envelope.recipients.map(({ address }) => address.key),
    action: verdicts.length > 0 ? each((index) => verdicts[index]?.action ?? 'none') : 'none',
    policy: verdicts.length > 0 ? each((index) => verdicts[index]?.policy ?? 'none') : null,
    revision: verdicts[0]?.revision ?? null,
    score: assessment === null || assessment.scoringFailed ? null : Math.round(assessment.score.score * 10_000) / 10_000,
    kind: assessment?.score.kind ?? null,
    reply: each((index) => String(replies[index]?.code ?? 0)),
    bytes: bytes.length,
    ms: Math.round(ms * 100) / 100,
  };
}
