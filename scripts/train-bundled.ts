/**
 * Makes `models/bundled.model` anew: `npm run train:bundled -- CORPUS`. CORPUS holds `train/` with `manifest.csv` and the files.
 * Only sources whose statistics may be passed on are used; see docs/scoring.md.
 */
import { join } from 'node:path';
import { trainCommand } from '../src/commands/train.ts';

const [corpus] = process.argv.slice(2);
if (corpus === undefined) throw new Error('Name the folder that holds train/manifest.csv.');
const train = join(corpus, 'train');

/** Research or non-commercial terms, or none stated: for measuring only. */
const NOT_TO_BE_PASSED_ON = ['trec07p', 'phishing_pot', 'unspy'];

const write = (stream: NodeJS.WriteStream) => async (text: string): Promise<void> => void stream.write(text);
process.exitCode = await trainCommand(
  [
    '--spam', join(train, 'spam'), '--ham', join(train, 'ham'), '--sources', join(train, 'manifest.csv'),
    ...NOT_TO_BE_PASSED_ON.flatMap((source) => ['--leave-out', source]), '--public', '--name', 'bundled', '--out', join(import.meta.dirname, '../models/bundled.model'),
  ],
  { out: write(process.stdout), err: write(process.stderr), cwd: process.cwd(), env: process.env },
);
