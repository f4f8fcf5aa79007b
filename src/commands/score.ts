/** `usher score --jsonl PATH…`: one line of JSON for each message file, whatever is in it. Asks nobody on the network. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { loadScorer } from '../model-file.ts';
import type { Contribution, Scorer } from '../scoring/score.ts';
import type { Signal } from '../signals/signal.ts';
import type { Command } from './io.ts';
import { filesUnder } from './mail-files.ts';
import { examineFile } from './stored-message.ts';

const USAGE = `Usage: usher score --jsonl [--model FILE] PATH…

Scores message files, or all files in folders and below. Writes one line of JSON for each:
  {"file","score","kind","signals":[{"name","value","contribution"}],"model"}
score runs from 0 (wanted) to 1 (unwanted). A file that cannot be read gets a line with "error".
Nothing is asked of the network: what needs DNS is unknown.
--model FILE takes another model than the one that comes with Usher (see usher train).
`;

/** Exit code 0: done (a bad file is a line with `error`); 2: usage. */
export const scoreCommand: Command = async (args, io) => {
  const refuse = async (sentence: string): Promise<2> => {
    await io.err(`${sentence}${USAGE}`);
    return 2;
  };
  let parsed: ReturnType<typeof read>;
  try {
    parsed = read(args);
  } catch (error) {
    return await refuse(`usher score: ${(error as Error).message}\n\n`);
  }
  const { values: { help, model }, positionals: paths } = parsed;
  if (help) {
    await io.out(USAGE);
    return 0;
  }
  if (paths.length === 0) return await refuse('');
  const scorer = loadScorer(model === undefined ? null : resolve(io.cwd, model));
  for (const path of paths) {
    for await (const file of filesUnder(path, io.cwd)) await io.out(`${JSON.stringify(await scoreFile(file, io.cwd, scorer))}\n`);
  }
  return 0;
};

const read = (args: readonly string[]) => parseArgs({
  args: [...args], allowPositionals: true,
  options: { jsonl: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean', default: false }, model: { type: 'string' } },
});

async function scoreFile(file: string, cwd: string, scorer: Scorer): Promise<object> {
  try {
    const stored = await examineFile(resolve(cwd, file));
    const { score, kind, contributions, model } = scorer.score(stored);
    return { file, score, kind, signals: [...contributions, ...withoutWeight(stored.signals, contributions)], model };
  } catch (error) {
    return { file, error: String((error as { message?: unknown } | null)?.message ?? error), model: scorer.model };
  }
}

/** Signals that are there and moved nothing: whoever compares models wants to see them too. */
function withoutWeight(signals: readonly Signal[], contributions: readonly Contribution[]): readonly Contribution[] {
  const weighed = new Set(contributions.map(({ name }) => name));
  return signals.flatMap((signal) => (signal.state === 'present' && !weighed.has(signal.name) ? [{ name: signal.name, value: signal.value, contribution: 0 }] : []));
}
