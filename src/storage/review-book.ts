/** What the pages for people remember: the shapes. Addresses are mailbox keys (lower case, A-labels, without `+anything`), times milliseconds since 1970. */
import type { HeldRow, HeldState } from './rows.ts';

export interface SessionRow {
  /** SHA-256 of the secret that the browser keeps: who reads the database cannot sign in with it. */
  readonly idHash: string;
  readonly address: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly expiresAt: number;
  /** What the browser called itself, for the list of places where one is signed in. */
  readonly agent: string;
}

export interface Sessions {
  add(row: SessionRow): Promise<void>;
  find(idHash: string, now: number): Promise<SessionRow | null>;
  /** Prolongs. */
  touch(idHash: string, seenAt: number, expiresAt: number): Promise<void>;
  remove(idHash: string): Promise<void>;
  /** All of one person. */
  removeAll(address: string): Promise<void>;
  list(address: string, now: number): Promise<readonly SessionRow[]>;
  /** Forgets those that ended. */
  expire(now: number): Promise<void>;
}

export interface SignInRow {
  readonly id: string;
  readonly address: string;
  /** HMAC of the six digits under the id, which never leaves the browser that asked and our own mail. */
  readonly codeHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Codes typed so far. */
  readonly tries: number;
  readonly usedAt: number | null;
}

export interface SignIns {
  add(row: SignInRow): Promise<void>;
  find(id: string): Promise<SignInRow | null>;
  /** Of one address since then: how many were asked for, and how many codes were typed. */
  recent(address: string, since: number): Promise<{ readonly asked: number; readonly tries: number }>;
  /** Counts a code before it is looked at, so that many at once gain nothing; gives the count, 0 for an unknown id. */
  count(id: string): Promise<number>;
  /** True for the first who uses it in time. */
  use(id: string, at: number): Promise<boolean>;
  expire(before: number): Promise<void>;
}

/**
 * `welcome`, `unwelcome`: the recipient said so.
 * `let-through`: what was held for `reason` was wanted, so the same sender is not held for it again.
 */
export type PersonalKind = 'welcome' | 'unwelcome' | 'let-through';

export interface PersonalEntry {
  readonly recipient: string;
  /** Address key of the author. */
  readonly sender: string;
  readonly kind: PersonalKind;
  /** Reason of the verdict for `let-through`; '' for the others. */
  readonly reason: string;
  readonly at: number;
  /** First instant at which it counts no more. */
  readonly until: number;
}

export interface PersonalEntries {
  /** One that stands already is renewed. */
  put(entries: readonly PersonalEntry[]): Promise<void>;
  remove(recipient: string, senders: readonly string[], kind: PersonalKind): Promise<void>;
  /** What counts for mail of these authors now. */
  find(recipient: string, senders: readonly string[], now: number): Promise<readonly PersonalEntry[]>;
  /** Welcome and unwelcome senders, the newest first. */
  list(recipient: string, now: number, limit: number): Promise<readonly PersonalEntry[]>;
}

export type Role = 'recipient' | 'delegate' | 'approver' | 'owner' | 'operator';

/** Who did what: rows are added, never changed. */
export interface ActRow {
  readonly id: string;
  readonly at: number;
  readonly actor: string;
  readonly role: Role;
  /** Name of the act, see review/acts.ts. */
  readonly act: string;
  readonly via: 'page' | 'link' | 'command';
  readonly heldId: string;
  readonly recipient: string;
  readonly sender: string;
  readonly subject: string;
  readonly policy: string;
  /** `done`, or why not. */
  readonly outcome: string;
}

export interface ActsLog {
  add(row: ActRow): Promise<void>;
  /** The newest first, before this id. */
  list(filter: { readonly before?: string; readonly actor?: string; readonly heldId?: string; readonly limit: number }): Promise<readonly ActRow[]>;
}

/** A recipient asked the approver for a message. */
export interface AskRow {
  readonly heldId: string;
  readonly recipient: string;
  readonly approver: string;
  readonly at: number;
  readonly settledAt: number | null;
  readonly settledBy: string | null;
  readonly answer: 'let-through' | 'refused' | 'withdrawn' | null;
  /** What the approver wrote with a refusal; '': nothing. */
  readonly words: string;
}

