/** PURE. A diagnostic as people read it. */
import type { Diagnostic } from './model.ts';

/** Looks up a sentence: language, key, values. */
export type Words = (language: string, key: string, values?: Readonly<Record<string, string | number>>) => string;

const INDENT = '    ';
const WIDTH = 140;

/**
 * `file:line:column: sentence`, the line in question, and carets with the hint behind them:
 * ```
 * policies/sales.yaml:8:9: "never-mis-a-customer" is not an intent.
 *     intent: never-mis-a-customer
 *             ^^^^^^^^^^^^^^^^^^^^ did you mean never-miss-a-customer?
 * ```
 */
export function renderDiagnostic(problem: Diagnostic, words: Words, language: string): string {
  const { place, excerpt, severity } = problem;
  const sentence = words(language, `policy.problem.${problem.code}`, problem.values);
  const said = severity === 'error' ? sentence : words(language, `policy.severity.${severity}`, { sentence });
  const hint = problem.hint === null ? '' : words(language, `policy.hint.${problem.hint}`, problem.values);
  const lines = [`${place.file}:${place.line}:${place.column}: ${said}`];
  const characters = [...(excerpt ?? '').replace(/\t/g, ' ')];
  if (characters.length < place.column - 1 || characters.join('').trim() === '') {
    if (hint !== '') lines.push(`${INDENT}${hint}`);
    return lines.join('\n');
  }
  // A line longer than a screen is shown from a little before the place in question.
  const from = characters.length <= WIDTH ? 0 : Math.max(0, Math.min(place.column - 1 - 30, characters.length - WIDTH));
  const shown = characters.slice(from, from + WIDTH).join('').trimEnd();
  const before = place.column - 1 - from;
  const carets = '^'.repeat(Math.max(1, Math.min(place.length, [...shown].length - before)));
  lines.push(`${INDENT}${shown}`, `${INDENT}${' '.repeat(before)}${carets}${hint === '' ? '' : ` ${hint}`}`);
  return lines.join('\n');
}
