import fc from 'fast-check';
import { Histogram, Registry, type Metric } from 'prom-client';
import { Timings } from '../../src/ops/timings.ts';

const BUCKETS = [0.001, 0.5, 2];
const NAMES = ['walk', 'score', 'hold'] as const;
const lines = async (registry: Registry): Promise<readonly string[]> => (await registry.metrics()).split('\n').toSorted();

test.each(['stage', null])('what is read is what prom-client would say (label: %s)', async (label) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.oneof(fc.constantFrom(...BUCKETS, 0), fc.double({ min: 0, max: 5, noNaN: true })))), async (observed) => {
    const [theirs, ours] = [new Registry(), new Registry()];
    const histogram = new Histogram({ name: 'seconds', help: 'Time', labelNames: label === null ? [] : [label], buckets: BUCKETS, registers: [theirs] });
    const timings = new Timings<(typeof NAMES)[number]>({ name: 'seconds', help: 'Time', label, of: label === null ? ['walk'] : NAMES, buckets: BUCKETS });
    ours.registerMetric(timings as unknown as Metric);
    for (const [name, seconds] of observed) {
      if (label === null) histogram.observe(seconds);
      else histogram.observe({ [label]: name }, seconds);
      timings.observe(label === null ? NAMES[0] : name, seconds);
    }
    expect(await lines(ours)).toEqual(await lines(theirs));
  }), { numRuns: 30 });
});
