import * as fc from 'fast-check';
import { LiteralIndex, withFoldedBlanks } from '../../src/signals/literals.ts';

const WORDS = ['paypal', 'pay', 'mail server', 'mail', 'aras kargo', 'почтов', 'iş bankası', '楽天', '邮箱', 'at&t', 'booking.com', 'mailbox'];
const index = new LiteralIndex(WORDS.map((word, number) => [word, number] as const));
const found = (text: string): readonly (string | undefined)[] => index.in(text).map((number) => WORDS[number]);

test.each([
  ['nothing of that', []],
  ['', []],
  ['pa', []],
  ['unpaypals', ['paypal', 'pay']],
  ['the mail\r\n\t server', ['mail server', 'mail']],
  ['the mail\u00a0server', ['mail server', 'mail']],
  ['the mail\u0001server', ['mail']],
  ['mail', ['mail']],
  ['почтовый ящик', ['почтов']],
  ['新しい楽天', ['楽天']],
  ['at&t', ['at&t']],
])('%j', (text, words) => expect(found(text)).toEqual(words));

test('a word may stand for several numbers, and several words for one', () => {
  const both = new LiteralIndex([['abc', 3], ['abc', 1], ['abcd', 3]]);
  expect(both.in('xabcd abc')).toEqual([1, 3]);
});

test('what is too short to be told from other words is refused', () => {
  expect(() => new LiteralIndex([['ab', 0]])).toThrow('Too short');
});

test('finds what a search for each finds', () => {
  const piece = fc.oneof(fc.constantFrom(...WORDS, ' ', '\n', '\u00a0', '\u3000', '\u0001', 'pa', 'ser', 'x', '\ufffe'), fc.string({ maxLength: 3 }));
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const text = pieces.join('').toLowerCase();
    const folded = withFoldedBlanks(text);
    expect(found(text)).toEqual(WORDS.filter((word) => folded.includes(word)));
  }), { numRuns: 3000 });
});
