/** `usher test [DIR] [--json]`: runs the examples that stand in the policies, and says which failed and why. */
import { explainExample } from '../policy/explain.ts';
import type { Diagnostic } from '../policy/model.ts';
import { problemAt } from '../policy-files/read-set.ts';
import { words } from '../words/index.ts';
import type { Command } from './io.ts';
import { asData, ask, countErrors, rendered, loadTools, type Asked, type LoadTools } from './policy-command.ts';

interface Ran {
  readonly policy: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly expected: readonly string[];
  readonly action: string;
  readonly passed: boolean;
  /** Sentences in the page's language. */
  readonly why: string;
  /** Null when it passed. */
  readonly problem: Diagnostic | null;
}

/** Exit 0: all as expected; 1: an example failed or a policy is wrong; 2: the command or the configuration is. */
export function createTest(load: LoadTools): Command {
  return async (args, io) => {
    const asked = await ask(args, io, load, 'policy.command.test-help');
    if (typeof asked === 'number') return asked;
    const { read, tools, json } = asked;
    const { language } = tools.defaults;
    const errors = read.problems.filter(({ severity }) => severity === 'error');
    const ran = read.set === null ? [] : await runAll(asked);
    const failed = ran.filter(({ passed }) => !passed);
    if (json) {
      const examples = ran.map((one) => ({ ...one, problem: undefined }));
      await io.out(`${JSON.stringify({ ok: errors.length + failed.length === 0, problems: errors.map((problem) => asData(problem, asked)), examples })}\n`);
    } else if (errors.length > 0) {
      for (const problem of errors) await io.out(rendered(problem, asked));
      await io.out(`${words(language, 'policy.command.check-wrong', { errors: countErrors(errors) })}\n`);
    } else {
      for (const { problem } of failed) if (problem !== null) await io.out(rendered(problem, asked));
      await io.out(`${failed.length === 0 ? words(language, 'policy.command.tests-passed', { passed: ran.length }) : words(language, 'policy.command.tests-failed', { failed: failed.length, all: ran.length })}\n`);
    }
    return errors.length + failed.length === 0 ? 0 : 1;
  };
}

async function runAll({ read, tools }: Asked): Promise<readonly Ran[]> {
  const { set } = read;
  if (set === null) return [];
  const ran: Ran[] = [];
  for (const page of read.pages) {
    const resolved = set.pages.find(({ name }) => name === page.name) ?? set.everyone;
    for (const example of page.examples) {
      const letter = example.file === null ? null : (read.files.get(example.file) ?? null);
      const { passed, verdict, facts } = await tools.runExample(set, page, example, letter);
      const why = explainExample(verdict, facts, resolved, resolved.language.value, words);
      const action = verdict.wouldHave ?? verdict.action;
      const values = { name: example.name, expected: example.expect.join(', '), action, because: why };
      ran.push({
        policy: page.name, file: example.place.file, line: example.place.line, name: example.name, expected: example.expect, action, passed, why,
        problem: passed ? null : problemAt('example-failed', page, example.place, values),
      });
    }
  }
  return ran;
}

export const testCommand: Command = createTest(loadTools);
