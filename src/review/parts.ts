/** What the pages need of the rest of Usher, and what is known about one visit. */
import type { Config } from '../config.ts';
import type { Notices } from '../notices/notice.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { PolicySet, ResolvedPage } from '../policy/resolved.ts';
import type { QuarantineFolders } from '../quarantine/folders.ts';
import type { Store } from '../storage/store.ts';
import type { Words } from '../words/words.ts';
import type { Viewer } from './access.ts';
import type { AssessAgain } from './look-again.ts';
import type { Preferences } from './preferences.ts';
import type { Session } from './sessions.ts';

export interface Asset {
  readonly type: string;
  readonly body: string;
}

export interface ReviewParts {
  readonly config: Pick<Config, 'publicUrl' | 'operators' | 'delegates' | 'ourDomains' | 'language' | 'timezone' | 'trustedNetworks'>;
  readonly store: Store;
  readonly folders: QuarantineFolders;
  readonly policies: () => PolicySet;
  readonly notices: Pick<Notices, 'send'>;
  readonly assess: AssessAgain;
  readonly words: Words;
  readonly clock: Clock;
  readonly log: Log;
  /** Style sheet, script and icon, by file name. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** Something waits in the outbox. */
  readonly queued: () => void;
}

/** `say('list.title')`: a sentence of the pages, in the language of the visit. */
export type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** What every page knows, signed in or not. */
export interface Speech {
  readonly language: string;
  readonly say: Say;
  /** Time zone of the dates on this page. */
  readonly timezone: string;
  readonly now: number;
}

/** Somebody signed in looks at a page. */
export interface Visit extends Speech {
  readonly session: Session;
  readonly viewer: Viewer;
  readonly preferences: Preferences;
  /** Goes into every form. */
  readonly formToken: string;
}

/** null: there is no such page any more. */
export function pageNamed(set: PolicySet, name: string): ResolvedPage | null {
  return set.pages.find((page) => page.name === name) ?? (set.everyone.name === name ? set.everyone : null);
}
