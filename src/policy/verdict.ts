/** PURE. Facts in, verdict out: the shapes at both ends of `decide`. */
import type { Kind, Threshold } from '../scoring/score.ts';
import type { Authenticity } from '../signals/signal.ts';

export const ACTIONS = ['deliver', 'mark', 'junk-folder', 'quarantine', 'reject', 'ask-to-retry'] as const;
export type Action = (typeof ACTIONS)[number];

/** What is known about one message, whoever receives it. */
export interface MessageFacts {
  readonly kind: Kind;
  readonly score: number;
  readonly proof: string | null;
  readonly newsletter: boolean;
  /** Keys (lower-case, A-labels) of the addresses in From. */
  readonly authors: readonly string[];
  /** True when an address in From is of our own domains. */
  readonly fromOurDomain: boolean;
  readonly author: Authenticity;
  /** Why the message could not be fully examined; empty: it was. */
  readonly unopened: readonly string[];
  readonly subject: string;
  /** Visible text, as far as examined. */
  readonly text: string;
  /** ISO 639-1 or null: chooses the words for the sender. */
  readonly language: string | null;
  /** Whether the words of a rejection may hold other than ASCII characters (SMTPUTF8 was offered and used). */
  readonly utf8Replies: boolean;
}

/** What is known about this message and one recipient. */
export interface RecipientFacts {
  /** Address key as in MailAddress. */
  readonly recipient: string;
  /** The recipient wrote to an author of this message before, or let them through. */
  readonly knownRelation: boolean;
  /** Of `ask-to-retry`: whether this client network, sender and recipient were asked before, and five minutes have gone by. */
  readonly retry: 'first' | 'too-early' | 'returned';
  /** What the recipient said about the authors of this message; left out: nothing. */
  readonly personal?: PersonalFacts;
}

export interface PersonalFacts {
  /** The author that the recipient does not want; null: none. */
  readonly unwelcome: string | null;
  /** The authors, where all of them are welcome; null: not all are. */
  readonly welcome: string | null;
  /** Reasons for which mail of all these authors was held and then let through. */
  readonly letThrough: readonly Reason[];
}

/** Everything that `decide` needs of the scorer: one threshold for each bound. */
export interface Calibration {
  thresholdFor(bound: number): Threshold;
}

/** Why an action was chosen: a closed set. Sentences for each stand in the message catalogues. */
export const REASONS = [
  'dangerous', 'dangerous-postmaster', 'never-welcome', 'always-welcome-sender', 'always-welcome-words',
  'certain-spam', 'spam', 'newsletter', 'could-not-check', 'looks-fine', 'postmaster', 'outgoing', 'personal-welcome', 'personal-block',
] as const;
export type Reason = (typeof REASONS)[number];

/** Facts that changed what the reason alone would have meant. */
export const QUALIFIERS = [
  'welcome-not-authenticated', 'welcome-not-checkable', 'softened-by-welcome', 'reject-not-proven', 'observed-only',
  'returned-after-retry', 'held-because-others-accept', 'newsletter-without-proof', 'for-a-while', 'own-domain-not-authenticated',
  'retry-because-others-retry', 'let-through-before',
] as const;
export type Qualifier = (typeof QUALIFIERS)[number];

export interface ListMatch {
  /** `sender`, `domain`, `words`, `exact-words`, `list`, `personal`. */
  readonly by: string;
  /** The entry as written in the page or list. */
  readonly entry: string;
  readonly because: string | null;
  /** Whose entry: name of the page. */
  readonly page: string;
}

/** A judgement on its way to a verdict. */
export interface Judgement {
  readonly action: Action;
  readonly reason: Reason;
  readonly qualifiers: readonly Qualifier[];
  readonly match: ListMatch | null;
}

export interface Verdict {
  readonly recipient: string;
  readonly action: Action;
  /** Name of the page that decided; `built-in` for the built-in one. */
  readonly policy: string;
  /** Of the whole set: first 12 hex digits of SHA-256. */
  readonly revision: string;
  readonly reason: Reason;
  readonly qualifiers: readonly Qualifier[];
  readonly match: ListMatch | null;
  /** With `mode: observe`: what would have been done; else null. */
  readonly wouldHave: Action | null;
  /** Threshold that spam was measured against, and that of certain spam. */
  readonly spamThreshold: number;
  readonly certainThreshold: number;
  /** Largest share of wanted mail that the page's intent allows to be stopped (that of `certainThreshold` is a tenth). */
  readonly bound?: number;
  /** For `mark` and kept words: text in front of the subject; null otherwise. */
  readonly markWith: string | null;
  /** For `junk-folder`: name of the mailbox folder; null otherwise. */
  readonly junkFolder: string | null;
  /** For `quarantine`: name of the folder; also for `reject` and `ask-to-retry`, should it have to be held (see combine.ts); null otherwise. */
  readonly folder: string | null;
  /** For `reject` and `ask-to-retry`: what the sender reads, without code and reference; null otherwise. */
  readonly words: string | null;
  /** Language of what people are told because of this page. */
  readonly language: string;
}
