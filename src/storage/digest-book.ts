/** What digests have to tell and have told: the shapes. */
import type { QueuedNotice } from './notice-book.ts';
import type { HeldRow } from './rows.ts';

/** Held mail of one mailbox under one policy that no digest has named. */
export interface Waiting {
  /** Its key: that of an address without `+anything`. */
  readonly mailbox: string;
  readonly policy: string;
  readonly oldestAt: number;
  readonly newestAt: number;
}

/** What one digest is about: mail of one mailbox under some policies, or all mail under them (`mailbox: null`). */
export interface Selection {
  readonly mailbox: string | null;
  readonly policies: readonly string[];
}

export interface DigestRow extends HeldRow {
  /** JSON of the decision's facts; null: not kept any more. */
  readonly facts: string | null;
}

export interface Unnamed {
  /** Those to be listed, lowest score first. */
  readonly rows: readonly DigestRow[];
  /** Of the certain ones, those that may be a mistake all the same: a welcome sender, somebody known. */
  readonly doubtful: readonly DigestRow[];
  /** All that could be listed, without the doubtful ones. */
  readonly listable: number;
  /** All of them, the doubtful ones too. */
  readonly certain: number;
  readonly dangerous: number;
}

export interface DigestEntry {
  readonly digestId: string;
  /** Whose times decide: see `addressee` in digest_marks. */
  readonly addressee: string;
  /** When it was due. */
  readonly slot: number;
  readonly at: number;
  readonly selection: Selection;
  /** Ids of the rows that it lists, and the numbers that it gives of those that it does not. */
  readonly listed: readonly string[];
  readonly certain: number;
  readonly dangerous: number;
  readonly notices: readonly QueuedNotice[];
}

export interface DigestBook {
  /** In the order of mailbox and policy, beginning behind `after`. */
  waiting(after: Pick<Waiting, 'mailbox' | 'policy'> | null, limit: number): Promise<readonly Waiting[]>;
  unnamed(selection: Selection, limit: number): Promise<Unnamed>;
  /** When the last digest of this addressee was due; null: there was none. */
  lastSlot(addressee: string): Promise<number | null>;
  /**
   * Queues the notices, notes the slot and names the rows, all or nothing, durable.
   * `already`: this slot has had its digest; `changed`: what it would tell is not so any more. Nothing is written then.
   */
  enter(entry: DigestEntry): Promise<'queued' | 'already' | 'changed'>;
  /** The first policy behind this name under which named mail is held. */
  nextPolicy(after: string): Promise<string | null>;
  /** Named before `namedBefore`, held before `heldBefore`, oldest first, behind `after`. */
  expiring(policy: string, heldBefore: number, namedBefore: number, after: Pick<HeldRow, 'at' | 'id'> | null, limit: number): Promise<readonly HeldRow[]>;
}
