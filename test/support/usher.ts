/** Usher as its own process, with a configuration, pages and state of its own in a temporary directory. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { runCommand, startChild, type Exit } from './child.ts';
import { freePort } from './ports.ts';
import { tempDir } from './temp-dir.ts';
import { waitFor } from './wait.ts';

/** Where an Usher lives; several may run there one after the other. */
export interface UsherHome {
  readonly dir: string;
  /** State: database, quarantine. */
  readonly dataDir: string;
  readonly ports: { readonly smtp: number; readonly ops: number; readonly milter: number; readonly web: number };
  /** Writes `policies/<name>.yaml`. */
  readonly writePolicy: (name: string, text: string) => void;
  readonly removePolicy: (name: string) => void;
  readonly remove: () => void;
}

export interface LogEvent {
  readonly msg: string;
  readonly level: string;
  readonly [key: string]: unknown;
}

export interface RunningUsher {
  readonly home: UsherHome;
  readonly pid: number;
  /** Log lines so far. */
  readonly events: readonly LogEvent[];
  /** Waits for a log line that is not there yet when `after` (a count of lines) is given, for any otherwise. */
  readonly waitForEvent: (what: string, matches: (event: LogEvent) => boolean, options?: { readonly after?: number; readonly timeoutMs?: number }) => Promise<LogEvent>;
  readonly output: () => string;
  readonly exited: Promise<Exit>;
  /** SIGTERM. */
  readonly stop: () => Promise<Exit>;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** SIGKILL. */
  readonly crash: () => Promise<Exit>;
}

export interface UsherOptions {
  /** Keys of usher.yaml; listeners, data and policies are set already. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Pages: name (without `.yaml`) to text. */
  readonly policies?: Readonly<Record<string, string>>;
}

const CLI = resolve('src/cli.ts');

/** As `npm start` does it, flags included. */
const START = (JSON.parse(readFileSync('package.json', 'utf8')) as { readonly scripts: { readonly start: string } }).scripts.start
  .split(' ').slice(1).map((part) => (part.startsWith('src/') ? resolve(part) : part));

export async function usherHome({ config = {}, policies = {} }: UsherOptions = {}): Promise<UsherHome> {
  const { path: dir, remove } = tempDir('home');
  const ports = { smtp: await freePort(), ops: await freePort(), milter: await freePort(), web: await freePort() };
  const listen = Object.fromEntries(Object.entries(ports).map(([door, port]) => [door, `127.0.0.1:${port}`]));
  const whole = { hostname: 'mx.example.com', 'our-domains': ['example.com'], listen, data: './var', policies: './policies', ...config };
  writeFileSync(join(dir, 'usher.yaml'), stringify(whole));
  mkdirSync(join(dir, 'policies'));
  const home: UsherHome = {
    dir, dataDir: join(dir, 'var'), ports, remove,
    writePolicy: (name, text) => writeFileSync(join(dir, 'policies', `${name}.yaml`), text),
    removePolicy: (name) => rmSync(join(dir, 'policies', `${name}.yaml`)),
  };
  for (const [name, text] of Object.entries(policies)) home.writePolicy(name, text);
  return home;
}

/** Starts Usher and waits until every listener is open; throws with what it printed when it ends before. */
export async function startUsher(home: UsherHome, env: Readonly<Record<string, string>> = {}): Promise<RunningUsher> {
  const events: LogEvent[] = [];
  const onLine = (line: string): void => void events.push(line.startsWith('{') ? (JSON.parse(line) as LogEvent) : { msg: line, level: 'none' });
  const child = await startChild(process.execPath, [...START, '--config', 'usher.yaml'], { cwd: home.dir, env: { ...process.env, ...env }, onLine });
  let gone: Exit | null = null;
  void child.exited.then((exit) => { gone = exit; });
  const waitForEvent: RunningUsher['waitForEvent'] = (what, matches, { after = 0, timeoutMs = 10_000 } = {}) =>
    waitFor(`the log line of ${what}`, () => {
      const found = events.slice(after).find(matches);
      if (found === undefined && gone !== null) throw new Error(`Usher ended (${gone.code ?? gone.signal}): ${child.output()}`);
      return found;
    }, timeoutMs);
  try {
    await waitForEvent('being ready', (event) => event.msg === 'ready', { timeoutMs: 30_000 });
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    home, pid: child.pid, events, waitForEvent, output: child.output, exited: child.exited,
    stop: () => child.stop(60_000),
    signal: child.kill,
    crash: () => {
      child.kill('SIGKILL');
      return child.exited;
    },
  };
}

/** Runs `usher …` there to its end. */
export function runUsher(home: UsherHome, args: readonly string[]): Promise<Exit & { readonly output: string; readonly stdout: string }> {
  return runCommand(process.execPath, [CLI, ...args], { cwd: home.dir });
}
