import fc from 'fast-check';
import { fourDigits } from '../../src/audit/recorded.ts';

describe('contributions are kept with four digits', () => {
  test('as toFixed rounds them', () => {
    const near = fc.tuple(fc.integer({ min: -200_000, max: 200_000 }), fc.constantFrom(0, 0.5, -0.5), fc.double({ min: -1e-6, max: 1e-6, noNaN: true })).map(([whole, half, off]) => (whole + half + off) / 10_000);
    fc.assert(fc.property(fc.oneof(fc.double(), fc.double({ min: -50, max: 50 }), near), (value) => {
      expect(JSON.stringify(fourDigits(value))).toBe(JSON.stringify(Number(value.toFixed(4))));
    }), { numRuns: 2000 });
  });
  test.each([0.00005, -0.00005, 1.00005, -1.00015, 1e300, 0, -0])('%d', (value) => expect(JSON.stringify(fourDigits(value))).toBe(JSON.stringify(Number(value.toFixed(4)))));
});
