import fc from 'fast-check';
import { Strongest } from '../../../src/scoring/features/strongest.ts';

test('the largest first, of equal ones the first offered, nothing for zero', () => {
  const contributions = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true })), { maxLength: 60 });
  fc.assert(fc.property(contributions, fc.integer({ min: 1, max: 12 }), (all, count) => {
    const strongest = new Strongest(count);
    for (const [index, contribution] of all.entries()) strongest.offer(index, 0, contribution);
    const expected = all.map((contribution, index) => ({ index, block: 0, contribution })).filter(({ contribution }) => contribution !== 0).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
    expect(strongest.list).toEqual(expected.slice(0, count));
  }), { numRuns: 500 });
});
