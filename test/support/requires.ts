/** Suites that need more than npm brings: skipped with the reason in their title, or failing where `CI=true`. */
import { partNamed, whyMissing } from '../../scripts/debian-packages.ts';

/** Something a suite needs. */
export interface Requirement {
  readonly name: string;
  /** Why it cannot be used here; null when it can. */
  readonly missing: string | null;
}

/** A part of scripts/debian-packages.ts, by name. */
export function requirement(name: string): Requirement {
  return { name, missing: whyMissing(partNamed(name)) };
}

/** `describe` where every requirement is met. */
export function describeIf(needed: Requirement | readonly Requirement[], title: string, suite: () => void): void {
  const reasons = [needed].flat().flatMap(({ name, missing }) => (missing === null ? [] : [`needs ${name}: ${missing}`]));
  if (reasons.length === 0) describe(title, suite);
  else if (process.env['CI'] === 'true') describe(title, () => test(reasons.join('; '), () => { throw new Error(reasons.join('; ')); }));
  else describe.skip(`${title} [skipped: ${reasons.join('; ')}]`, suite);
}
