import * as fc from 'fast-check';
import { NameTable } from '../../src/message/html-names.ts';

const NAMES = ['a', 'h1', 'h5', 'h6', 'td', 'color', 'strong', 'border', 'http-equiv', 'background', 'kbd'];
const table = new NameTable(NAMES.map((name) => [name, name.toUpperCase()] as const));

test('finds names where they stand, in whatever case', () => {
  expect(table.at('<TD>', 1, 3)).toBe('TD');
  expect(table.at('<Http-Equiv=', 1, 11)).toBe('HTTP-EQUIV');
  expect(table.at('<h6>', 1, 3)).toBe('H6');
});

test('knows nothing of other names', () => {
  for (const name of ['', 'b', 'hq', 'h\x11', 'colo', 'colors', 'strang', '\u212abd', 'background-color', 'x'.repeat(1000)]) expect([name, table.at(name, 0, name.length)]).toEqual([name, undefined]);
});

test('letters that are small only beyond ASCII count as where the whole name is made small', () => {
  expect(table.at('bac\u212aground', 0, 10)).toBe('BACKGROUND');
});

const character = fc.oneof(fc.constantFrom(...'abcdhtrso16-:kK'), fc.string({ minLength: 1, maxLength: 1 }));

test('says the same as a map of small letters', () => {
  const map = new Map(NAMES.map((name) => [name, name.toUpperCase()]));
  const names = fc.oneof(fc.array(character, { maxLength: 12 }).map((all) => all.join('')), fc.constantFrom(...NAMES, ...NAMES.map((name) => name.toUpperCase())));
  fc.assert(fc.property(fc.string({ maxLength: 3 }), names, (before, name) => {
    const text = `${before}${name}>`;
    // A name begins with a letter of ASCII: tokenisers see to that.
    expect(table.at(text, before.length, before.length + name.length)).toBe(name.charCodeAt(0) > 127 ? undefined : map.get(name.toLowerCase()));
  }), { numRuns: 3000 });
});
