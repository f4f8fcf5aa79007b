/** PURE. The facts of one decision as they stand in the log (JSON), and how they are read again. */
import { clipped } from '../message/clip.ts';
import { recorded } from '../message/limits.ts';
import type { Envelope } from '../message/envelope.ts';
import type { MessageFacts, RecipientFacts, Verdict } from '../policy/verdict.ts';
import type { Assessment, Decision } from '../pipeline.ts';
import type { Authentication, Signal, SignalValue } from '../signals/signal.ts';

/** A signal in few characters: its value, or why it is unknown. */
export type RecordedSignal = SignalValue | { readonly unknown: string };

export interface Recorded {
  /** Version of this form. */
  readonly v: 1;
  /** Facts that the policy judged by, without the message's text. */
  readonly message: Omit<MessageFacts, 'text'>;
  /** Words of the text that a list entry matched: all of the text that the verdict depended on. */
  readonly words: readonly string[];
  /** What was present or unknown. The other signals of that time, nine in ten, were absent. */
  readonly signals: Readonly<Record<string, RecordedSignal>>;
  /** Log-odds by signal, largest first. */
  readonly contributions: readonly (readonly [name: string, value: SignalValue, contribution: number])[];
  readonly authentication: Omit<Authentication, 'signals'>;
  readonly scoringFailed: boolean;
  readonly envelope: { readonly parameters: readonly string[]; readonly tls: string | null; readonly user: string | null };
  /** In the order of the envelope; null: not known any more, so the decision cannot be made again exactly. */
  readonly recipients: readonly RecipientFacts[] | null;
  /** Whether each recipient could have an answer of their own (LMTP). */
  readonly perRecipient: boolean;
  /** Milliseconds since 1970, as `decide` was given it. */
  readonly decidedAt: number;
}

/** What the log keeps of a decision: long texts cut, the message's text left out but for words that decided. */
export function recordedFacts(envelope: Envelope, assessment: Assessment, { facts, verdicts, recipientFacts, decidedAt }: Decision): Recorded {
  const { authentication, score, signals, scoringFailed } = assessment;
  return {
    v: 1, message: withoutText(facts), words: wordsMatched(verdicts), signals: shortened(signals, authentication.signals),
    contributions: score.contributions.map((each) => [each.name, clippedValue(each.value), fourDigits(each.contribution)]),
    authentication: { author: authentication.author, dkimAligned: authentication.dkimAligned, results: authentication.results, lookups: clippedAll(authentication.lookups) },
    scoringFailed,
    envelope: { parameters: envelope.parameters, tls: envelope.tls, user: envelope.user },
    recipients: recipientFacts, perRecipient: envelope.door === 'lmtp', decidedAt,
  };
}

function withoutText({ kind, score, proof, newsletter, authors, fromOurDomain, author, unopened, subject, language, utf8Replies }: MessageFacts): Recorded['message'] {
  return {
    kind, score, proof, newsletter, authors: authors.length > recorded.authorsMax ? authors.slice(0, recorded.authorsMax) : authors, fromOurDomain, author, unopened,
    subject: clipped(subject, recorded.subjectMaxChars), language, utf8Replies,
  };
}

function clippedAll(lookups: Authentication['lookups']): Record<string, string> {
  const short: Record<string, string> = {};
  for (const name of Object.keys(lookups)) short[name] = clipped(lookups[name] as string, recorded.lookupMaxChars);
  return short;
}

/** As `toFixed(4)` rounds, for which it is asked only where it is not plain. */
export function fourDigits(value: number): number {
  const times = value * 10_000;
  const whole = Math.round(times);
  const isPlain = Math.abs(times) < 1e9 && Math.abs(Math.abs(times - whole) - 0.5) > 1e-3;
  return isPlain ? whole / 10_000 : Number(value.toFixed(4));
}

function wordsMatched(verdicts: readonly Verdict[]): readonly string[] {
  if (verdicts.every(({ match }) => match === null)) return [];
  return [...new Set(verdicts.flatMap(({ match }) => (match !== null && match.by.endsWith('words') ? [match.entry] : [])))];
}

function shortened(...families: readonly (readonly Signal[])[]): Record<string, RecordedSignal> {
  const short: Record<string, RecordedSignal> = {};
  for (const signals of families) {
    for (const signal of signals) {
      if (signal.state === 'present') short[signal.name] = clippedValue(signal.value);
      else if (signal.state === 'unknown') short[signal.name] = { unknown: signal.reason };
    }
  }
  return short;
}

function clippedValue(value: SignalValue): SignalValue {
  return typeof value === 'string' ? clipped(value, recorded.signalValueMaxChars) : value;
}

/** null when there are none (outgoing mail, no decision), or they were written in a form that is not known here. */
export function readRecorded(facts: string): Recorded | null {
  try {
    const read = JSON.parse(facts) as Partial<Recorded> | null;
    return read?.v === 1 ? (read as Recorded) : null;
  } catch {
    return null; // Not JSON: nobody can read it, which is what null says.
  }
}
