/** Tables behind the pages for people; see review-book.ts for what the columns mean. */
import type { ActRow, AskRow, FeedbackRow, PersonalEntry, SessionRow, SignInRow } from './review-book.ts';

/** Columns of `held` that the pages added. */
export interface HeldReviewColumns {
  /** The recipient without `+anything`: whose page shows it. */
  readonly mailbox: string;
  /** Put aside by its recipient: not to be named or listed as waiting any more; null: it was not. */
  readonly dismissedAt: number | null;
}

export interface PreferenceTable {
  readonly address: string;
  readonly value: string;
  readonly at: number;
}

/** FTS5: `text` and `scope` are indexed words, `id` names the held row. */
export interface HeldSearchTable {
  readonly text: string;
  readonly scope: string;
  readonly id: string;
}

export interface ReviewTables {
  readonly sessions: SessionRow;
  readonly signIns: SignInRow;
  readonly personalEntries: PersonalEntry;
  readonly acts: ActRow;
  readonly asks: AskRow;
  readonly feedback: FeedbackRow;
  readonly preferences: PreferenceTable;
  readonly heldSearch: HeldSearchTable;
}
