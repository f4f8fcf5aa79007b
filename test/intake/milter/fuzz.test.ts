/** A short run of `npm run fuzz`, and everything that it ever found. */
import { seeded } from '../../../bench/random.ts';
import { examine, mutate, readSeeds } from '../../support/milter-fuzz.ts';

const seeds = readSeeds();

test.each(seeds.map(({ name, bytes }) => [name, bytes] as const))('%s', (_name, bytes) => {
  for (let run = 0; run < 20; run++) examine(bytes, seeded(run));
});

test('and a thousand streams near them', () => {
  const random = seeded(4711);
  const corpus = seeds.map(({ bytes }) => bytes);
  for (let run = 0; run < 1000; run++) examine(mutate(random.pick(corpus), corpus, random), random);
}, 60_000);
