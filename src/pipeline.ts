/**
 * The way of a message, from top to bottom. Both front doors call `handle`; nothing else decides.
 * Order matters: a hold is durable and the next hop has answered before a reply exists (invariant 1).
 */
import type { Transaction } from './message/envelope.ts';
import type { Message } from './message/message.ts';
import type { Authentication, Signal } from './signals/signal.ts';
import type { Score } from './scoring/score.ts';
import type { Verdict } from './policy/verdict.ts';

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
  hold(transaction: Transaction, message: Message, score: Score, verdicts: readonly Verdict[], recipients: readonly number[]): Promise<void>;
}

export interface Assessment {
  readonly message: Message;
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
  readonly score: Score;
}

export interface Outcome {
  /** In the order of envelope.recipients. */
  readonly verdicts: readonly Verdict[];
  readonly replies: readonly Reply[];
}
