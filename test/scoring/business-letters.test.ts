/** Letters between companies are what Usher must not hold: the bundled model has seen none, and must not mind. */
import { walk } from '../../src/message/walk.ts';
import { loadScorer } from '../../src/model-file.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { gather } from '../../src/signals/gather.ts';
import { BUSINESS_LETTERS, businessMail } from '../support/business-letters.ts';
import { envelope } from '../support/envelope.ts';

const scorer = loadScorer(null);
/** The bound of `keep-the-inbox-clean`, the strictest that policies come with. */
const BOUND = 0.01;

const scores = async () => Promise.all(BUSINESS_LETTERS.map(async (letter, i) => {
  const bytes = businessMail(letter, i), message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: envelope(), message, bytes, ourDomains: new Set(['example.com']) }, offlineResolver, 1000);
  return { ...letter, ...scorer.score({ message, signals, authentication }) };
}));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

test('no letter is over the threshold, in any language and form', async () => {
  const { threshold } = scorer.thresholdFor(BOUND);
  const over = (await scores()).filter(({ score, kind }) => score >= threshold || kind !== 'wanted');
  expect(over.map(({ language, subject, score }) => `${language} ${subject} ${score.toFixed(3)}`)).toEqual([]);
});

test('most letters score low', async () => {
  const all = await scores();
  expect(all.length).toBeGreaterThan(50);
  for (const language of ['en', 'de', 'tr', 'ru']) expect(median(all.filter((each) => each.language === language).map(({ score }) => score))).toBeLessThan(0.3);
});
