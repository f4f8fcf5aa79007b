/** The same few inputs in every run of the tests. */
import { seeded } from '../../bench/random.ts';
import { examineParser, foundSeeds, mutateBytes, type FuzzedParser } from './parser-fuzz.ts';

/** Processor time. What is promised is 250 ms; a busy machine and cold code must not make a test fail, only a runaway. */
const BOUND_MS = 2_500;
const RUNS = 250;

export function shortRun(parsers: readonly FuzzedParser[]): void {
  test.each(parsers.map((parser) => [parser.name, parser] as const))('%s: whatever comes is read or given up, within bounds', async (_name, parser) => {
    const seeds = parser.seeds();
    const found = foundSeeds(parser);
    for (const seed of [...seeds, ...found, Buffer.alloc(0), Buffer.from('x')]) await examineParser(parser, seed, BOUND_MS);
    const random = seeded(4711);
    const corpus = [...seeds, ...found];
    for (let run = 0; run < RUNS; run++) await examineParser(parser, mutateBytes(random.pick(corpus), corpus, random), BOUND_MS);
    // What a parser is never made for must not hurt it either.
    for (let run = 0; run < 50; run++) await examineParser(parser, random.bytes(random.between(0, 600)), BOUND_MS);
  }, 60_000);
}
