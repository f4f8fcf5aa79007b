/** Looks at intervals for mail that people moved, and lets it teach. Never rejects: what goes wrong is in the log, and tried again. */
import { mailboxes as bounds } from '../message/limits.ts';
import type { Log } from '../platform/log.ts';
import type { MarkKey } from '../quarantine/mark.ts';
import type { Store } from '../storage/store.ts';
import { sightings } from './scan.ts';
import { teachSighting, type Lesson, type TeachParts } from './teach.ts';

const SETTING = 'mailboxes-looked-at';
const DAY_MS = 24 * 3600_000;

export interface MovesJobOptions extends TeachParts {
  readonly store: TeachParts['store'] & Pick<Store, 'settings'>;
  /** Directory that all Maildirs are in. */
  readonly root: string;
  /** Names of folders that count as junk now. */
  readonly junkFolders: () => ReadonlySet<string>;
  readonly keys: () => Promise<readonly MarkKey[]>;
  readonly log: Log;
  /** For the metrics, and for whoever learns. */
  readonly learnt: (lesson: NonNullable<Lesson>) => void;
}

export interface MovesJob {
  /** Looks now, from the beginning; resolves when that is done. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/** Begins to look, and goes on until it is stopped. What was moved while nobody looked is found by the time of the last look. */
export function startMovesJob(options: MovesJobOptions): MovesJob {
  const lookedAt = new Map<string, number>();
  // What is moved right after this must not seem earlier, as file systems keep coarser time than we do.
  const started = options.clock.now() - bounds.clockMarginMs;
  let since: number | null = null;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let stopped = false;
  /** Lessons of this day, by mailbox. */
  const taught = new Map<string, number>();
  let day = 0;

  let saidDenied = false;
  function denied(error: NodeJS.ErrnoException): void {
    if (!saidDenied) options.log.warn({ err: error }, 'some mailboxes may not be read, so that nothing is learnt from what is moved there');
    saidDenied = true;
  }

  function mayTeach(mailbox: string): boolean {
    const today = Math.floor(options.clock.now() / DAY_MS);
    if (today !== day) taught.clear();
    day = today;
    const count = taught.get(mailbox) ?? 0;
    if (count === bounds.lessonsPerMailboxAndDayMax) options.log.warn({ mailbox }, 'so much mail was moved here today that no more of it is learnt from');
    if (count === bounds.lessonsPerMailboxAndDayMax) taught.set(mailbox, count + 1); // said once
    return count < bounds.lessonsPerMailboxAndDayMax;
  }

  async function once(): Promise<void> {
    if (stopped) return;
    const begun = options.clock.now();
    try {
      since ??= Number(await options.store.settings.add(SETTING, String(started)));
      let isWhole = true;
      const scan = sightings({ root: options.root, junkFolders: options.junkFolders(), keys: await options.keys(), lookedAt, since, now: () => options.clock.now(), cutShort: () => { isWhole = false; }, denied });
      for await (const seen of scan) {
        if (stopped) return;
        if (seen.now !== seen.place && !mayTeach(seen.mailbox)) continue;
        const lesson = await teachSighting(seen, options);
        if (lesson === null) continue;
        taught.set(seen.mailbox, (taught.get(seen.mailbox) ?? 0) + 1);
        options.learnt(lesson);
        options.log.info({ id: seen.id, mailbox: seen.mailbox, lesson }, 'learnt from a moved message');
      }
      if (isWhole) await options.store.settings.set(SETTING, String(begun - bounds.clockMarginMs));
    } catch (error) {
      options.log.warn({ err: error }, 'moved mail could not be looked for just now');
    }
  }
  // Where one is under way, another follows: it may have passed the folder already that is meant.
  const look = (): Promise<void> => {
    if (running === null) return (running = once().finally(() => (running = null)));
    return (next ??= running.then(() => {
      next = null;
      return look();
    }));
  };
  const timer = setInterval(() => { if (running === null) void look(); }, bounds.scanEveryMs).unref();
  void look();
  return {
    look,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await Promise.all([running, next]);
    },
  };
}
