/** PURE. What a digest says, in words, before it is HTML or text: the shapes. */

/** An item in words. */
export interface ShownItem {
  readonly address: string;
  readonly proof: string;
  readonly isConfirmed: boolean;
  /** The domain itself says that the sender is not who it claims to be. */
  readonly isForged: boolean;
  /** What stands beside the address: name, known, for whom, how often. */
  readonly beside: readonly string[];
  readonly subject: string;
  readonly when: string;
  readonly why: string;
  /** The one that lets it through first, if there is one; the last one only shows it. */
  readonly links: readonly { readonly says: string; readonly url: string; readonly role: 'main' | 'other' | 'look' }[];
}

/** Everything that both forms of the mail say, already in words. */
export interface ShownDigest {
  readonly language: string;
  readonly subject: string;
  readonly title: string;
  readonly intro: string;
  readonly phrase: { readonly says: string; readonly why: string; readonly url: string | null };
  readonly items: readonly ShownItem[];
  /** Sentences about what is not listed. */
  readonly others: readonly string[];
  readonly all: { readonly says: string; readonly url: string };
  /** Sentences at the end. */
  readonly notes: readonly string[];
  readonly settings: { readonly says: string; readonly url: string };
  readonly stop: { readonly says: string; readonly url: string };
}