export interface Asks {
  /** False: it is asked for already. One that was withdrawn may be asked for again. */
  add(row: AskRow): Promise<boolean>;
  find(heldId: string): Promise<AskRow | null>;
  /** False: somebody settled it before. */
  settle(heldId: string, by: string, answer: NonNullable<AskRow['answer']>, words: string, at: number): Promise<boolean>;
  /** Open ones, the oldest first. */
  open(approver: string, limit: number): Promise<readonly AskRow[]>;
}

/** What people taught us about a message, with the facts it was judged by: for learning. */
export interface FeedbackRow {
  readonly id: string;
  readonly at: number;
  /** Of the held row; for delivered mail a name of its own, see mailboxes/teach.ts. */
  readonly heldId: string;
  readonly decisionId: string;
  /** Whose opinion it is; '': the operator's. */
  readonly recipient: string;
  readonly label: 'wanted' | 'unwanted';
  /** The act that says so. */
  readonly how: string;
  readonly model: string;
  /** null: the message was not scored, or nobody knows any more how. */
  readonly score: number | null;
  readonly kind: string;
  /** JSON of the decision's recorded facts (signals, authentication); '' when the log has them no more. */
  readonly facts: string;
  /** Taken back; then it teaches nothing. */
  readonly undoneAt: number | null;
}

export interface FeedbackBook {
  add(row: FeedbackRow): Promise<void>;
  undo(heldId: string, label: FeedbackRow['label'], at: number): Promise<void>;
  /** What was said of this message and not taken back. */
  find(heldId: string): Promise<readonly FeedbackRow[]>;
  /** In the order of ids, after this one; without those taken back. */
  list(after: string, limit: number): Promise<readonly FeedbackRow[]>;
}

export interface PreferenceBook {
  /** JSON, see review/preferences.ts; null: none yet. */
  get(address: string): Promise<string | null>;
  set(address: string, value: string, at: number): Promise<void>;
}

/** Which held rows a page shows; at least one of mailbox, policy or `all` says whose. */
export interface HeldPageFilter {
  readonly scope: { readonly mailbox: string } | { readonly policy: string } | 'all';
  /** `waiting`: held and not put aside; left out: whatever became of it. */
  readonly state?: 'waiting' | HeldState;
  /** Beginnings of words in subject, author, sender and recipient. */
  readonly search?: string;
  /** [since, until) of `at`. */
  readonly since?: number;
  readonly until?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly limit: number;
}

export interface HeldPage {
  /** The newest first. */
  readonly rows: readonly ShownRow[];
  /** Names the page behind this one; null: there is none. */
  readonly next: string | null;
}

export interface ShownRow extends HeldRow {
  readonly mailbox: string;
  /** When its recipient put it aside as not wanted; null: never. It stays where it is until it expires. */
  readonly dismissedAt: number | null;
}

export interface HeldPages {
  page(filter: HeldPageFilter): Promise<HeldPage>;
  find(id: string): Promise<ShownRow | null>;
  /** Puts aside: the recipient has seen it, so it may expire. False when it was not waiting. */
  dismiss(id: string, at: number): Promise<boolean>;
  /** Takes that back. */
  recall(id: string): Promise<boolean>;
  waiting(mailbox: string, max: number): Promise<number>;
  /** The same for all that one policy holds. */
  waitingUnder(policy: string, max: number): Promise<number>;
}

export interface DecidedRow {
  readonly id: string;
  readonly at: number;
  readonly sender: string;
  readonly authors: string;
  readonly subject: string;
  readonly recipient: string;
  readonly action: string;
  readonly policy: string;
  readonly verdict: string;
  readonly score: number | null;
}

export interface Decided {
  /** Since then, by policy and action. */
  counts(since: number): Promise<readonly { readonly policy: string; readonly action: string; readonly count: number }[]>;
  /** The newest first; `before` is an id. Exactly one of recipient and sender; `name@` as recipient has what came for `name+anything@` as well. */
  search(filter: { readonly recipient?: string; readonly sender?: string; readonly action?: string; readonly since: number; readonly before?: string; readonly limit: number }): Promise<readonly DecidedRow[]>;
}

export interface ReviewBook {
  readonly sessions: Sessions;
  readonly signIns: SignIns;
  readonly personal: PersonalEntries;
  readonly acts: ActsLog;
  readonly asks: Asks;
  readonly feedback: FeedbackBook;
  readonly preferences: PreferenceBook;
  readonly held: HeldPages;
  readonly decided: Decided;
}
