/** Tells when something may have changed in a folder: by the system's notices, and by looking where there are none. */
import { watch as watchDirectory, type FSWatcher } from 'node:fs';

/** Editors write in several steps; this long after the last one the folder is read. */
const SETTLE_MS = 100;
/** Somebody who never stops writing does not stop the reading. */
const SETTLE_MAX_MS = 400;
const LOOK_MIN_MS = 500;
const LOOK_MAX_MS = 60_000;
/** Looking may take a hundredth of our time. */
const LOOK_SHARE = 100;
const DIRECTORIES_MAX = 500;

export interface Watching {
  /** Folders to listen to from now on. */
  follow(directories: readonly string[]): void;
  close(): void;
}

/**
 * @param changed called once for each burst of changes, never twice at the same time
 * @param look compares names and stamps; true when something differs. For network drives, which send no notices.
 */
export function watchFolder(changed: () => Promise<void>, look: () => Promise<boolean>): Watching {
  const watchers = new Set<FSWatcher>();
  let closed = false;
  let first = 0;
  let timer: NodeJS.Timeout | null = null;
  let busy = false;
  let again = false;

  const run = async (): Promise<void> => {
    timer = null;
    first = 0;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    await changed();
    busy = false;
    if (again) {
      again = false;
      notice();
    }
  };
  const notice = (): void => {
    if (closed) return;
    const now = Date.now();
    if (first === 0) first = now;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void run(), Math.max(0, Math.min(SETTLE_MS, first + SETTLE_MAX_MS - now)));
  };
  let looking: NodeJS.Timeout;
  const lookAgain = (afterMs: number): void => {
    looking = setTimeout(() => {
      const started = performance.now();
      void look().then((differs) => {
        if (differs) notice();
        if (!closed) lookAgain(Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, (performance.now() - started) * LOOK_SHARE)));
      });
    }, afterMs);
    // Looking alone keeps no process alive.
    looking.unref();
  };
  lookAgain(LOOK_MIN_MS);

  return {
    follow(directories) {
      // A folder that was replaced has the same name and sends nothing to its old listener: all anew.
      for (const watcher of watchers) watcher.close();
      watchers.clear();
      for (const directory of closed ? [] : directories.slice(0, DIRECTORIES_MAX)) {
        const watcher = listen(directory, notice);
        if (watcher !== null) watchers.add(watcher);
      }
    },
    close() {
      closed = true;
      clearTimeout(looking);
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Null where the system has no notices left to give (inotify limits): looking goes on. */
function listen(directory: string, notice: () => void): FSWatcher | null {
  try {
    const watcher = watchDirectory(directory, { persistent: false }, notice);
    watcher.on('error', () => {
      watcher.close();
      notice();
    });
    return watcher;
  } catch {
    return null; // Why does not matter: `look` finds the changes.
  }
}
