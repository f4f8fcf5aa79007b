/** `usher check [DIR] [--json]`: every problem of every policy, with file, line, column and a hint. */
import { lackingProof } from '../policy/proof.ts';
import type { Place } from '../policy/model.ts';
import { words } from '../words/index.ts';
import type { Command } from './io.ts';
import { asData, ask, countErrors, rendered, loadTools, type LoadTools } from './policy-command.ts';

/** Exit 0: nothing wrong (warnings and notes are printed); 1: a policy is wrong; 2: the command or the configuration is. */
export function createCheck(load: LoadTools): Command {
  return async (args, io) => {
    const asked = await ask(args, io, load, 'policy.command.check-help');
    if (typeof asked === 'number') return asked;
    const { read, tools, json } = asked;
    const notes = read.set === null ? [] : lackingProof(read.set, read.pages, tools.calibration);
    const problems = [...read.problems, ...notes].sort((a, b) => inOrder(a.place, b.place));
    const errors = countErrors(problems);
    if (json) {
      await io.out(`${JSON.stringify({ ok: errors === 0, revision: read.set?.revision ?? null, pages: read.names.size, problems: problems.map((problem) => asData(problem, asked)) })}\n`);
    } else {
      for (const problem of problems) await io.out(rendered(problem, asked));
      const { language } = tools.defaults;
      await io.out(`${errors === 0 ? words(language, 'policy.command.check-fine', { pages: read.names.size }) : words(language, 'policy.command.check-wrong', { errors })}\n`);
    }
    return errors === 0 ? 0 : 1;
  };
}

function inOrder(a: Place, b: Place): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}

export const checkCommand: Command = createCheck(loadTools);
