/** Our own notices until they are delivered or given up: the shapes. */
import type { OutboxRow } from './rows.ts';

/** A notice that is ready to go. */
export interface QueuedNotice {
  /** Its row in the outbox, of kind `notice`. */
  readonly row: OutboxRow;
  /** The whole message with CRLF. */
  readonly bytes: Buffer;
}

export interface NoticeBook {
  /** Into the outbox, durable. */
  queue(notice: QueuedNotice): Promise<void>;
  /** Null: delivered or given up. @param id of the outbox row */
  bytes(id: string): Promise<Buffer | null>;
}
