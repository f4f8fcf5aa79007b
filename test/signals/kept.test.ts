import { Kept } from '../../src/signals/kept.ts';

function counting(max: number): { readonly kept: Kept<string | null>; readonly found: string[] } {
  const found: string[] = [];
  return { found, kept: new Kept((key) => { found.push(key); return key === '' ? null : key.toUpperCase(); }, max, 5) };
}

test('is found once, "nothing" too', () => {
  const { kept, found } = counting(10);
  expect([kept.get('a'), kept.get(''), kept.get('a'), kept.get('')]).toEqual(['A', null, 'A', null]);
  expect(found).toEqual(['a', '']);
});

test('what is still asked for stays, the rest goes', () => {
  const { kept, found } = counting(2);
  for (const key of ['a', 'b', 'a', 'c', 'a', 'd', 'a', 'e', 'a']) expect(kept.get(key)).toBe(key.toUpperCase());
  expect(found).toEqual(['a', 'b', 'c', 'd', 'e']);
  kept.get('b');
  expect(found.filter((key) => key === 'b')).toHaveLength(2);
});

test('long keys are answered, but not kept', () => {
  const { kept, found } = counting(10);
  expect([kept.get('abcdef'), kept.get('abcdef')]).toEqual(['ABCDEF', 'ABCDEF']);
  expect(found).toHaveLength(2);
});

test('a half of a surrogate pair stays what it is', () => {
  const { kept } = counting(10);
  expect(kept.get('\ud83d')).toBe('\ud83d');
});
