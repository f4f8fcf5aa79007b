import * as fc from 'fast-check';
import { fold, foldWhole, MessageView } from '../../src/policy/text-view.ts';
import { compileWords } from '../../src/policy/words-match.ts';

/** Entries that stand nowhere: with them the words of the message are found first, without them each entry is looked for. */
const others = Array.from({ length: 20 }, (_, i) => ({ entry: { word: `other ${i}` }, exact: false, words: [`qqq${i}`] }));
const othersExact = others.map((other) => ({ ...other, exact: true }));

function finds(word: string, text: string, exact = false): boolean {
  const entry = { word };
  const view = new MessageView('Subject line', text);
  const [alone, among] = [[], [...others, ...othersExact]].map((more) =>
    compileWords([{ entry, exact, words: [word] }, ...more])?.find(view).some((match) => match.entry === entry && match.word === word) ?? false);
  expect(among).toBe(alone);
  return alone as boolean;
}

test.each<readonly [word: string, text: string, expected: boolean]>([
  ['заказ', 'по поводу заказа № 5', true],
  ['заказ', 'ПО ПОВОДУ ЗАКАЗА', true],
  ['заказ', 'отказ от показа', false],
  ['заказ', 'перезаказ', false],
  ['sipariş', 'Siparişiniz hazır', true],
  ['sipariş', 'SİPARİŞİNİZ', true],
  ['sipariş', 'siparis verdim', true],
  ['ısı', 'ISI SİSTEMİ', true],
  ['katalog', 'Kataloğunuzu rica ederiz', true],
  ['yedek parça', 'YEDEK PARÇALARINIZ', true],
  ['накладн', 'без накладной', true],
  ['счёт', 'СЧЕТА за май', true],
  ['Termin', 'Terminanfrage', true],
  ['Rechnung', 'Monatsrechnung', false],
  ['мёд', 'Мед и соты', true],
  ['мой', 'мои', false],
  ['RFQ', 'our rfqs', true],
  ['RFQ', 'xRFQ', false],
  ['RFQ', '(RFQ)', true],
  ['purchase order', 'Purchase\n  orders', true],
  ['purchase order', 'purchased orders', true],
  ['purchase order', 'purchase, order', true],
  ['purchase order', 'purchase the order', false],
  ['in order', 'indoor orders', false],
  ['in order', 'in orders', true],
  ['e-mail', 'your E-Mails', true],
  ['e-mail', 'email', false],
  ['C++', 'a c++ course', true],
  ['C++', 'a c course', false],
  ['#order', 'see #order5', true],
  ['#order', 'see order5', false],
  ['crème', 'creme brulee', true],
  ['Straße', 'STRASSENBAHN', true],
  ["don't", 'don’t go', true],
  ['注文', '新しい注文です', true],
  ['💊', 'buy💊now', true],
  ['order', 'or\u00adder or\u200bder', true],
  ['viagra', '𝐕𝐢𝐚𝐠𝐫𝐚', true],
  ['subject', 'nothing', true],
  ['line nothing', 'nothing', false],
])('words: %s in "%s": %s', (word, text, expected) => {
  expect(finds(word, text)).toBe(expected);
});

test.each<readonly [word: string, text: string, expected: boolean]>([
  ['RFQ', 'an RFQ from', true],
  ['RFQ', 'an rfq from', false],
  ['RFQ', 'RFQs', false],
  ['TICKET-', 'TICKET-4711', true],
  ['ARC-17', 'ARC-175', false],
  ['Ё', 'Е', false],
  ['ı', 'i', false],
  ['RFQ 12', 'RFQ  12', true],
  ['RFQ 12', 'RFQ, 12', false],
  ['sipariş', 'siparis', false],
  ['sipariş', 'sipari\u0073\u0327', true],
])('exact-words: %s in "%s": %s', (word, text, expected) => {
  expect(finds(word, text, true)).toBe(expected);
});

test('few and many entries find the same in any text', () => {
  const piece = fc.constantFrom('a', 'ab', 'Abc', 'ı', 'é', '注', '文', '💊', '#', '-', ' ', ', ', '\n', '1', '\u0301', '\u200b', 'ß');
  const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
  fc.assert(fc.property(text, text, fc.boolean(), (word, message, exact) => void finds(word, message, exact)), { numRuns: 5000 });
});

test('many words at once: each entry once, in the order of the page', () => {
  const entries = Array.from({ length: 500 }, (_, i) => ({ entry: i, exact: false, words: [`word${i}x`, `other${i}x thing`] }));
  const index = compileWords(entries);
  expect(index?.find(new MessageView('word499x', 'other7x things, word7x and word3x; word12'))).toEqual([
    { entry: 3, word: 'word3x' }, { entry: 7, word: 'other7x thing' }, { entry: 499, word: 'word499x' },
  ]);
});

test('no words, no index; blank words match nothing', () => {
  expect(compileWords([])).toBeNull();
  expect(compileWords([{ entry: 1, exact: false, words: ['  ', '\u200b'] }])).toBeNull();
});

describe('folding quickly is folding', () => {
  test.each(['SİPARİŞ İçindekiler ıslak', 'Ёлка ёжик й и\u0306 И\u0306 и\u0301\u0306', 'Straße ÆØŁ ﬁn ½ ﷺ', '𝐎𝐫𝐝𝐞𝐫 🎉 😀', 'नमस्ते क\u093c', '한국 \u1112\u1161\u11ab', 'ｶﾞ が か\u3099', 'Ὀδυσσεύς ΣΑΣ', 'e\u0301\u0327 o\u0328\u0301', 'a\u0000b é', 'zero\u200bwidth\u00adé', '\u0300é', 'й\u033aй\u0301 й\u200b\u033a и\u033a\u0306 и\u0306\u0306'])('%s', (text) => {
    expect(fold(text)).toBe(foldWhole(text));
    expect(fold(text.normalize('NFD'))).toBe(foldWhole(text.normalize('NFD')));
  });
  test('any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => expect(fold(text)).toBe(foldWhole(text))), { numRuns: 3000 });
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => expect(fold(text)).toBe(foldWhole(text))), { numRuns: 3000 });
  });
});
