/** From bytes and envelope to observations and a score. */
import { dns } from '../message/limits.ts';
import type { Transaction } from '../message/envelope.ts';
import { walk } from '../message/walk.ts';
import type { Assessment } from '../pipeline.ts';
import { endTurnNow } from '../platform/end-of-turn.ts';
import type { Log } from '../platform/log.ts';
import type { Resolver } from '../platform/resolver.ts';
import type { Score, Scorer } from '../scoring/score.ts';
import { gather } from '../signals/gather.ts';
import type { Probe } from '../signals/probe.ts';

export interface AssessParts {
  readonly resolver: Resolver;
  readonly scorer: Scorer;
  readonly ourDomains: ReadonlySet<string>;
  /** What is asked elsewhere; nothing on the command line. */
  readonly probes?: readonly Probe[];
  readonly log: Log;
  /** Told how long each stage took, in milliseconds. */
  readonly timed: (stage: 'walk' | 'gather' | 'score', ms: number) => void;
}

/** Never rejects for what is in the message: what cannot be known is `unknown`, and a score that fails is marked as none. */
export async function assess({ envelope, bytes }: Transaction, parts: AssessParts): Promise<Assessment> {
  endTurnNow();
  const begun = performance.now();
  const walkedMessage = walk(bytes);
  const walked = performance.now();
  const { signals, authentication, unopened } = await gather({ envelope, message: walkedMessage, bytes, ourDomains: parts.ourDomains }, parts.resolver, dns.deadlineMs, parts.probes);
  // What the walker could not open, and what the files and the scanner add: policies judge by all of it.
  const message = unopened.length === 0 ? walkedMessage : { ...walkedMessage, unopened: [...walkedMessage.unopened, ...unopened] };
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
