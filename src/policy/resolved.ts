/** PURE. A page after inheritance: every setting has a value, and says whose it is. */
import type { CompiledLists } from './lists.ts';
import type { PageMatcher } from './match.ts';
import type { DigestTimes, Intent } from './model.ts';
import type { Action } from './verdict.ts';

/** Who says so: the page, one of its for-a-while blocks, the page for everyone, the intent, or nobody. */
export type Origin = 'page' | 'for-a-while' | 'company-page' | 'intent' | 'default';

export interface Setting<T> {
  readonly value: T;
  readonly origin: Origin;
}

/** What the page wants at one time: always, or on the days of a for-a-while block. */
export interface Stance {
  /** Name of the for-a-while block; null: the rest of the year. */
  readonly forAWhile: string | null;
  readonly intent: Setting<Intent>;
  readonly spam: Setting<Action>;
  readonly certainSpam: Setting<Action>;
  readonly newsletters: Setting<Action>;
  readonly dangerous: Setting<Action>;
  readonly couldNotCheck: Setting<Action>;
}

export interface Interval {
  /** First instant of the first day, in the page's time zone. */
  readonly from: number;
  /** First instant after the last day. */
  readonly until: number;
  readonly stance: Stance;
}

export interface ResolvedQuarantine {
  readonly folder: Setting<string>;
  readonly keepForDays: Setting<number>;
  readonly afterThat: Setting<'delete' | 'deliver-marked'>;
  readonly recipientsMay: Setting<'let-through' | 'ask' | 'look'>;
  readonly approver: Setting<string>;
  readonly digestTo: Setting<DigestTimes['to']>;
  readonly digestAt: Setting<readonly string[]>;
  readonly digestDays: Setting<readonly number[]>;
}

export interface ResolvedRejection {
  /** By language; the page's own words replace the company's in the same language. */
  readonly message: Readonly<Record<string, Setting<string>>>;
  readonly contact: Setting<string | null>;
  readonly neverSay: Setting<readonly string[]>;
}

export interface ResolvedPage {
  readonly name: string;
  /** `built-in` has none. */
  readonly file: string | null;
  /** The page's own title, else its name. */
  readonly title: string;
  /** '' for the built-in page. */
  readonly owner: string;
  readonly isEveryone: boolean;
  readonly language: Setting<string>;
  readonly timezone: Setting<string>;
  readonly mode: Setting<'enforce' | 'observe'>;
  readonly stance: Stance;
  /** Do not overlap. */
  readonly forAWhile: readonly Interval[];
  readonly markWith: Setting<string>;
  readonly markUncheckedWith: Setting<string>;
  readonly junkFolderName: Setting<string>;
  readonly quarantine: ResolvedQuarantine;
  readonly rejection: ResolvedRejection;
  /** The page's own entries; the company's stand in `everyone` of the set. */
  readonly lists: CompiledLists | null;
}

/** All policies in force: replaced as a whole, never changed. */
export interface PolicySet {
  /** First 12 hex digits of SHA-256 over pages and lists. */
  readonly revision: string;
  readonly pages: readonly ResolvedPage[];
  readonly everyone: ResolvedPage;
  readonly matcher: PageMatcher<ResolvedPage>;
}

/** The stance in force at an instant. */
export function stanceAt(page: ResolvedPage, now: number): Stance {
  for (const { from, until, stance } of page.forAWhile) if (now >= from && now < until) return stance;
  return page.stance;
}
