import { companyImportance, companyWeights, contradicted, personWeights, shiftOf, type Lesson } from '../../src/scoring/local.ts';
import { BLOCKS } from '../../src/scoring/features/builder.ts';

/** A lesson whose words are these slots. */
function lesson(id: string, user: string | null, wanted: boolean, slots: readonly number[], logit = 0): Lesson {
  return { id, user, wanted, logit, slots: Int32Array.from(slots), ends: BLOCKS.map((block) => (block === 'named' ? 0 : slots.length)) };
}
const SPAM = [1, 2, 3], HAM = [7, 8, 9];
const people = ['a', 'b', 'c', 'd', 'e', 'f'];
const honest = people.flatMap((user) => Array.from({ length: 12 }, (_, i) => lesson(`${user}${i}`, `${user}@example.com`, i % 2 === 0, i % 2 === 0 ? HAM : SPAM)));
const shift = (lessons: readonly Lesson[], slots: readonly number[]): number => {
  const weights = companyWeights(lessons);
  return weights === null ? 0 : shiftOf(lesson('', null, true, slots), weights);
};

test('what several people say is learnt for all', () => {
  expect(shift(honest, SPAM)).toBeGreaterThan(0.5);
  expect(shift(honest, HAM)).toBeLessThan(-0.5);
  expect(shift(honest, [20, 21])).toBe(0);
});

test('one person alone teaches nobody else, however often', () => {
  const alone = Array.from({ length: 100 }, (_, i) => lesson(`x${i}`, 'x@example.com', false, HAM));
  expect(companyWeights(alone)).toBeNull();
  expect(personWeights(alone, 'x@example.com', null)?.weights.get(7)).toBeGreaterThan(0);
});

test("one person's hundred wrong clicks change nothing for the others, and everything for that person", () => {
  const wrong = Array.from({ length: 100 }, (_, i) => lesson(`x${i}`, 'x@example.com', false, HAM));
  const all = [...honest, ...wrong];
  expect([...contradicted(all)]).toEqual(['x@example.com']);
  expect(companyWeights(all)).toEqual(companyWeights(honest));
  const own = personWeights(all, 'x@example.com', companyWeights(all));
  expect(own === null ? 0 : shiftOf(lesson('', null, true, HAM), own)).toBeGreaterThan(1);
});

test('a few clicks of one person count at most a twentieth of all others', () => {
  const counts = companyImportance([...honest, ...Array.from({ length: 9 }, (_, i) => lesson(`y${i}`, 'y@example.com', false, HAM))]);
  expect(counts.slice(-9).reduce((sum, each) => sum + each, 0)).toBeCloseTo(0.05 * honest.length, 9);
});

test('the order of clicks does not matter, and taking one back takes back what it taught', () => {
  const more = lesson('late', 'a@example.com', false, [30, 31, 1]);
  expect(companyWeights([more, ...honest].toReversed())?.weights.get(1)).toBeCloseTo(companyWeights([...honest, more])?.weights.get(1) ?? 0, 3);
  expect(companyWeights([...honest, more].filter(({ id }) => id !== 'late'))).toEqual(companyWeights(honest));
});

test('the operator counts in full, and what is learnt has bounds', () => {
  const said = Array.from({ length: 5 }, (_, i) => lesson(`o${i}`, null, false, [50, 51, 52]));
  expect(shift(said, [50, 51, 52])).toBeGreaterThan(0.5);
  const many = Array.from({ length: 300 }, (_, i) => lesson(`m${i}`, null, i % 2 === 0, Array.from({ length: 400 }, (__, k) => (i % 2) * 40_000 + ((i >> 1) % 60) * 400 + k)));
  expect(companyWeights(many)?.weights.size).toBeLessThanOrEqual(20_000);
  expect(Math.abs(shift(many, Array.from({ length: 400 }, (_, k) => k)))).toBeLessThanOrEqual(8);
});
