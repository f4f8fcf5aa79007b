/** The log: one JSON line per event on stdout (pino). */
import pino from 'pino';

export type Log = Pick<pino.Logger, 'info' | 'warn' | 'error' | 'debug'>;

export function createLog(level: string = 'info'): pino.Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } });
}

/** For tests and commands that print their own answer. */
export const silentLog: Log = pino({ level: 'silent' });
