/**
 * Child processes that cannot outlive whoever started them: a watcher holds the other end of a pipe,
 * and when it closes, however we died, the watcher ends the child.
 */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningChild {
  readonly pid: number;
  /** Everything it wrote to standard output and standard error, so far. */
  readonly output: () => string;
  /** What it wrote to standard output alone, so far. */
  readonly stdout: () => string;
  /** Lines of standard output, complete ones, so far. */
  readonly lines: readonly string[];
  /** Settles when it has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  /** Sends a signal; nothing happens when it has ended. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM, then SIGKILL after `withinMs`. */
  readonly stop: (withinMs?: number) => Promise<Exit>;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with each complete line of standard output. */
  readonly onLine?: (line: string) => void;
  /** What it writes to standard error is shown at once, too: progress, for whoever waits. */
  readonly showsErrors?: boolean;
}

const WATCH = 'cat >/dev/null; kill -TERM "$1"; sleep 5; kill -KILL "$1"';

/** Starts a process. Throws when there is no such command. */
export async function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Promise<RunningChild> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: options.cwd, env: options.env });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid as number;
  const watcher = spawn('/bin/sh', ['-c', WATCH, 'watch', String(pid)], { stdio: ['pipe', 'ignore', 'ignore'] });
  const exited = new Promise<Exit>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  // The watcher must go with the child: later the number may belong to another process.
  child.once('exit', () => watcher.kill('SIGKILL'));
  if (options.showsErrors === true) child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
  const collected = collect(child, options.onLine);
  const kill = (signal: NodeJS.Signals): void => void child.kill(signal);
  const stop = async (withinMs = 10_000): Promise<Exit> => {
    kill('SIGTERM');
    const last = setTimeout(kill, withinMs, 'SIGKILL');
    try {
      return await exited;
    } finally {
      clearTimeout(last);
    }
  };
  return { pid, ...collected, exited, kill, stop };
}

function collect(child: ChildProcess, onLine?: (line: string) => void): Pick<RunningChild, 'output' | 'stdout' | 'lines'> {
  const chunks: Buffer[] = [];
  const outChunks: Buffer[] = [];
  const lines: string[] = [];
  let rest = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    outChunks.push(chunk);
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      onLine?.(line);
    }
  });
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { output: () => Buffer.concat(chunks).toString(), stdout: () => Buffer.concat(outChunks).toString(), lines };
}

/** Runs a command to its end. */
export async function runCommand(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Exit & { readonly output: string; readonly stdout: string }> {
  const child = await startChild(command, args, options);
  const exit = await child.exited;
  return { ...exit, output: child.output(), stdout: child.stdout() };
}
