import fc from 'fast-check';
import { ContributionSum } from '../../src/scoring/contribution-sum.ts';

test('the sum in the order given; the largest first, of equal ones the first given, nothing for zero', () => {
  const contributions = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })), { maxLength: 60 });
  fc.assert(fc.property(contributions, (all) => {
    const sum = new ContributionSum();
    for (const [i, contribution] of all.entries()) sum.add(`name${i}`, i, contribution);
    const counting = all.map((contribution, i) => ({ name: `name${i}`, value: i, contribution })).filter(({ contribution }) => contribution !== 0);
    expect(sum.logit).toBe(counting.reduce((total, { contribution }) => total + contribution, 0));
    expect(sum.contributions).toEqual(counting.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)));
  }), { numRuns: 500 });
});
