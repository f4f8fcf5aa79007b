/**
 * `npm run fuzz [seconds]`: the milter's session under changed streams, for at least a minute. What fails is written to
 * test/fuzz-seeds, where the tests find it from then on. FUZZ_SEED repeats a run.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../bench/random.ts';
import { examine, mutate, readSeeds, SEEDS_DIR } from '../test/support/milter-fuzz.ts';

const seconds = Number(process.argv[2] ?? 65);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const random = seeded(seed);
const corpus = readSeeds().map(({ bytes }) => bytes);
const end = performance.now() + seconds * 1000;

function failed(stream: Buffer, error: unknown): void {
  const file = join(SEEDS_DIR, `found-${createHash('sha256').update(stream).digest('hex').slice(0, 12)}.hex`);
  writeFileSync(file, `# ${(error as Error).message.split('\n')[0]} (seed ${seed})\n${stream.toString('hex').replace(/.{1,120}/g, '$&\n')}`);
  console.error(`${file}: ${(error as Error).stack}`);
  process.exitCode = 1;
}

let streams = 0;
let bytes = 0;
for (; performance.now() < end && process.exitCode === undefined; streams++) {
  const stream = mutate(random.pick(corpus), corpus, random);
  bytes += stream.length;
  try {
    examine(stream, random);
  } catch (error) {
    failed(stream, error);
  }
}
console.log(JSON.stringify({ seed, seconds, streams, bytes, failed: process.exitCode === 1 }));
