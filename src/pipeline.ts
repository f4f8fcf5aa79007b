/**
 * The way of a message, from top to bottom. Both front doors call `handle`; nothing else decides.
 * Order matters: a hold is durable and the next hop has answered before a reply exists (invariant 1).
 */
import type { Transaction } from './message/envelope.ts';
import type { Message } from './message/message.ts';
import type { Authentication, Signal } from './signals/signal.ts';
import type { Score } from './scoring/score.ts';
import type { MessageFacts, RecipientFacts, Verdict } from './policy/verdict.ts';

/** What a recipient's sender is told. */
export interface Reply {
  readonly code: number;
  /** RFC 3463, e.g. `5.7.1`; null where the next hop gave none. */
  readonly enhanced: string | null;
  /** Without code; '\n' between lines. */
  readonly text: string;
}

/** Changes to the bytes that go onward: all at the top, but for the subject. */
export interface Edits {
  /** Whole fields with CRLF, topmost first. */
  readonly added: string;
  /** What becomes of Subject; null leaves it. */
  readonly subject: SubjectEdit | null;
  /** Byte ranges of fields to leave out (forged ones), ascending: [start, end). */
  readonly removed: readonly (readonly [number, number])[];
}

/** The subject with words in front, in two forms: doors that write bytes insert, the milter sets the value. */
export interface SubjectEdit {
  /** New value of the first Subject field, unfolded, the words encoded as RFC 2047 asks. */
  readonly value: string;
  /** ASCII texts to insert at byte offsets of the original, ascending; no other byte changes. A missing field is inserted whole. */
  readonly inserts: readonly { readonly at: number; readonly text: string }[];
}

/** Recipients (indices into envelope.recipients) who get the same bytes. */
export interface DeliveryGroup {
  readonly recipients: readonly number[];
  readonly edits: Edits;
  /** Folder of the recipient's own mailbox, where we deliver into Maildirs ourselves; null: the inbox. */
  readonly mailboxFolder: string | null;
}

/** Where mail goes when it goes on: the next hop by SMTP or LMTP, Maildirs, or back to the MTA (milter). */
export interface Onward {
  /** One reply per recipient of the group, in order. Never throws: what fails is a 4xx. */
  deliver(group: DeliveryGroup, bytes: Buffer): Promise<readonly Reply[]>;
  /** Nobody gets it: the next hop's transaction is reset. */
  abandon(): Promise<void>;
}

/** Makes a message durable in the quarantine for these recipients; throws HoldError when it cannot. */
export interface Holder {
  /** @param score null: it could not be scored */
  hold(transaction: Transaction, message: Message, score: Score | null, verdicts: readonly Verdict[], recipients: readonly number[]): Promise<Kept>;
}

/** What was held. Withdrawn when the sender is told "no" after all, so that nobody receives what was refused. */
export interface Kept {
  withdraw(): Promise<void>;
}

/** Everything that was observed about a message, whoever receives it. */
export interface Assessment {
  readonly message: Message;
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
  readonly score: Score;
  /** Set when scoring failed: the policies' `could-not-check` decides then. */
  readonly scoringFailed: boolean;
}

/** Verdicts, and what they were judged by, so that they can be made again. Verdicts and recipients stand in the order of the envelope. */
export interface Decision {
  readonly verdicts: readonly Verdict[];
  readonly recipientFacts: readonly RecipientFacts[];
  /** What was judged of the message, whoever receives it. */
  readonly facts: MessageFacts;
  /** Milliseconds since 1970. */
  readonly decidedAt: number;
}

export interface Outcome {
  /** In the order of envelope.recipients; empty when nothing was decided (outgoing mail, failure). */
  readonly verdicts: readonly Verdict[];
  readonly replies: readonly Reply[];
}

/** A message that was dealt with: what `record` is told. */
export interface Handled {
  readonly transaction: Transaction;
  readonly outcome: Outcome;
  /** null, like the decision: outgoing mail, our own releases, or no decision could be made. */
  readonly assessment: Assessment | null;
  readonly decision: Decision | null;
  /** From the last byte to the verdict, in milliseconds. */
  readonly ms: number;
}

/** The stations of the way; main.ts puts them together, tests replace them one by one. */
export interface Stations {
  /** Whether it passes unfiltered: it goes out, or we let it through ourselves. */
  isExempt(transaction: Transaction): boolean | Promise<boolean>;
  /** Onward as it is; of outgoing mail the recipients are learnt as correspondents. */
  passOn(transaction: Transaction, onward: Onward): Promise<Outcome>;
  /** Bytes and envelope to observations and a score. */
  assess(transaction: Transaction): Promise<Assessment>;
  /** One verdict per recipient, such that the door can say them. */
  decide(transaction: Transaction, assessment: Assessment): Promise<Decision>;
  /** Holds, delivers, and says what each recipient's sender is told. */
  act(transaction: Transaction, assessment: Assessment, verdicts: readonly Verdict[], onward: Onward): Promise<Outcome>;
  /** When no decision could be made: the operator's failure mode (invariant 11). */
  fail(transaction: Transaction, onward: Onward, error: unknown): Promise<Outcome>;
  /** Decision log, metrics, one log line. Must not throw. */
  record(handled: Handled): void;
}

/** @returns one reply per recipient of the envelope, in its order */
export async function handle(transaction: Transaction, onward: Onward, stations: Stations): Promise<Outcome> {
  const begun = performance.now();
  const seen = await examine(transaction, onward, stations);
  const ms = performance.now() - begun;
  if ('outcome' in seen) {
    stations.record({ transaction, assessment: null, decision: null, ms, outcome: seen.outcome });
    return seen.outcome;
  }
  const outcome = await stations.act(transaction, seen.assessment, seen.decision.verdicts, onward);
  stations.record({ transaction, assessment: seen.assessment, decision: seen.decision, ms, outcome });
  return outcome;
}

type Examined = { readonly assessment: Assessment; readonly decision: Decision } | { readonly outcome: Outcome };

async function examine(transaction: Transaction, onward: Onward, stations: Stations): Promise<Examined> {
  try {
    // Nearly always known at once: each wait costs a turn of the queue of promises.
    const exempt = stations.isExempt(transaction);
    if (exempt === true || (exempt !== false && await exempt)) return { outcome: await stations.passOn(transaction, onward) };
    const assessment = await stations.assess(transaction);
    return { assessment, decision: await stations.decide(transaction, assessment) };
  } catch (error) {
    return { outcome: await stations.fail(transaction, onward, error) };
  }
}
