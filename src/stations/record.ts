/** What remains of a message: a row in the decision log, counts, and one line in the log. */
import { decisionRow } from '../audit/decision-log.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Handled } from '../pipeline.ts';
import type { Log } from '../platform/log.ts';
import type { DecisionLog } from '../storage/store.ts';

export interface RecordParts {
  readonly decisions: Pick<DecisionLog, 'append'>;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Never throws: the message has been dealt with, whatever happens here. */
export function record(handled: Handled, parts: RecordParts): void {
  const { outcome, ms } = handled;
  try {
    parts.decisions.append(decisionRow(handled));
    for (const { policy, action } of outcome.verdicts) {
      parts.metrics.decided(policy, action);
      if (action === 'quarantine') parts.metrics.held(policy);
    }
    if (ms >= 0) parts.metrics.stage('decide', ms);
    parts.log.info(logLine(handled), 'decided');
  } catch (error) {
    parts.metrics.error('record');
    parts.log.error({ id: handled.transaction.envelope.id, err: error }, 'a decision could not be recorded');
  }
}

/** Facts of the one line; what is the same for all recipients stands once. */
function logLine({ transaction: { envelope, bytes }, assessment, outcome: { verdicts, replies }, ms }: Handled): object {
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
