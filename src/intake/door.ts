/**
 * What a front door needs of the rest: the next hop, recipient by recipient, and the decision.
 * `main.ts` puts the real parts behind it; tests put scripted ones.
 */
import type { Client, MailAddress, Transaction } from '../message/envelope.ts';
import type { Outcome, Reply } from '../pipeline.ts';

/** SMTP extensions of the next hop, as its last EHLO or LHLO offered them (RFC 5321 section 4.1.1.1). */
export interface Capabilities {
  readonly pipelining: boolean;
  readonly eightBitMime: boolean;
  readonly smtpUtf8: boolean;
  readonly dsn: boolean;
  readonly enhancedStatusCodes: boolean;
  /** RFC 1870: null: SIZE is not offered; 0: offered without a fixed limit. */
  readonly sizeMaxBytes: number | null;
}

/**
 * One mail transaction with the next hop. Calls come one after another, never two at once. Replies are the next
 * hop's own; when it cannot be asked, a 4xx in plain words. Nothing here throws.
 */
export interface NextHopSession {
  /** Of the connection that this transaction really uses. */
  readonly capabilities: Capabilities;
  /** @param parameters ESMTP parameters as received; they go onward unchanged */
  mail(sender: MailAddress, parameters: readonly string[]): Promise<Reply>;
  /** Recipients with a 2xx reply are, in this order, `envelope.recipients` of the transaction. */
  rcpt(recipient: MailAddress, parameters: readonly string[]): Promise<Reply>;
  /**
   * The transaction is over or given up; called exactly once. Resets the next hop's transaction if there still is
   * one, and gives the connection back.
   */
  release(): void;
}

/** Everything behind a front door. */
export interface Gateway {
  /** What the next hop last offered; asks it when it was never asked. null: it never could be reached. */
  capabilities(): Promise<Capabilities | null>;
  /** Begins a transaction. When the next hop cannot be reached, throws NextHopUnavailable. */
  open(client: Client): Promise<NextHopSession>;
  /** Decides and acts. One reply per recipient, in their order. When it throws, the answer is a 451. */
  handle(transaction: Transaction, session: NextHopSession): Promise<Outcome>;
}

/** There is no next hop to ask: thrown by `Gateway.open` only. */
export class NextHopUnavailable extends Error {
  override readonly name = 'NextHopUnavailable';
  /** What the sender is told. */
  readonly reply: Reply;
  constructor(reply: Reply) {
    super(reply.text);
    this.reply = reply;
  }
}
