/** The tables as they stand in the database; names in SQL are the same in snake_case. Times are milliseconds since 1970. */
import type { LessonRow } from './lesson-book.ts';
import type { HeldReviewColumns, ReviewTables } from './review-tables.ts';
import type { DecisionRecipient, DecisionRow, HeldRow, OutboxRow, SenderEvent } from './store.ts';

export interface DecisionTable extends Omit<DecisionRow, 'recipients'> {}

export interface DecisionRecipientTable extends DecisionRecipient {
  readonly decisionId: string;
  /** The recipient without `+anything`: whose page shows it. */
  readonly mailbox: string;
  /** Place among the recipients of the envelope, from 0. */
  readonly place: number;
}

export interface CorrespondentTable {
  readonly ours: string;
  readonly theirs: string;
  readonly at: number;
  readonly how: 'sent' | 'released';
}

export interface SenderEventTable {
  readonly address: string;
  readonly event: SenderEvent;
  /** 1: the author was authenticated. */
  readonly proven: number;
  /** As it was at the time of the last event. */
  readonly weight: number;
  readonly at: number;
}

export interface SentIdTable {
  readonly hash: string;
  readonly at: number;
}

export interface RetryTable {
  readonly network: string;
  readonly sender: string;
  readonly recipient: string;
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface HeldTable extends HeldRow, HeldReviewColumns {
  /** Folded subject, author, sender and recipient: what a search looks through on every database alike. */
  readonly searchText: string;
  /** Id of the digest that named it; null: none, or one that never arrived. */
  readonly namedBy: string | null;
}

/** Which held row a retried delivery counts upon: the one place where "a count, not a copy" is made unique. */
export interface HeldKeyTable {
  readonly retryKey: string;
  readonly recipient: string;
  readonly heldId: string;
  readonly at: number;
}

export interface OutboxTable extends OutboxRow {}

export interface DigestMarkTable {
  /** `to:` and the address of a recipient with digests of their own, or `policy:` and a name. */
  readonly addressee: string;
  /** When the last digest was due, and when it was queued. */
  readonly slot: number;
  readonly at: number;
}

export interface NoticeTable {
  /** Of its row in the outbox. */
  readonly id: string;
  /** Digest whose named rows depend on its delivery; null: none (any more). */
  readonly digestId: string | null;
  /** One character for each byte. */
  readonly message: string;
}

export interface MarkTable {
  readonly mark: string;
  readonly expiresAt: number;
}

export interface SettingTable {
  readonly key: string;
  readonly value: string;
}

export interface Tables extends ReviewTables {
  readonly decisions: DecisionTable;
  readonly decisionRecipients: DecisionRecipientTable;
  readonly correspondents: CorrespondentTable;
  readonly senderEvents: SenderEventTable;
  readonly sentIds: SentIdTable;
  readonly retries: RetryTable;
  readonly held: HeldTable;
  readonly heldKeys: HeldKeyTable;
  readonly outbox: OutboxTable;
  readonly digestMarks: DigestMarkTable;
  readonly notices: NoticeTable;
  readonly marks: MarkTable;
  readonly settings: SettingTable;
  readonly lessons: LessonRow;
}
