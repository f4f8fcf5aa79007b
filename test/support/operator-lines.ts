/** What docs/operators.md shows to be copied, so that tests run what stands there. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * The first block of lines that looks like this.
 * @param places names in it, and what stands for them here; each must be there
 */
export function operatorLines(like: RegExp, places: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(resolve('docs/operators.md'), 'utf8');
  let found = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```$/gm)].map((match) => match[1] as string).find((each) => like.test(each));
  if (found === undefined) throw new Error(`docs/operators.md shows no lines like ${String(like)}`);
  for (const [there, here] of Object.entries(places)) {
    if (!found.includes(there)) throw new Error(`docs/operators.md: no ${there} in the lines like ${String(like)}`);
    found = found.replaceAll(there, () => here);
  }
  return found;
}
