/**
 * `npm run differential -- DIR…`: where do the walker and mailparser read the same mail differently? Prints JSON: classes
 * of disagreement with counts, the defects the walker reported for them, and a few file names. No mail content.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { compare, messageFiles } from '../test/support/differential.ts';

const FILE_NAMES_SHOWN = 8;

interface ClassSummary {
  count: number;
  /** Without any defect reported: unexplained. */
  withoutDefect: number;
  readonly defects: Record<string, number>;
  readonly files: string[];
}

async function summarise(dir: string): Promise<{ messages: number; agree: number; classes: Record<string, ClassSummary> }> {
  const classes: Record<string, ClassSummary> = {};
  let messages = 0, agree = 0;
  for (const file of messageFiles(dir)) {
    const comparison = await compare(readFileSync(file));
    messages++;
    if (comparison.classes.length === 0) agree++;
    for (const name of comparison.classes) {
      const summary = (classes[name] ??= { count: 0, withoutDefect: 0, defects: {}, files: [] });
      summary.count++;
      if (comparison.defects.length === 0) summary.withoutDefect++;
      for (const defect of comparison.defects) summary.defects[defect] = (summary.defects[defect] ?? 0) + 1;
      // Unexplained ones first: they are the ones to look at.
      if (comparison.defects.length === 0 && summary.files.length < FILE_NAMES_SHOWN) summary.files.push(relative(dir, file));
    }
  }
  return { messages, agree, classes };
}

if (import.meta.main) {
  const dirs = process.argv.slice(2);
  if (dirs.length === 0) {
    process.stderr.write('usage: npm run differential -- DIR…\n');
    process.exit(2);
  }
  for (const dir of dirs) process.stdout.write(`${JSON.stringify({ dir, ...(await summarise(dir)) }, null, 2)}\n`);
}
