/** Examples as a gate for edits: an edit that breaks one does not go live; what broke by itself is a warning. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RunExample } from '../policy-examples.ts';
import { explainExample } from '../policy/explain.ts';
import type { Diagnostic, Example, Page } from '../policy/model.ts';
import type { PolicySet } from '../policy/resolved.ts';
import type { Words } from '../words/words.ts';
import { problemAt, type ReadSet } from './read-set.ts';

export interface InForce {
  readonly set: PolicySet;
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Examined {
  readonly on: readonly (Buffer | undefined)[];
  readonly failures: readonly Failure[];
}

interface Failure {
  readonly example: Example;
  readonly values: Diagnostic['values'];
}

export class Gate {
  readonly #run: RunExample;
  readonly #words: Words;
  readonly #examined = new Map<string, Examined>();

  constructor(run: RunExample, words: Words) {
    this.#run = run;
    this.#words = words;
  }

  /** @param inForce what the edit would replace; null: nothing was ever in force, so every example counts */
  async examine(read: ReadSet & { readonly set: PolicySet }, inForce: InForce | null): Promise<readonly Diagnostic[]> {
    const problems: Diagnostic[] = [];
    const company = read.pages.find(({ appliesTo }) => appliesTo.some(({ pattern }) => pattern === 'everyone')) ?? null;
    for (const page of read.pages) {
      if (page.examples.length === 0) continue;
      const names = dependencies(page, company, read);
      for (const failure of await this.#failures(page, read, names)) {
        const broken = inForce === null || (await this.#brokenByEdit(page, failure.example, names, read, inForce));
        problems.push(problemAt('example-failed', page, failure.example.place, failure.values, broken ? 'error' : 'warning'));
      }
    }
    return problems;
  }

  async #failures(page: Page, read: ReadSet & { readonly set: PolicySet }, names: readonly string[]): Promise<readonly Failure[]> {
    const on = names.map((name) => read.files.get(name));
    const known = this.#examined.get(page.name);
    if (known !== undefined && known.on.length === on.length && known.on.every((bytes, i) => bytes === on[i])) return known.failures;
    const failures: Failure[] = [];
    for (const example of page.examples) {
      await nextTurn();
      const { passed, verdict, facts } = await this.#run(read.set, page, example, letterOf(example, read.files));
      if (passed) continue;
      const resolved = read.set.pages.find(({ name }) => name === page.name) ?? read.set.everyone;
      const because = explainExample(verdict, facts, resolved, resolved.language.value, this.#words);
      failures.push({ example, values: { name: example.name, expected: example.expect.join(', '), action: verdict.wouldHave ?? verdict.action, because } });
    }
    this.#examined.set(page.name, { on, failures });
    return failures;
  }

  /** Edited itself, or it passes under the set in force: then the edit is to blame. */
  async #brokenByEdit(page: Page, example: Example, names: readonly string[], read: ReadSet, inForce: InForce): Promise<boolean> {
    const same = (name: string): boolean => read.files.get(name)?.equals(inForce.files.get(name) ?? Buffer.alloc(0)) === true;
    if (names.every(same)) return false;
    const own = read.names.get(page.file);
    if (own === undefined || !same(own)) return true;
    return (await this.#run(inForce.set, page, example, letterOf(example, read.files))).passed;
  }
}

/** Names of the files on which a page's examples depend: itself, the company's page, lists and letters. */
function dependencies(page: Page, company: Page | null, read: ReadSet): readonly string[] {
  const pages = company === null || company === page ? [page] : [page, company];
  const names = new Set<string>();
  for (const one of pages) {
    const own = read.names.get(one.file);
    if (own !== undefined) names.add(own);
    for (const entry of [...one.alwaysWelcome, ...one.neverWelcome]) if (entry.by === 'list') names.add(entry.file);
  }
  for (const { file } of page.examples) if (file !== null) names.add(file);
  return [...names];
}

function letterOf(example: Example, files: ReadonlyMap<string, Buffer>): Buffer | null {
  return example.file === null ? null : (files.get(example.file) ?? null);
}
