/**
 * `npm run bench -- [--corpus DIR] [names…]`: each benchmark in a process of its own, one after the other; one JSON for all on standard output.
 * A benchmark is a file of that name here that prints one JSON object: `results` and `targets`, or figures alone.
 */
import { existsSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startChild } from '../test/support/child.ts';
import { partNamed } from '../scripts/debian-packages.ts';
import { rounded, type BenchmarkResult } from './statistics.ts';

/** In the order in which they run. `postfix`: needs smtp-source and smtp-sink. */
const BENCHMARKS: Readonly<Record<string, { readonly postfix: boolean }>> = {
  score: { postfix: false },
  policy: { postfix: false },
  digest: { postfix: false },
  review: { postfix: false },
  relay: { postfix: false },
  smtp: { postfix: true },
  milter: { postfix: true },
  latency: { postfix: true },
  memory: { postfix: true },
};

const fileOf = (name: string): string => join(import.meta.dirname, `${name}.ts`);

async function run(name: string): Promise<BenchmarkResult & { readonly seconds: number }> {
  const begin = performance.now();
  const child = await startChild(process.execPath, [fileOf(name)], { showsErrors: true });
  const { code, signal } = await child.exited;
  if (code !== 0) throw new Error(`${name} ended with ${code ?? signal}: ${child.output()}`);
  const printed = JSON.parse(child.stdout()) as BenchmarkResult | Record<string, unknown>;
  const result = 'results' in printed && 'targets' in printed ? (printed as BenchmarkResult) : { results: printed, targets: [] };
  return { seconds: rounded((performance.now() - begin) / 1000, 1), ...result };
}

async function main(args: readonly string[]): Promise<number> {
  const { values: { corpus }, positionals: asked } = parseArgs({ args: [...args], allowPositionals: true, options: { corpus: { type: 'string' } } });
  // Each benchmark is a process of its own, and finds it there.
  if (corpus !== undefined) process.env['USHER_CORPUS'] = resolve(corpus);
  const unknown = asked.filter((name) => BENCHMARKS[name] === undefined || !existsSync(fileOf(name)));
  if (unknown.length > 0) {
    console.error(`There is no benchmark called ${unknown.join(', ')}. There are: ${Object.keys(BENCHMARKS).filter((name) => existsSync(fileOf(name))).join(', ')}.`);
    return 2;
  }
  const names = asked.length > 0 ? asked : Object.keys(BENCHMARKS).filter((name) => existsSync(fileOf(name)));
  const missing = names.some((name) => BENCHMARKS[name]?.postfix) ? postfixMissing() : null;
  if (missing !== null) {
    console.error(`The benchmarks need smtp-source and smtp-sink: ${missing}.`);
    return 2;
  }
  const benchmarks: Record<string, unknown> = {};
  const targets: unknown[] = [];
  for (const name of names) {
    console.error(`${name} …`);
    const { targets: own = [], ...result } = await run(name);
    benchmarks[name] = result;
    targets.push(...own.map((target) => ({ benchmark: name, ...target })));
  }
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memoryGiB: rounded(totalmem() / 2 ** 30, 1), node: process.version };
  console.log(JSON.stringify({ machine, targets, benchmarks }, null, 2));
  return 0;
}

/** The programs need no root, unlike a mail server: only the files count. */
function postfixMissing(): string | null {
  const { files, packages } = partNamed('postfix');
  const absent = files.filter((file) => !existsSync(file));
  return absent.length === 0 ? null : `${absent.join(', ')} not found (Debian: apt-get install ${packages.join(' ')})`;
}

process.exitCode = await main(process.argv.slice(2));
