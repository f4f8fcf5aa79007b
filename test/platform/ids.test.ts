import { firstIdAt, newId } from '../../src/platform/ids.ts';

const NOW = Date.UTC(2027, 0, 31);

test('16 characters that need no escaping anywhere, each id new', () => {
  const ids = Array.from({ length: 5000 }, () => newId(NOW));
  expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{16}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every character of the random part comes up everywhere', () => {
  const ids = Array.from({ length: 5000 }, () => newId(NOW).slice(9));
  for (let at = 0; at < 7; at++) expect(new Set(ids.map((id) => id[at])).size).toBe(32);
});

test('ids sort by time', () => {
  expect(newId(NOW) < newId(NOW + 1)).toBe(true);
  expect(firstIdAt(NOW) <= newId(NOW)).toBe(true);
  expect(newId(NOW) < firstIdAt(NOW + 1)).toBe(true);
});
