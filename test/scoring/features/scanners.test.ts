/** Scanners against the expressions that define them, on text made of what they stumble over. */
import fc from 'fast-check';
import { normalised, foldUnits } from '../../../src/scoring/features/fold-units.ts';
import { fold, LATIN_FOR } from '../../../src/scoring/features/fold.ts';
import { hashText } from '../../../src/scoring/features/hash.ts';
import { bareText, WORDINGS } from '../../../src/scoring/features/strip.ts';
import { tokenAt, tokensOf } from '../../../src/scoring/features/tokens.ts';
import { textOf } from '../../../src/scoring/features/units.ts';
import { bareByExpressions, foldByExpressions, tokensByExpressions } from '../../support/feature-reference.ts';

const some = (text: string) => fc.constantFrom(...text);
const piece = fc.oneof(
  some('abcxyzEKMS'), some('0123457@$!?.,:/%\'_+=-*|~<>" \t\n\r\0'), some(' .'), some('аеорсухкмнзгиПРΣσςαοՕᏀ'), some('éüßłıİ’ñ½™…ﬁ№ｆＡ１ﷺ\u00a0\u2028'),
  some('\u200b\u00ad\u0301\u0308\u034f\ufeff\u3099\u1161\u11a8\u093e'), some('가각ガｶﾞ無料免〇ไทย๕ລາວ၅ក'), fc.constantFrom('😀', '🅰', '🇩🇪', '𝐯𝟏', '𠮷', '𞤀', '𞥑', '🯰', '\ud83d', '\ude00', '\ud840'),
  fc.constantFrom('http://', '://', 'www.', 'x.www.', 'user@example.com', 'a@b', '@', 'list', 'v i a g r a', 'a.b.c.d', 'v1agra', '1,000.5%', "don't", '!!', '???', 'a'.repeat(30), '1'.repeat(70)),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
const line = fc.oneof(
  text, fc.constantFrom('', '-- ', '--\r', '--', '> > quoted', ' | x', '>', '-----', '*****  ', '----- Original Message -----', 'From: a', ' **To:** b', 'On Monday A wrote:', 'A schrieb : ', 'Anna писала：', 'to unsubscribe', 'LIſT info',
    'see liſtinfo', 'lists.example.org', 'sponsored by:\t', 'word '.repeat(60), 'hello: there', 'in the body of a message', 'sourceforge.net', 'this SF.net', 'please read the FAQ', 'majordomo', 'abbestellen', 'Kime: x', 'Da\u00a0: y'),
);

const runs = { numRuns: 2_000 };

test('folding', () => {
  const latinFor = (letter: string): string => String.fromCharCode(LATIN_FOR.get(letter.charCodeAt(0)) ?? letter.charCodeAt(0));
  fc.assert(fc.property(text, (each) => {
    const { looked, ...folded } = fold(each);
    expect(folded).toEqual(foldByExpressions(each, latinFor));
    expect(textOf(looked.units, looked.length)).toBe(folded.text);
    expect(Array.from(folded.text).every((_, i) => folded.text.charCodeAt(i) <= looked.bits)).toBe(true);
    expect(Array.from(looked.begins.subarray(0, looked.runs))).toEqual(Array.from(folded.text.matchAll(/(?<!\p{L})\p{L}/gu), ({ index }) => index));
  }), runs);
});

test('every character folded by itself and between others is what Unicode says', () => {
  const wrong: number[] = [];
  for (let code = 0; code < 0x20000; code++) {
    const each = `a${String.fromCodePoint(code)}b${String.fromCodePoint(code, code)}`;
    const { units, length } = foldUnits(each);
    if (textOf(units, length) !== normalised(each)) wrong.push(code);
  }
  expect(wrong).toEqual([]);
});

test('tokens, and their hashes', () => {
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 30 }), (each, max) => {
    const folded = fold(each).text;
    const found = tokensOf(folded, max, 7);
    const tokens = Array.from({ length: found.count }, (_, i) => tokenAt(found, i));
    expect(tokens).toEqual(tokensByExpressions(folded, max));
    expect(Array.from(found.hashes.subarray(0, found.count))).toEqual(tokens.map((token) => hashText(token, 7)));
  }), runs);
});

test('lines that lists and programs add', () => {
  const isAround = (each: string): boolean => WORDINGS.some((wording) => wording.test(each));
  fc.assert(fc.property(fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')), (each) => expect(bareText(each)).toBe(bareByExpressions(each, isAround))), runs);
});
