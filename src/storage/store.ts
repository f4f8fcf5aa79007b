/**
 * What Usher remembers. One implementation on Kysely, for SQLite, tested by one suite; what is particular to a database stands behind `Engine`.
 * Times are milliseconds since 1970; addresses are keys (lower case, A-labels). All methods reject with StoreError when the database fails.
 */
import type { LessonBook } from './lesson-book.ts';
import type { Action } from '../policy/verdict.ts';
import type { DigestBook } from './digest-book.ts';
import type { NoticeBook } from './notice-book.ts';
import type { ReviewBook } from './review-book.ts';
import type { HeldRow, HeldState, OutboxRow } from './rows.ts';

export type { HeldRow, HeldState, OutboxRow } from './rows.ts';

export interface DecisionRow {
  readonly id: string;
  readonly at: number;
  readonly door: string;
  readonly direction: 'in' | 'out';
  readonly clientIp: string | null;
  readonly helo: string;
  readonly sender: string;
  /** Comma-separated keys of From. */
  readonly authors: string;
  readonly subject: string;
  readonly messageId: string | null;
  readonly size: number;
  readonly score: number | null;
  readonly kind: string | null;
  readonly model: string | null;
  readonly revision: string | null;
  /** Milliseconds from the last byte to the verdict. */
  readonly ms: number;
  /** JSON: MessageFacts without text, signals with values, contributions, authentication with its DNS answers; enough to replay. */
  readonly facts: string;
  readonly recipients: readonly DecisionRecipient[];
}

export interface DecisionRecipient {
  readonly recipient: string;
  readonly action: Action;
  readonly policy: string;
  /** SMTP code that was answered for this recipient. */
  readonly replyCode: number;
  /** JSON of the Verdict. */
  readonly verdict: string;
}

export interface DecisionLog {
  /** Queued and written in batches within 200 ms; a crash may lose the last batch of the log, never mail. */
  append(row: DecisionRow): void;
  flush(): Promise<void>;
  find(id: string): Promise<DecisionRow | null>;
  /** JSON of the facts of several decisions, by id; without those that are not kept any more. */
  factsOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Removes rows older than this; gives their number. */
  expire(before: number): Promise<number>;
}

export interface Correspondents {
  /** `ours` wrote to (or let through) each of `theirs`. Queued like decisions. */
  learn(ours: string, theirs: readonly string[], at: number, how: 'sent' | 'released'): void;
  knows(ours: string, theirs: readonly string[]): Promise<boolean>;
}

/** What happened with an address outside: we wrote to it, or let its mail through, blocked it, complained of it. */
export type SenderEvent = 'written' | 'released' | 'blocked' | 'complained';

/** How often, each event counting less as time goes by. */
export type EventCounts = Readonly<Record<SenderEvent, number>>;

/** Apart, because what came under a forged name must not be held against its owner, nor count for the forger. */
export interface SenderCounts {
  readonly proven: EventCounts;
  readonly unproven: EventCounts;
}

/** Of the whole company; addresses are keys. */
export interface SenderHistory {
  /** Queued like decisions. @param proven whether the author of that mail was authenticated; `written` counts as proven  @param count −1 takes one back */
  note(event: SenderEvent, addresses: readonly string[], proven: boolean, at: number, count?: 1 | -1): void;
  counts(address: string, now: number): Promise<SenderCounts>;
  /** A message of ours went out. Queued; only a hash is kept. */
  sent(messageId: string, at: number): void;
  /** Whether one of these was ours, and not too long ago. */
  wasSent(messageIds: readonly string[], now: number): Promise<boolean>;
  /** Removes what has faded away. */
  expire(now: number): Promise<void>;
}

/** Remembers who was asked to retry (policy language, item 9). */
export interface RetryBook {
  /** Notes the request and says how it stands with this triple. `network` is a /24 or /64. */
  ask(network: string, sender: string, recipient: string, at: number): Promise<'first' | 'too-early' | 'returned'>;
}

