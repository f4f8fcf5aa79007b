/** Rows that several books speak of. Times are milliseconds since 1970. */
export type HeldState = 'held' | 'releasing' | 'released' | 'deleted' | 'expired';

/** One message held for one recipient. */
export interface HeldRow {
  readonly id: string;
  /** Key of the retried delivery (architecture: "Once, and what that can mean"); unique together with recipient while fresh. */
  readonly retryKey: string;
  readonly decisionId: string;
  readonly at: number;
  readonly policy: string;
  readonly folder: string;
  /** Base name of the file in the Maildir++ folder, without flags. */
  readonly file: string;
  readonly sender: string;
  readonly recipient: string;
  /** Recipient as received, for delivery. */
  readonly recipientRaw: string;
  readonly senderRaw: string;
  /** JSON: ESMTP parameters of MAIL and RCPT, for delivery. */
  readonly parameters: string;
  readonly from: string;
  readonly subject: string;
  readonly messageId: string | null;
  readonly size: number;
  /** Length of the block of our own fields on top of the stored file; the message as received follows. */
  readonly headBytes: number;
  /** null: it could not be scored. */
  readonly score: number | null;
  /** `unknown` without a score. */
  readonly kind: string;
  readonly reason: string;
  /** JSON of the Verdict. */
  readonly verdict: string;
  readonly state: HeldState;
  readonly stateAt: number;
  /** How often the same delivery came. */
  readonly count: number;
  /** When a digest named it; null: never, so it must not expire. */
  readonly namedAt: number | null;
}

/** A message that we ourselves must deliver: a release, or a notice whose bytes stand in the notices. */
export interface OutboxRow {
  readonly id: string;
  readonly kind: 'release' | 'undelivered' | 'notice';
  readonly heldId: string | null;
  readonly sender: string;
  readonly recipient: string;
  /** JSON: ESMTP parameters. */
  readonly parameters: string;
  readonly createdAt: number;
  readonly nextAt: number;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly doneAt: number | null;
}
