/** From bytes and envelope to observations and a score. */
import { dns } from '../message/limits.ts';
import type { Transaction } from '../message/envelope.ts';
import { walk } from '../message/walk.ts';
import type { Assessment } from '../pipeline.ts';
import type { Log } from '../platform/log.ts';
import type { Resolver } from '../platform/resolver.ts';
import type { Score, Scorer } from '../scoring/score.ts';
import { gather } from '../signals/gather.ts';

export interface AssessParts {
  readonly resolver: Resolver;
  readonly scorer: Scorer;
  readonly ourDomains: ReadonlySet<string>;
  readonly log: Log;
  /** Told how long each stage took, in milliseconds. */
  readonly timed: (stage: 'walk' | 'gather' | 'score', ms: number) => void;
}

export async function assess({ envelope, bytes }: Transaction, parts: AssessParts): Promise<Assessment> {
  const begun = performance.now();
  const message = walk(bytes);
  const walked = performance.now();
  const { signals, authentication } = await gather({ envelope, message, bytes, ourDomains: parts.ourDomains }, parts.resolver, dns.deadlineMs);
  const gathered = performance.now();
  let score: Score;
  let scoringFailed = false;
  try {
    score = parts.scorer.score({ message, signals, authentication });
  } catch (error) {
    // Unknown is not zero: the policies' could-not-check decides, and the score is marked as none.
    parts.log.error({ id: envelope.id, err: error }, 'scoring failed');
    score = { score: 0, kind: 'wanted', proof: null, newsletter: false, contributions: [], model: `${parts.scorer.model} (failed)` };
    scoringFailed = true;
  }
  parts.timed('walk', walked - begun);
  parts.timed('gather', gathered - walked);
  parts.timed('score', performance.now() - gathered);
  return { message, signals, authentication, score, scoringFailed };
}
