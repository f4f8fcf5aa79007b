import fc from 'fast-check';
import { fold } from '../../../src/scoring/features/fold.ts';
import { CHARACTERS, WORDS } from '../../../src/scoring/features/offer-words.ts';
import { countOf, topicsInText, topicsInWords } from '../../../src/scoring/features/offers.ts';
import { tokenAt, tokensOf } from '../../../src/scoring/features/tokens.ts';

function topics(text: string): readonly string[] {
  const folded = fold(text);
  const inText = topicsInText(folded);
  const bits = inText | topicsInWords(tokensOf(folded.text, 3000, 0, folded.looked.units));
  return Object.keys(WORDS).filter((_, topic) => (bits & (1 << topic)) !== 0);
}

test.each([
  ['nothing to see here', []],
  ['You have won the lottery', ['prize']],
  ['LOTTERIEN and lotto', ['prize']],
  ['lottos and lot tery', []],
  ['l’ottery', ['prize']],
  ['winnings', ['prize']],
  ['kind and kin', ['inheritance']],
  ['free spins for you', ['gambling']],
  ['infree spins', []],
  ['see http://bitcoin.example/casino', []],
  ['恭喜您中奖', ['prize']],
  ['l0ttery, c a s i n o s', ['prize', 'gambling']],
  ['Быстрый займ', ['credit']],
  ['Your secretary, the Geheimhaltung, bu mesaj gizlidir', []],
  ['size özel indirim', []],
  ['indirmek için', ['software']],
  ['このメールは自動配信です', []],
])('topics of %j', (text, expected) => expect(topics(text)).toEqual(expected));

test('of every topic, each word, term and character is found', () => {
  for (const [topic, words] of Object.entries(WORDS)) {
    for (const word of words.split(' ')) expect([word, topics(`so ${word.replace(/-$/, '').replaceAll('-', ' ')} it`)]).toEqual([word, expect.arrayContaining([topic])]);
    for (const word of (CHARACTERS[topic] ?? '').split(' ').filter(Boolean)) expect([word, topics(`一${word}一`)]).toEqual([word, expect.arrayContaining([topic])]);
  }
});

test('the same as words and terms looked for one by one', () => {
  const all = Object.values(WORDS).flatMap((words) => words.split(' ')).map((word) => word.replaceAll('-', ' ').trim());
  const piece = fc.oneof(fc.constantFrom(...all), fc.constantFrom('the', "'", 'a', ' ', 's', '.', 'x@y.zz', '\n'));
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), fc.constantFrom(' ', ''), (pieces, between) => {
    const text = pieces.join(between), folded = fold(text);
    const tokens = tokensOf(folded.text, 3000, 0);
    const words = Array.from({ length: tokens.count }, (_, i) => tokenAt(tokens, i));
    const stems = Object.entries(WORDS).filter(([, list]) => list.split(' ').some((entry) => {
      const stem = entry.replace(/-$/, '');
      if (stem.includes('-')) return false;
      return words.some((word) => (stem.length <= 5 && stem === entry ? word === stem : word.startsWith(stem)));
    })).map(([topic]) => topic);
    expect(topics(text)).toEqual(expect.arrayContaining(stems));
  }), { numRuns: 500 });
});

test('topics are counted', () => expect([0, 1, 5, 0x8000_0000 | 1].map(countOf)).toEqual([0, 1, 2, 2]));
