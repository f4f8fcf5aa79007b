/** The log: one JSON line per event on stdout (pino). */
import pino from 'pino';
import { log as bounds } from '../message/limits.ts';

export type Log = Pick<pino.Logger, 'info' | 'warn' | 'error' | 'debug'>;

/** What is logged is on its way at once, or within `batchDelayMs`; what waits is written when the process ends, but not by a SIGKILL. */
export function createLog(level: string = 'info', stream: pino.DestinationStream = batches(standardOutput())): pino.Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, stream);
}

/** For tests and commands that print their own answer. */
export const silentLog: Log = pino({ level: 'silent' });

/** Takes bytes, and writes them when told to. */
export interface BatchedStream {
  write(bytes: Buffer): unknown;
  flush(): void;
  on(event: 'write', listener: (bytes: number) => void): unknown;
  on(event: 'drop', listener: (bytes: Buffer) => void): unknown;
}

/** Written off the event loop; a reader that is slow delays nothing. Of strings it would measure all that waits with each line. */
const standardOutput = (): BatchedStream =>
  pino.destination({ dest: 1, sync: false, contentMode: 'buffer', minLength: bounds.batchMinBytes, maxWrite: 2 * bounds.batchMinBytes, maxLength: bounds.waitingMaxBytes }) as unknown as BatchedStream;

/**
 * A write for each line would cost more than much of what it tells of: it wakes a thread and whoever reads. So the first
 * line after a pause goes out at once, and those that follow wait for each other.
 */
export function batches(stream: BatchedStream, delayMs: number = bounds.batchDelayMs): pino.DestinationStream {
  let waitingBytes = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | null = null;
  stream.on('write', (bytes) => { waitingBytes -= bytes; });
  stream.on('drop', (bytes) => {
    waitingBytes -= bytes.length;
    dropped++;
  });
  const write = (line: string): void => {
    const bytes = Buffer.from(line);
    waitingBytes += bytes.length;
    stream.write(bytes);
  };
  const flush = (): void => {
    stream.flush(); // does nothing while a write is under way, hence the counting
    timer = setTimeout(due, delayMs).unref();
  };
  const due = (): void => {
    timer = null;
    if (dropped > 0) {
      const lost = dropped;
      dropped = 0;
      write(`${JSON.stringify({ level: 'error', time: new Date().toISOString(), dropped: lost, msg: 'nobody read the log: lines were dropped' })}\n`);
    }
    if (waitingBytes > 0) flush();
  };
  return {
    write: (line) => {
      write(line);
      if (timer === null) flush();
    },
  };
}