export interface HeldFilter {
  readonly recipient?: string;
  readonly policy?: string;
  readonly state?: HeldState;
  readonly search?: string;
  /** Keyset: rows before this (at, id). */
  readonly before?: { readonly at: number; readonly id: string };
  readonly limit: number;
}

export interface HeldBook {
  /** Writes all rows in one durable transaction; a row whose (retryKey, recipient) stands already within 7 days adds to its count instead. Gives the ids in force, in the order given, and which were new. Rows for the outbox are added in the same transaction if the held row they name is new. */
  hold(rows: readonly HeldRow[], outbox?: readonly OutboxRow[]): Promise<readonly { readonly id: string; readonly isNew: boolean }[]>;
  /** The row that this delivery to this recipient would count upon, whatever its state; null: none since then. */
  findByRetryKey(retryKey: string, recipient: string, since: number): Promise<HeldRow | null>;
  find(id: string): Promise<HeldRow | null>;
  list(filter: HeldFilter): Promise<readonly HeldRow[]>;
  /** Moves to a state only from one of `from`; false when it was not in one (somebody else was quicker). */
  move(id: string, from: readonly HeldState[], to: HeldState, at: number): Promise<boolean>;
  /** held → releasing, with its row in the outbox, in one durable transaction; false when it was not held. */
  release(id: string, row: OutboxRow, at: number): Promise<boolean>;
  /** The file is gone: held or releasing → deleted, and a retried delivery is held anew instead of counted. */
  vanished(id: string, at: number): Promise<boolean>;
  /** Takes one delivery back: the count goes down, and a row that nobody else counts upon is deleted, so that a retry is held anew. Only while it is `held`. */
  withdraw(id: string, at: number): Promise<void>;
  /** `kept`: a row still needs this file; `done`: its rows have come to an end; `unknown`: no row names it. */
  stateOfFile(file: string): Promise<'kept' | 'done' | 'unknown'>;
}

export interface Outbox {
  add(row: OutboxRow): Promise<void>;
  /** Due rows, oldest first, claimed for `leaseMs` so that no other worker takes them. */
  claim(now: number, leaseMs: number, limit: number): Promise<readonly OutboxRow[]>;
  /** Delivered; a held row behind it becomes `released` in the same transaction. */
  done(id: string, at: number): Promise<void>;
  /** Keeps a claimed row for longer. */
  extend(id: string, until: number): Promise<void>;
  retry(id: string, nextAt: number, error: string): Promise<void>;
  /** Gives up: the row stays, done, with its error; a held row behind it goes back to `held`. */
  fail(id: string, at: number, error: string): Promise<void>;
  pending(): Promise<number>;
  /** The newest row for a held one: how its release stands. */
  findByHeld(heldId: string): Promise<OutboxRow | null>;
}

/** Marks of our own mail that were used up (single use). */
export interface UsedMarks {
  /** True when this mark was not used before; notes it. */
  use(mark: string, expiresAt: number): Promise<boolean>;
}

/** Small values that outlive a restart: secrets, the last good policy set. */
export interface Settings {
  get(key: string): Promise<string | null>;
  set(key: string, value: string): Promise<void>;
  /** Sets what is not there yet; gives the value in force, be it this or another's. */
  add(key: string, value: string): Promise<string>;
  remove(key: string): Promise<void>;
}

export interface Store {
  readonly decisions: DecisionLog;
  readonly correspondents: Correspondents;
  readonly history: SenderHistory;
  readonly retries: RetryBook;
  readonly held: HeldBook;
  readonly outbox: Outbox;
  readonly notices: NoticeBook;
  readonly digests: DigestBook;
  readonly review: ReviewBook;
  readonly marks: UsedMarks;
  readonly settings: Settings;
  readonly lessons: LessonBook;
  /** Does one cheap read: for /readyz. */
  ping(): Promise<void>;
  /** What is wrong with it, in English, for the log and /readyz; empty: nothing. */
  problems(): readonly string[];
  close(): Promise<void>;
}

/** The database failed; the message says how, in English, for the log and the operator. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
