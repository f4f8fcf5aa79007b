import * as fc from 'fast-check';
import { hasMixedWord, isMasked } from '../../src/signals/scripts.ts';

test.each([
  ['plain words', false], ['обычные слова and plain ones', false], ['payp\u0430l', true], ['p\u0430', false], ['\u{1d41a}\u{1d41b}', true], ['\uff41b', true], ['naïve Straße', false],
  ['😀 words 😀', false], ['π r²', false], ['a\u{1f600}\u0430b', false],
])('mixed letters: %j', (text, mixed) => expect(hasMixedWord(text)).toBe(mixed));

test.each([['a\u0323ccount', true], ['\u0323', false], ['account', false], ['payp\u0430l', true], ['é', false]])('masked letters: %j', (text, masked) => expect(isMasked(text)).toBe(masked));

/** By definition: words, and what is in them. */
function mixedByDefinition(text: string): boolean {
  if (/[\u{1D400}-\u{1D7FF}\uFF21-\uFF3A\uFF41-\uFF5A]/u.test(text)) return true;
  return text.split(/[^\p{L}\p{M}]+/u).some((word) => word.length > 2 && /\p{Script=Latin}/u.test(word) && /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}]/u.test(word));
}

const range = (from: number, to: number): fc.Arbitrary<string> => fc.integer({ min: from, max: to }).map((point) => String.fromCodePoint(point));
const character = fc.oneof(range(97, 122), range(0x400, 0x4ff), range(0x370, 0x3ff), range(0x300, 0x36f), range(0xc0, 0x24f), range(0x1f000, 0x1fbff), range(0xd800, 0xdfff), range(0, 0xffff), range(0x10000, 0x1ffff), fc.constantFrom(' ', '-', '1', '\u017f', '\u212a', '\uff21'));

test('character by character says the same as by definition', () => {
  fc.assert(fc.property(fc.array(character, { maxLength: 8 }), (characters) => {
    const text = characters.join('');
    expect(hasMixedWord(text)).toBe(mixedByDefinition(text));
    expect(isMasked(text)).toBe(mixedByDefinition(text) || /[a-z]\p{M}/iu.test(text));
  }), { numRuns: 5000 });
});
