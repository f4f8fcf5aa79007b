/** PURE. A page as it was written and checked (before inheritance), and the problems found in it. */
import type { Action } from './verdict.ts';

/** Where something stands in a file: line and column from 1, length in characters. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** One problem in a user's file. Words come from the catalogue: `policy.problem.<code>` and `policy.hint.<hint>`. */
export interface Diagnostic {
  /** A note asks for nothing: it says what the writer should know. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  readonly place: Place;
  /** The whole line in question, as written; null where there is none (a missing file). */
  readonly excerpt: string | null;
  /** Values for the sentence. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Code of a hint in the catalogue, with the same values; null: none. */
  readonly hint: string | null;
}

export const INTENTS = ['never-miss-a-customer', 'balanced', 'keep-the-inbox-clean'] as const;
export type IntentName = (typeof INTENTS)[number];

/** `bound`: largest share of wanted mail that may be stopped, e.g. 0.001. */
export interface Intent {
  readonly name: IntentName | 'own-bound';
  readonly bound: number;
}

export interface SenderEntry { readonly by: 'sender'; readonly sender: string; }
export interface WordsEntry { readonly by: 'words' | 'exact-words'; readonly words: readonly string[]; }
export interface ListFileEntry {
  readonly by: 'list';
  /** Path relative to the policies folder. */
  readonly file: string;
  readonly column: string | null;
  /** Addresses and `*@domain` patterns read from the file, normalised; filled in by the loader. */
  readonly addresses: readonly string[];
}
export type ListEntry = (SenderEntry | WordsEntry | ListFileEntry) & {
  readonly because: string | null;
  /** `2027-01-31`, in the page's time zone, included; null: no end. */
  readonly lastDay: string | null;
  readonly place: Place;
};

export interface DigestTimes {
  readonly to: 'recipients' | 'owner' | readonly string[];
  /** `08:30`, 24-hour clock. */
  readonly at: readonly string[];
  /** 1 = Monday … 7 = Sunday. */
  readonly days: readonly number[];
}

export interface QuarantineLines {
  readonly folder?: string;
  readonly keepForDays?: number;
  readonly afterThat?: 'delete' | 'deliver-marked';
  readonly recipientsMay?: 'let-through' | 'ask' | 'look';
  readonly approver?: string;
  readonly digest?: Partial<DigestTimes>;
}

export interface RejectionLines {
  /** By language code. */
  readonly message?: Readonly<Record<string, string>>;
  readonly contact?: string;
  readonly neverSay?: readonly string[];
}

export interface ForAWhile {
  readonly name: string;
  /** Both days included, in the page's time zone. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly intent?: Intent;
  readonly spam?: Action;
  readonly certainSpam?: Action;
  readonly place: Place;
}

export interface Example {
  readonly name: string;
  readonly mail: { readonly from?: string; readonly to?: string; readonly subject?: string; readonly text?: string; readonly html?: string } | null;
  /** Path relative to the policies folder. */
  readonly file: string | null;
  readonly expect: readonly Action[];
  readonly place: Place;
}

/** Only what the page writes; what it leaves out is inherited (policy language, "Which line"). */
export interface Page {
  readonly name: string;
  readonly file: string;
  readonly title?: string;
  readonly owner: string;
  readonly language?: string;
  readonly timezone?: string;
  /** `everyone`, addresses, `*@domain`, `*@*.domain`; normalised (lower case, A-labels). */
  readonly appliesTo: readonly { readonly pattern: string; readonly place: Place }[];
  readonly mode?: 'enforce' | 'observe';
  readonly intent?: Intent;
  readonly spam?: Action;
  readonly certainSpam?: Action;
  readonly newsletters?: Action;
  readonly dangerous?: Action;
  readonly couldNotCheck?: Action;
  readonly markWith?: string;
  readonly markUncheckedWith?: string;
  readonly junkFolderName?: string;
  readonly quarantine?: QuarantineLines;
  readonly alwaysWelcome: readonly ListEntry[];
  readonly neverWelcome: readonly ListEntry[];
  readonly rejection?: RejectionLines;
  readonly forAWhile: readonly ForAWhile[];
  readonly examples: readonly Example[];
  /** Where each written top-level line stands, by its name in the file; texts for senders also as `rejection.message.en`, `rejection.contact`. */
  readonly places: Readonly<Record<string, Place>>;
  /** The page as written, to show lines of it. */
  readonly text?: string;
}

/** Company defaults that stand in usher.yaml. */
export interface CompanyDefaults {
  readonly language: string;
  readonly timezone: string;
  readonly ourDomains: readonly string[];
}
