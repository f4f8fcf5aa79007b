/** What `usher check` and `usher test` have in common: their arguments, the folder, and how problems are printed. */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { systemClock } from '../platform/clock.ts';
import { DiskFolder } from '../policy-files/folder.ts';
import { SetReader, type ReadSet } from '../policy-files/read-set.ts';
import type { RunExample } from '../policy-examples.ts';
import type { CompanyDefaults, Diagnostic } from '../policy/model.ts';
import { renderDiagnostic } from '../policy/render.ts';
import type { Calibration } from '../policy/verdict.ts';
import { loadScorer } from '../model-file.ts';
import { offlineExamples } from '../stations/offline.ts';
import { words } from '../words/index.ts';
import { configured } from './configured.ts';
import type { CommandIo, ExitCode } from './io.ts';

export interface PolicyCommandTools {
  /** Absolute path of the configured folder. */
  readonly policiesDir: string;
  readonly defaults: CompanyDefaults;
  readonly calibration: Calibration;
  readonly runExample: RunExample;
}

/** Reads the configuration; null: it is wrong, and its problems have been told (exit 2). */
export type LoadTools = (configFile: string | undefined, io: CommandIo) => Promise<PolicyCommandTools | null>;

/** The configured service's own scorer, without the network. */
export const loadTools: LoadTools = async (configFile, io) => {
  const config = await configured(configFile, io);
  if (config === null) return null;
  const { language, timezone, ourDomains, policiesDir } = config;
  // The model is loaded when it is asked for: mistakes in policies can be told without one.
  let loaded: ReturnType<typeof loadScorer> | null = null;
  const scorer = (): ReturnType<typeof loadScorer> => (loaded ??= loadScorer(config.modelFile));
  let examples: RunExample | null = null;
  return {
    policiesDir,
    defaults: { language, timezone, ourDomains },
    calibration: { thresholdFor: (bound) => scorer().thresholdFor(bound) },
    runExample: (...asked) => (examples ??= offlineExamples(config, scorer(), systemClock))(...asked),
  };
};

export interface Asked {
  readonly tools: PolicyCommandTools;
  readonly json: boolean;
  readonly read: ReadSet;
}

interface Arguments {
  readonly folders: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly config: string | undefined;
  /** An option that no such command has; null: none. */
  readonly unknown: string | null;
}

function argumentsOf(args: readonly string[]): Arguments {
  const folders: string[] = [];
  let config: string | undefined;
  let unknown: string | null = null;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === '--config' && args[i + 1] !== undefined) config = args[++i];
    else if (!arg.startsWith('-')) folders.push(arg);
    else if (!['--json', '--help', '-h'].includes(arg)) unknown ??= arg;
  }
  return { folders, config, unknown, json: args.includes('--json'), help: args.includes('--help') || args.includes('-h') };
}

/** Reads arguments and folder; a number is the exit code of a command that is over already. */
export async function ask(args: readonly string[], io: CommandIo, load: LoadTools, help: string): Promise<Asked | ExitCode> {
  const { folders, json, config, unknown, help: helpWanted } = argumentsOf(args);
  const wrong = async (text: string): Promise<ExitCode> => {
    await io.err(`${text}\n`);
    return 2;
  };
  if (helpWanted) {
    await io.out(`${words('en', help)}\n`);
    return 0;
  }
  if (unknown !== null) return wrong(words('en', 'policy.command.unknown-option', { text: unknown }));
  if (folders.length > 1) return wrong(words('en', 'policy.command.one-folder'));
  const tools = await load(config, io);
  if (tools === null) return 2;
  const written = folders[0] ?? (relative(io.cwd, tools.policiesDir) || '.');
  const dir = resolve(io.cwd, written);
  if (!(await isFolder(dir))) return wrong(words(tools.defaults.language, 'policy.command.no-folder', { text: written }));
  const reader = new SetReader(new DiskFolder(dir), tools.defaults, (name) => join(written, name));
  return { tools, json, read: await reader.read(await reader.stamps()) };
}

async function isFolder(dir: string): Promise<boolean> {
  try {
    return (await stat(dir)).isDirectory();
  } catch {
    return false; // Missing or forbidden: the sentence is the same.
  }
}

/** That of the page which the problem is in. */
export function languageOf(problem: Diagnostic, { read, tools }: Asked): string {
  return read.languages.get(problem.place.file) ?? tools.defaults.language;
}

/** `file:line:column: message` with the line in question and the hint, in the language of the page. */
export function rendered(problem: Diagnostic, asked: Asked): string {
  return `${renderDiagnostic(problem, words, languageOf(problem, asked))}\n`;
}

/** The same for programs. */
export function asData(problem: Diagnostic, asked: Asked): object {
  const { severity, code, place, excerpt, values, hint } = problem;
  const language = languageOf(problem, asked);
  return {
    severity, code, ...place, excerpt,
    message: words(language, `policy.problem.${code}`, values),
    hint: hint === null ? null : words(language, `policy.hint.${hint}`, values),
  };
}

export const countErrors = (problems: readonly Diagnostic[]): number => problems.filter(({ severity }) => severity === 'error').length;
