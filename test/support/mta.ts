/** A mail server, whichever it is: what the end-to-end tests need of it. */
export interface Mta {
  /** Messages in a mailbox, in no particular order, as stored; line ends are LF. */
  readonly messages: (address: string) => readonly string[];
  /** Waits for a message that contains `text`. */
  readonly waitForMessage: (address: string, text: string, timeoutMs?: number) => Promise<string>;
  /** Resolves when nothing waits to be delivered. */
  readonly settled: () => Promise<void>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

export interface MtaPorts {
  /** Where the world delivers. */
  readonly smtp: number;
  readonly milter: number;
  readonly released: number;
}

export type StartMta = (ports: MtaPorts, mailboxes: readonly string[]) => Promise<Mta>;
