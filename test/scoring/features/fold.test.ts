import { fold } from '../../../src/scoring/features/fold.ts';
import { bareSubject, bareText } from '../../../src/scoring/features/strip.ts';
import { tokenAt, tokensOf } from '../../../src/scoring/features/tokens.ts';

function tokens(text: string, max = 100): readonly string[] {
  const found = tokensOf(text, max, 0);
  return Array.from({ length: found.count }, (_, i) => tokenAt(found, i));
}

test.each([
  ['case', 'FREE Offer', 'free offer'],
  ['accents', 'Sipariş için Grüße', 'siparis icin gruße'],
  ['dotless i', 'ısrar', 'israr'],
  ['full width letters', 'ＦＲＥＥ', 'free'],
  ['zero width', 'vi\u200bag\u00adra', 'viagra'],
  ['Cyrillic inside a Latin word', 'pаypаl', 'paypal'],
  ['a Cyrillic word stays Cyrillic', 'заказ', 'заказ'],
  ['Greek inside a Latin word', 'ραypal', 'paypal'],
  ['spaced out', 'buy v i a g r a now', 'buy viagra now'],
  ['dotted', 'c.a.s.i.n.o', 'casino'],
  ['three letters are no spaced word', 'a b c', 'a b c'],
  ['digits for letters', 'v1agra medicati0n', 'viagra medication'],
  ['a number stays one', '100 2026-01-01', '100 2026-01-01'],
  ['kana keep their marks', 'ガイド', 'ガイド'],
])('%s', (_what, text, folded) => expect(fold(text).text).toBe(folded));

test('tricks are counted', () => expect(fold('pаypаl v i a g r a v1agra')).toMatchObject({ mixed: 1, spaced: 1, leet: 1 }));

test.each([
  ['words', 'please find our order', ['please', 'find', 'our', 'order']],
  ['numbers by their shape', '5 42 1,000 20% 10:30', ['#', '##', '#.#', '#%', '#:#']],
  ['Chinese in pairs', '免费优惠', ['免费', '费优', '优惠']],
  ['Japanese between Latin', 'pc 無料 ok', ['pc', '無料', 'ok']],
  ['Russian', 'ваш заказ', ['ваш', 'заказ']],
  ['addresses and links are left out', 'write to a.b@example.com or https://example.com/x now', ['write', 'to', 'or', 'now']],
  ['apostrophes', "don't", ['dont']],
])('tokens: %s', (_what, text, expected) => expect(tokens(text)).toEqual(expected));

test('tokens are bounded', () => expect(tokens('a b c d', 2)).toEqual(['a', 'b']));

test.each([
  ['[linux-man] Re: [PATCH] fix', 'fix'],
  ['Re: AW: Fwd: offer', 'offer'],
  ['[SPAM?] [list] hello', 'hello'],
  ['Ynt: Sipariş', 'Sipariş'],
  ['no tag', 'no tag'],
])('subject %s', (subject, bare) => expect(bareSubject(subject)).toBe(bare));

test('what lists, programs and correspondents put around a text goes', () => {
  const text = [
    'Thanks for the patch.', '', 'On Mon, 3 May 2021 at 10:00, Somebody wrote:', '> does it build?', '', '-- ', 'Anna Example', 'Example Ltd', '',
    '_______________________________________________', 'devel mailing list', 'devel@lists.example.org', 'https://lists.example.org/listinfo/devel',
  ].join('\n');
  expect(bareText(text).split('\n').filter(Boolean)).toEqual(['Thanks for the patch.', 'does it build?']);
});

test('one long line is kept whole: HTML has no lines', () => {
  const text = `${'word '.repeat(100)}unsubscribe`;
  expect(bareText(`first\n${text}`)).toContain('unsubscribe');
});

/** Of each kind of character that some scanner treats in its own way, nothing else. */
const ONE_CLASS = [...'@.é無ก\u0301\u200bΣ\n:-$!5𞤀😀', 'v i ', 'a@b.', '@a.a', 'www.', 'a:// ', '\n-- \n', 'ѕa', 'From: \n', 'list\n'].map((piece) => piece.repeat(24_000 / piece.length));

test('hostile texts cost little', () => {
  const begun = process.cpuUsage().user;
  for (const text of ['a'.repeat(500_000), 'a '.repeat(250_000), 'аa'.repeat(200_000), '1a'.repeat(250_000), `${'a@'.repeat(200_000)}`, 'x://'.repeat(100_000), '> '.repeat(100_000), ...ONE_CLASS]) tokensOf(fold(bareText(text.slice(0, 24_000))).text, 3000, 0);
  expect((process.cpuUsage().user - begun) / 1000).toBeLessThan(3_000);
});

test('rows of marks that nobody writes do not grow with their length', () => {
  expect(fold(`א${'\u05b1\u05b0'.repeat(4000)}`).text.length).toBeLessThanOrEqual(31);
});
