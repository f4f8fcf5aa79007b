/** `usher train`: message files in, a scoring model out. Asks nobody on the network. */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { byHand } from '../scoring/by-hand.ts';
import { featuresOf } from '../scoring/features/extract.ts';
import { encodeModel } from '../scoring/model.ts';
import { buildModel } from '../training/build.ts';
import { Dataset } from '../training/dataset.ts';
import { filesUnder } from './mail-files.ts';
import { examineFile } from './stored-message.ts';
import type { CommandIo, ExitCode } from './io.ts';

const USAGE = `Usage: usher train --spam PATH… --ham PATH… --out FILE

Builds a scoring model from message files, or all files in folders and below. The same files give the same model.

  --spam PATH…        unwanted mail
  --ham PATH…         wanted mail
  --out FILE          where the model is written
  --sources FILE.csv  which collection each file is from: columns file and source; otherwise the first folder below PATH.
                      Models are calibrated by leaving whole sources out, so name them if you can.
  --leave-out TEXT    skips sources whose name contains this; may be given several times
  --public            the mail is not your own: the model then proves nothing about how often your mail would be stopped
  --name TEXT         in front of the model's name (default: own)
  --seed N            kept in the model (default: 1)
`;

interface Wanted {
  readonly spam: readonly string[];
  readonly ham: readonly string[];
  readonly out: string;
  readonly leaveOut: readonly string[];
  readonly sourceOf: (file: string, path: string) => string;
}

/** Exit code 0: written; 1: a class has no mail to learn from; 2: usage. */
export async function trainCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  const refuse = async (sentence: string): Promise<ExitCode> => {
    await io.err(`usher train: ${sentence}\n\n${USAGE}`);
    return 2;
  };
  let options: ReturnType<typeof read>;
  try {
    options = read(args);
  } catch (error) {
    return await refuse((error as Error).message);
  }
  if (options.help) {
    await io.out(USAGE);
    return 0;
  }
  const { spam, ham, out, seed } = options;
  if (spam.length === 0 || ham.length === 0 || out === undefined) return await refuse('name unwanted mail, wanted mail and the file to write.');
  if (!/^\d{1,9}$/.test(seed)) return await refuse('--seed wants a number.');
  const sourceOf = await sourcesFrom(options.sources, io.cwd);
  const begun = performance.now();
  const dataset = await readAll({ spam, ham, out, leaveOut: options['leave-out'], sourceOf }, io);
  const counts = [0, 1].map((label) => dataset.examples.filter((example) => example.label === label).length);
  if (counts.some((count) => count < 2)) {
    await io.err(`usher train: there must be wanted and unwanted mail to learn from; there are ${counts[0]} and ${counts[1]} messages.\n`);
    return 1;
  }
  const said: string[] = [];
  const model = buildModel(dataset, { title: options.name, seed: Number(seed), evidence: options.public ? 'public' : 'own', say: (line) => said.push(line) });
  const bytes = encodeModel(model);
  await writeFile(`${resolve(io.cwd, out)}.new`, bytes);
  await rename(`${resolve(io.cwd, out)}.new`, resolve(io.cwd, out));
  const { name, learntSlots, calibration, tail } = model.header;
  await io.out(`${JSON.stringify({ model: name, file: out, bytes: bytes.length, wanted: counts[0], unwanted: counts[1], learntSlots, folds: said.length - 1, slope: calibration.slope, expectedError: calibration.expectedError, margin: tail.margin, seconds: Math.round((performance.now() - begun) / 1000) })}\n`);
  return 0;
}

/** `--spam a b --ham c d`: a name takes all that follows up to the next option. */
function read(args: readonly string[]) {
  const spread: string[] = [];
  let list: string | null = null;
  for (const arg of args) {
    if (arg.startsWith('--')) list = arg === '--spam' || arg === '--ham' ? arg : null;
    else if (list !== null && spread.at(-1) !== list) spread.push(list);
    spread.push(arg);
  }
  return parseArgs({
    args: spread,
    options: {
      spam: { type: 'string', multiple: true, default: [] as string[] }, ham: { type: 'string', multiple: true, default: [] as string[] }, out: { type: 'string' },
      sources: { type: 'string' }, 'leave-out': { type: 'string', multiple: true, default: [] as string[] }, public: { type: 'boolean', default: false },
      name: { type: 'string', default: 'own' }, seed: { type: 'string', default: '1' }, help: { type: 'boolean', default: false },
    },
  }).values;
}

/** By the table's `file` (its base name) and `source`, else the first folder below the path that was named. */
async function sourcesFrom(table: string | undefined, cwd: string): Promise<Wanted['sourceOf']> {
  const known = new Map<string, string>();
  if (table !== undefined) {
    const [head = '', ...lines] = (await readFile(resolve(cwd, table), 'utf8')).split(/\r?\n/);
    const columns = head.split(',');
    const file = columns.indexOf('file'), source = columns.indexOf('source');
    if (file < 0 || source < 0) throw new Error(`${table} has no columns "file" and "source".`);
    for (const line of lines) {
      const fields = line.split(',');
      known.set(basename(fields[file] ?? ''), fields[source] ?? '');
    }
  }
  return (file, path) => known.get(basename(file)) ?? (relative(path, file).includes(sep) ? (relative(path, file).split(sep)[0] as string) : basename(path));
}

async function readAll({ spam, ham, leaveOut, sourceOf }: Wanted, io: CommandIo): Promise<Dataset> {
  const dataset = new Dataset();
  for (const [label, paths] of [[0, ham], [1, spam]] as const) {
    for (const path of paths) {
      for await (const file of filesUnder(path, io.cwd)) {
        const source = sourceOf(file, path);
        if (leaveOut.some((text) => source.includes(text))) continue;
        try {
          await addMessage(dataset, resolve(io.cwd, file), label, source);
        } catch (error) {
          await io.err(`${file}: ${error instanceof Error ? error.message : String(error)}\n`);
        }
      }
    }
  }
  return dataset;
}

async function addMessage(dataset: Dataset, file: string, label: 0 | 1, source: string): Promise<void> {
  const { message, signals } = await examineFile(file);
  const features = featuresOf(message, signals);
  const offset = byHand(signals).reduce((sum, { contribution }) => sum + contribution, 0);
  dataset.add(features, { label, source, isHtml: message.html !== null, language: message.language ?? 'und', offset });
}
