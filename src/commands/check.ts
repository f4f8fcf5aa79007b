/** `usher check [DIR] [--json]`: every problem of every policy, with file, line, column and a hint. */
import { lackingProof } from '../policy/proof.ts';
import { endedParts } from '../policy/ended.ts';
import type { Diagnostic, Place } from '../policy/model.ts';
import { systemClock, type Clock } from '../platform/clock.ts';
import { words } from '../words/index.ts';
import type { Command } from './io.ts';
import { asData, ask, countErrors, languageOf, loadTools, rendered, type Asked, type LoadTools } from './policy-command.ts';

/**
 * Errors and warnings come one by one, with the line in question. Notes ask for nothing: they come last, in one line
 * each, once for all places that they hold for, and not at all while something is wrong.
 * Exit 0: nothing wrong (warnings and notes are printed); 1: a policy is wrong; 2: the command or the configuration is.
 */
export function createCheck(load: LoadTools, clock: Clock = systemClock): Command {
  return async (args, io) => {
    const asked = await ask(args, io, load, 'policy.command.check-help');
    if (typeof asked === 'number') return asked;
    const { read, tools, json } = asked;
    const notes = read.set === null ? [] : [...lackingProof(read.set, read.pages, tools.calibration), ...endedParts(read.pages, tools.defaults, clock.now())];
    const problems = [...read.problems, ...notes].sort((a, b) => inOrder(a.place, b.place));
    const errors = countErrors(problems);
    if (json) {
      await io.out(`${JSON.stringify({ ok: errors === 0, revision: read.set?.revision ?? null, pages: read.names.size, problems: problems.map((problem) => asData(problem, asked)) })}\n`);
    } else {
      for (const problem of problems) if (problem.severity !== 'note') await io.out(rendered(problem, asked));
      if (errors === 0) for (const line of notesOnce(problems, asked)) await io.out(`${line}\n`);
      const { language } = tools.defaults;
      await io.out(`${errors === 0 ? words(language, 'policy.command.check-fine', { pages: read.names.size }) : words(language, 'policy.command.check-wrong', { errors })}\n`);
    }
    return errors === 0 ? 0 : 1;
  };
}

/** One line for each thing that is worth knowing, at the first place that it holds for. */
function notesOnce(problems: readonly Diagnostic[], asked: Asked): readonly string[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const problem of problems) {
    if (problem.severity !== 'note') continue;
    const id = JSON.stringify([problem.code, problem.values, languageOf(problem, asked)]);
    groups.set(id, [...(groups.get(id) ?? []), problem]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const language = languageOf(first, asked);
    const sentence = words(language, `policy.problem.${first.code}`, first.values);
    const whole = more.length === 0 ? sentence : words(language, 'policy.command.check-elsewhere', { sentence, count: more.length });
    return [`${first.place.file}:${first.place.line}:${first.place.column}: ${words(language, 'policy.severity.note', { sentence: whole })}`];
  });
}

function inOrder(a: Place, b: Place): number {
  return a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column;
}

export const checkCommand: Command = createCheck(loadTools);
