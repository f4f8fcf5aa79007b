/**
 * What waits for the end of this turn of the event loop: when all that came in has been looked at. Writes to sockets gain
 * most: a write to a process that sleeps has to wake it, one behind another finds it awake.
 */
let waiting: (() => void)[] = [];

/** Runs the work, in the order it came, before the loop looks at sockets again. */
export function atEndOfTurn(work: () => void): void {
  if (waiting.length === 0) setImmediate(runAll);
  waiting.push(work);
}

/** Before work that takes milliseconds: what waits goes first, so that nobody's answer stands behind somebody else's mail. */
export function endTurnNow(): void {
  if (waiting.length > 0) runAll();
}

function runAll(): void {
  const due = waiting;
  waiting = [];
  let done = 0;
  try {
    for (const work of due) {
      done++;
      work();
    }
  } finally {
    // One that throws ends the process, or a test's hook catches it; the others are not to suffer for it.
    for (const work of due.slice(done)) atEndOfTurn(work);
  }
}
