/** A signal: one observed fact about a message. What could not be checked is `unknown` with a reason, never zero. */
import type { Envelope } from '../message/envelope.ts';
import type { Message } from '../message/message.ts';

export type SignalValue = boolean | number | string;

export type Signal =
  | { readonly name: string; readonly state: 'present'; readonly value: SignalValue }
  | { readonly name: string; readonly state: 'absent' }
  | { readonly name: string; readonly state: 'unknown'; readonly reason: string };

export const present = (name: string, value: SignalValue = true): Signal => ({ name, state: 'present', value });
/** Frozen: most signals are absent in most messages, and share one object. */
export const absent = (name: string): Signal => Object.freeze({ name, state: 'absent' });
export const unknown = (name: string, reason: string): Signal => ({ name, state: 'unknown', reason });

/** What every family may look at. */
export interface SignalInput {
  readonly envelope: Envelope;
  readonly message: Message;
  readonly bytes: Buffer;
  /** Lower-case A-labels of our own domains. */
  readonly ourDomains: ReadonlySet<string>;
}

/** One line of documentation for each signal; the docs page and a test are made from these. */
export interface SignalDescription {
  readonly name: string;
  /** Plain English, for people: what the fact is and why it matters. */
  readonly meaning: string;
}

/** Signals that are observed together. `gather` must not throw for any message. */
export interface SignalFamily {
  readonly name: string;
  readonly describes: readonly SignalDescription[];
  gather(input: SignalInput): readonly Signal[];
}

/** How sure we are that the author's address (From) is not forged. RFC 7489 alignment, with or without a DMARC record. */
export type Authenticity =
  /** Aligned SPF or DKIM pass. */
  | { readonly state: 'pass'; readonly by: 'spf' | 'dkim' | 'both' }
  /** A DMARC record exists and neither aligned. */
  | { readonly state: 'fail'; readonly policy: 'none' | 'quarantine' | 'reject' }
  /** The domain publishes nothing by which it could be told, or there is no usable From. */
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly reason: string };

/** The outcome of SPF, DKIM and DMARC, for signals, for the decision and for our Authentication-Results field. */
export interface Authentication {
  readonly author: Authenticity;
  /** A DKIM signature aligned with From verified (kept apart: it is what newsletters must have). */
  readonly dkimAligned: boolean;
  /** Value of an Authentication-Results field without authserv-id (RFC 8601), e.g. `spf=pass smtp.mailfrom=…; dkim=none`. */
  readonly results: string;
  readonly signals: readonly Signal[];
  /** DNS answers used, for replay: `name type` to a short form of the answer. */
  readonly lookups: Readonly<Record<string, string>>;
}
