/** PURE. The score: what the pipeline expects of any scorer. */
import type { Message } from '../message/message.ts';
import type { Authentication, Signal, SignalValue } from '../signals/signal.ts';

export type Kind = 'wanted' | 'newsletter' | 'spam' | 'dangerous';

export interface Contribution {
  readonly name: string;
  readonly value: SignalValue;
  /** Log-odds added to (positive: unwanted) the score. */
  readonly contribution: number;
}

export interface Score {
  /** Likelihood 0..1 that the message is unwanted. */
  readonly score: number;
  readonly kind: Kind;
  /** Proof that needs no calibration, by name: `gtube` (certain spam), `eicar`, … (dangerous); null otherwise. */
  readonly proof: string | null;
  /** True for bulk mail with an aligned DKIM signature or from somebody we write to, without deceit: may outrank spam (policy language, order of judgement). */
  readonly newsletter: boolean;
  /** Largest first by absolute value. */
  readonly contributions: readonly Contribution[];
  /** Name and version of the model. */
  readonly model: string;
  /** The score for one recipient (address key) who taught something of their own; null: the same as for everybody. */
  readonly scoreFor?: (recipient: string) => number | null;
}

export interface ScoreInput {
  readonly message: Message;
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
}

/** What is known about wanted mail above a threshold. Shares are 0..1 of wanted mail. */
export interface Threshold {
  /** Lowest score that counts as spam under the bound. */
  readonly threshold: number;
  /** Point estimate; always labelled "estimated" where people see it. */
  readonly estimatedShare: number;
  /** Conservative (upper) end of the 95 % interval. */
  readonly conservativeShare: number;
  /** True when the conservative end holds the bound: only then may mail be rejected by score. */
  readonly proven: boolean;
  /** Wanted messages still lacking until it could be proven; 0 when proven. */
  readonly lacking: number;
}

export interface Scorer {
  readonly model: string;
  score(input: ScoreInput): Score;
  /** @param bound largest share of wanted mail that may be stopped, 0..1 exclusive */
  thresholdFor(bound: number): Threshold;
}
