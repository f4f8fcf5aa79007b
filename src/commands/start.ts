/** `usher start`: runs the service until SIGTERM or SIGINT. */
import module from 'node:module';
import { parseArgs } from 'node:util';
import { service } from '../message/limits.ts';
import { createLog } from '../platform/log.ts';
import { startUsher, StartError, type Usher } from '../main.ts';
import { configured } from './configured.ts';
import type { CommandIo, ExitCode } from './io.ts';

const usage = `Usage: usher start [--config FILE]

Runs Usher. Without --config, usher.yaml in this folder is read if it is there; every setting has a default.
SIGTERM stops it: nothing new is accepted, what is under way is finished, exit code 0.
`;

/** @returns 0 stopped by a signal; 2 usage, configuration, or it could not start */
export async function startCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const options = read(args);
  if (typeof options === 'string') {
    await io.err(`usher start: ${options}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    await io.out(usage);
    return 0;
  }
  const config = await configured(options.config, io);
  if (config === null) return 2;
  const log = createLog(config.logLevel);
  let usher: Usher;
  const stop = stopRequested(); // From here on a signal is remembered, even while things are still opening.
  try {
    usher = await startUsher(config, log);
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    for (const problem of error.problems) await io.err(`${problem}\n`);
    return 2;
  }
  log.info({ listening: usher.listening, deliverTo: config.deliverTo, policies: config.policiesDir, data: config.dataDir }, 'ready');
  module.flushCompileCache(); // for the next start, whatever ends this one
  const signal = await stop;
  log.info({ signal }, 'stopping');
  await usher.close(service.shutdownGraceMs);
  log.info('stopped');
  return 0;
}

function read(args: readonly string[]): { readonly config?: string; readonly help: boolean } | string {
  try {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' }, help: { type: 'boolean', default: false } } });
    return { help: values.help, ...(values.config === undefined ? {} : { config: values.config }) };
  } catch (error) {
    return (error as Error).message;
  }
}

function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
