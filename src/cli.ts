#!/usr/bin/env node
/** The command line: finds the command, hands it its arguments, makes its answer the exit code. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Command, CommandIo, ExitCode } from './commands/io.ts';
import { suggest } from './policy/suggest.ts';

interface Entry {
  readonly does: string;
  readonly load: () => Promise<Command>;
}

/** Loaded one at a time: `usher --help` should not open a database. */
const commands: Readonly<Record<string, Entry>> = {
  start: { does: 'runs the service', load: async () => (await import('./commands/start.ts')).startCommand },
  check: { does: 'validates policies, with line, column and a hint for each problem', load: async () => (await import('./commands/check.ts')).checkCommand },
  test: { does: 'runs the examples written in the policies', load: async () => (await import('./commands/test.ts')).testCommand },
  score: { does: 'scores message files', load: async () => (await import('./commands/score.ts')).scoreCommand },
  explain: { does: 'says what would be decided for a message, or was decided, and why', load: async () => (await import('./commands/explain.ts')).explainCommand },
  train: { does: 'builds a scoring model from message files', load: async () => (await import('./commands/train.ts')).trainCommand },
  learn: { does: 'learns from delivered mail that somebody wanted, or did not', load: async () => (await import('./commands/learn.ts')).learnCommand },
  digest: { does: 'shows who is told of held mail and when, and tells them now', load: async () => (await import('./commands/digest.ts')).digestCommand },
  quarantine: { does: 'lists, shows, releases and deletes held messages', load: async () => (await import('./commands/quarantine.ts')).quarantineCommand },
};

const usage = `Usage: usher COMMAND [--help]
       usher --version

${Object.entries(commands).map(([name, { does }]) => `  ${name.padEnd(12)}${does}`).join('\n')}
`;

async function main(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    await io.out(usage);
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === 'version') {
    await io.out(`usher ${version()}\n`);
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const near = suggest(name, Object.keys(commands));
    await io.err(`usher: there is no command "${name}"${near === null ? '.' : `; did you mean "${near}"?`}\n\n${usage}`);
    return 2;
  }
  return await (await entry.load())(rest, io);
}

function version(): string {
  return (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version;
}

const write = (stream: NodeJS.WriteStream) => async (text: string): Promise<void> => {
  if (!stream.write(text)) await once(stream, 'drain');
};

// A reader that has seen enough (`usher … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await main(process.argv.slice(2), { out: write(process.stdout), err: write(process.stderr), cwd: process.cwd(), env: process.env })
  .catch((error: unknown) => {
    console.error(`usher: ${error instanceof Error ? error.message : String(error)}`);
    return 2 as const;
  });
