/** Work that is looked at again and again, never twice at the same time. */
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

export interface Repeating {
  /** Looks now; resolves when that look has ended. */
  look(): Promise<void>;
  /** Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

/**
 * Looks at once and then just after each full period of the clock (for a minute: when its number changes).
 * The timer is set anew each time, so that a clock that was set back or forward costs one period at most.
 * @param work told whether it should come to an end; what it rejects with is logged
 */
export function startRepeating(name: string, periodMs: number, work: (isStopped: () => boolean) => Promise<void>, { clock, log }: { readonly clock: Clock; readonly log: Log }): Repeating {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let isStopped = false;

  const look = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    running ??= work(() => isStopped)
      .catch((error: unknown) => log.error({ err: error }, `${name}: failed, and tried again later`))
      .finally(() => {
        running = null;
        if (!isStopped) timer = setTimeout(() => void look(), periodMs - (clock.now() % periodMs) + AFTER_MS).unref();
      });
    return running;
  };
  void look();
  return {
    look,
    stop: async () => {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

/** So that a slot at the full period is over when it is looked for. */
const AFTER_MS = 20;
