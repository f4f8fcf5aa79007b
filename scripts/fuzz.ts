/**
 * `npm run fuzz [seconds [names…]]`: the milter's session, and every parser of messages and attached files on its own,
 * under changed inputs. The milter has the given time (65 s), the parsers the same together, each its share; names
 * (`milter`, or the beginning of a parser's name) choose among them. What fails is written to test/fuzz-seeds, where the
 * tests find it from then on. FUZZ_SEED repeats a run.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded, type Random } from '../bench/random.ts';
import { dangerParsers } from '../test/support/fuzz-danger.ts';
import { messageParsers } from '../test/support/fuzz-message.ts';
import { examine, mutate, readSeeds, SEEDS_DIR } from '../test/support/milter-fuzz.ts';
import { examineParser, foundSeeds, keepSeed, mutateBytes, type FuzzedParser } from '../test/support/parser-fuzz.ts';

/** Processor time for one input; what is promised of a whole message. */
const CPU_MAX_MS = 250;

interface Run { readonly name: string; readonly inputs: number; readonly bytes: number; readonly failed: string | null }

const seconds = Number(process.argv[2] ?? 65);
const wanted = process.argv.slice(3);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.some((each) => name.startsWith(each));
const firstLine = (error: unknown): string => (error as Error).message.split('\n')[0] as string;

/** Inputs one after the other until the time is over or one fails. */
async function until(name: string, forSeconds: number, input: () => Buffer, check: (input: Buffer) => void | Promise<void>, keep: (input: Buffer, why: string) => string): Promise<Run> {
  const end = performance.now() + forSeconds * 1000;
  let bytes = 0;
  for (let inputs = 0; ; inputs++) {
    if (performance.now() >= end) return { name, inputs, bytes, failed: null };
    const made = input();
    bytes += made.length;
    try {
      await check(made);
    } catch (error) {
      const file = keep(made, `${firstLine(error)} (seed ${seed})`);
      console.error(`${file}: ${(error as Error).stack}`);
      process.exitCode = 1;
      return { name, inputs, bytes, failed: file };
    }
  }
}

function fuzzMilter(random: Random): Promise<Run> {
  const corpus = readSeeds().map(({ bytes }) => bytes);
  return until('milter', seconds, () => mutate(random.pick(corpus), corpus, random), (stream) => examine(stream, random), (stream, why) => {
    const file = join(SEEDS_DIR, `found-${createHash('sha256').update(stream).digest('hex').slice(0, 12)}.hex`);
    writeFileSync(file, `# ${why}\n${stream.toString('hex').replace(/.{1,120}/g, '$&\n')}`);
    return file;
  });
}

function fuzzParser(parser: FuzzedParser, forSeconds: number, random: Random): Promise<Run> {
  const corpus = [...parser.seeds(), ...foundSeeds(parser)];
  return until(parser.name, forSeconds, () => mutateBytes(random.pick(corpus), corpus, random), (input) => examineParser(parser, input, CPU_MAX_MS), (input, why) => keepSeed(parser, input, why));
}

const random = seeded(seed);
const parsers = [...messageParsers, ...dangerParsers].filter(({ name }) => isWanted(name));
const runs: Run[] = isWanted('milter') ? [await fuzzMilter(random)] : [];
for (const parser of parsers) runs.push(await fuzzParser(parser, seconds / parsers.length, random));
console.log(JSON.stringify({ seed, seconds, memoryMiB: Math.round(process.memoryUsage().rss / 2 ** 20), runs }, null, 1));
