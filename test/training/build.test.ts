import { encodeModel } from '../../src/scoring/model.ts';
import { contentScorer } from '../../src/scoring/content-scorer.ts';
import { featuresOf } from '../../src/scoring/features/extract.ts';
import { ASKS } from '../../src/scoring/by-hand.ts';
import { htmlUnknown, importanceOf } from '../../src/training/balance.ts';
import { buildModel } from '../../src/training/build.ts';
import { calibrate } from '../../src/training/calibrate.ts';
import { chooseColumns, taughtLanguages } from '../../src/training/columns.ts';
import { foldsOf } from '../../src/training/crossfit.ts';
import { Dataset, type Example } from '../../src/training/dataset.ts';
import { asksFor, lettersUnknown } from '../../src/training/letters.ts';
import { minimise } from '../../src/scoring/numeric/lbfgs.ts';
import { gatherOffline, input } from '../support/signal-mail.ts';

const WANTED = ['meeting', 'report', 'patch', 'thanks', 'question', 'agenda', 'please review the attached plan'];
const UNWANTED = ['casino', 'lottery', 'pills', 'click here', 'winner', 'cheap watches', 'act now free money'];

/** A few letters from made-up words, from two sources of each class. */
async function corpus(count = 30): Promise<Dataset> {
  const dataset = new Dataset();
  for (let i = 0; i < count; i++) {
    for (const [label, words] of [[0, WANTED], [1, UNWANTED]] as const) {
      const traits = { header: { Subject: `${words[i % 7]} ${words[(i + 3) % 7]}` }, body: `Hello there, ${words[(i * 3) % 7]} and ${words[(i + 1) % 7]} with ${words[(i * 5) % 7]} for you and the others\n` };
      const { message } = input(traits);
      dataset.add(featuresOf(message, (await gatherOffline(traits)).signals), { label, source: `${label ? 'spam' : 'ham'}-${i % 2}`, isHtml: false, language: 'en', offset: 0 });
    }
  }
  return dataset;
}
const OPTIONS = { title: 'test', seed: 7, evidence: 'own', say: () => undefined } as const;

test('the same mail gives the same bytes, and tells the two apart', async () => {
  const [a, b] = [buildModel(await corpus(), OPTIONS), buildModel(await corpus(), OPTIONS)];
  expect(encodeModel(a).equals(encodeModel(b))).toBe(true);
  const scoreOf = async (body: string) => contentScorer(a).score({ message: input({ body }).message, ...(await gatherOffline({ body })) }).score;
  expect(await scoreOf('Hello, casino and lottery pills for the winner, click here\n')).toBeGreaterThan((await scoreOf('Hello, the agenda of the meeting and the report, thanks\n')) + 0.2);
  expect(a.header).toMatchObject({ seed: 7, evidence: 'own', asks: ASKS, usual: { facts: { capitals: expect.any(Number) }, sorts: { form: expect.any(Number), words: expect.any(Number) } }, sources: [{ source: 'ham-0', wanted: 15, unwanted: 0 }, { source: 'ham-1' }, { source: 'spam-0', wanted: 0, unwanted: 15 }, { source: 'spam-1' }] });
});

const example = (about: Partial<Example>): Example => ({ label: 0, source: 's', isHtml: false, language: 'en', offset: 0, asking: 'something', at: 0, ends: [], ...about });

test('classes weigh the same; where next to no wanted HTML is known, as much of both classes is HTML', () => {
  const examples = [...Array.from({ length: 90 }, () => example({})), ...Array.from({ length: 10 }, () => example({ isHtml: true })), ...Array.from({ length: 20 }, () => example({ label: 1, isHtml: true })), ...Array.from({ length: 20 }, () => example({ label: 1 }))];
  const importance = importanceOf(examples, new Set(['en']));
  const sum = (test: (each: Example) => boolean) => examples.reduce((total, each, i) => total + (test(each) ? (importance[i] ?? 0) : 0), 0);
  expect(sum(({ label }) => label === 0)).toBeCloseTo(70, 9);
  expect(sum(({ label }) => label === 1)).toBeCloseTo(70, 9);
  expect(sum(({ label, isHtml }) => label === 0 && isHtml) / 70).toBeCloseTo(0.3, 9);
  expect(sum(({ label, isHtml }) => label === 1 && isHtml) / 70).toBeCloseTo(0.3, 9);
});

test('the more wanted HTML there is to learn from, the less its share is brought to that in the other class', () => {
  const pages = (count: number): readonly Example[] => [...Array.from({ length: count }, () => example({ isHtml: true })), ...Array.from({ length: 900 }, () => example({ label: 1, isHtml: true })), example({})];
  expect([0, 300, 600, 3000].map((count) => htmlUnknown(pages(count)))).toEqual([1, 1, 0.5, 0.1]);
});

test('within a class sources count by their roots; messages whose words are not learnt count little', () => {
  const examples = [...Array.from({ length: 64 }, () => example({ source: 'large' })), ...Array.from({ length: 4 }, () => example({ source: 'small' })), ...Array.from({ length: 10 }, () => example({ label: 1 })), ...Array.from({ length: 10 }, () => example({ label: 1, language: 'fi' }))];
  const importance = importanceOf(examples, new Set(['en']));
  const sum = (test: (each: Example) => boolean) => examples.reduce((total, each, i) => total + (test(each) ? (importance[i] ?? 0) : 0), 0);
  expect(sum(({ source }) => source === 'large') / sum(({ source }) => source === 'small')).toBeCloseTo(4, 9);
  expect(sum(({ label, language }) => label === 1 && language === 'en') / sum(({ language }) => language === 'fi')).toBeCloseTo(10, 9);
  expect(sum(({ label }) => label === 0)).toBeCloseTo(sum(({ label }) => label === 1), 9);
});

test('words of a language count only with enough of both classes in it', () => {
  const many = (count: number, about: Partial<Example>) => Array.from({ length: count }, () => example(about));
  expect([...taughtLanguages([...many(50, {}), ...many(20, { label: 1 }), ...many(500, { label: 1, language: 'zh' }), ...many(49, { language: 'tr' }), ...many(90, { label: 1, language: 'tr' })])]).toEqual(['en']);
});

test('what stands in one source alone is not learnt', () => {
  const dataset = new Dataset();
  for (let i = 0; i < 12; i++) dataset.add({ slots: Int32Array.from([1, ...(i % 3 === 0 ? [2] : []), 3 + (i % 3)]), ends: [2 + (i % 3 === 0 ? 1 : 0), 0, 0, 0, 0, 0].map((_, k, all) => (k === 0 ? (all[0] ?? 0) : (all[0] ?? 0))), label: () => 'a', name: () => 'a' } as never, { label: (i % 2) as 0 | 1, source: `s${i % 3}`, isHtml: false, language: 'en', offset: 0 });
  expect([...chooseColumns(dataset, dataset.examples).bySlot.keys()]).toEqual([1]);
});

test('where all wanted or all unwanted mail is of one source, nothing is left out for standing in one', () => {
  const dataset = new Dataset();
  for (let i = 0; i < 12; i++) dataset.add({ slots: Int32Array.from([1, 2 + (i % 2)]), ends: [2, 2, 2, 2, 2, 2, 2, 2], asking: 'nothing', label: () => 'a', name: () => 'a' } as never, { label: (i % 2) as 0 | 1, source: i % 2 === 0 ? 'ham' : 'spam', isHtml: false, language: 'en', offset: 0 });
  expect([...chooseColumns(dataset, dataset.examples).bySlot.keys()]).toEqual([1, 2, 3]);
});

test('a word of addresses must stand in several sources, not mostly in one', () => {
  const dataset = new Dataset();
  // One stands in each source once, the other twelve times in one of them.
  for (let i = 0; i < 48; i++) {
    const source = i % 4, slots = [...(i < 4 ? [1] : []), ...(i < 4 || source === 0 ? [2] : [])];
    dataset.add({ slots: Int32Array.from(slots), ends: [0, 0, 0, 0, 0, 0, 0, slots.length], asking: 'something' } as never, { label: (i % 4 < 2 ? 0 : 1), source: `s${source}`, isHtml: false, language: 'en', offset: 0 });
  }
  expect([...chooseColumns(dataset, dataset.examples).bySlot.keys()]).toEqual([1]);
});

test('what asks for nothing counts less, the more wanted and unwanted mail of the kind stands side by side', () => {
  const many = (count: number, about: Partial<Example>) => Array.from({ length: count }, () => example({ asking: 'nothing', ...about }));
  const apart = [...many(900, { source: 'list' }), ...many(900, { source: 'trap', label: 1 }), ...many(900, { asking: 'something', label: 1, source: 'list' }), ...many(1, { source: 'other' })];
  expect(lettersUnknown(apart)).toBe(1);
  expect(lettersUnknown(apart.filter(({ source, asking }) => source !== 'other' && asking === 'nothing'))).toBe(0.25);
  const half = lettersUnknown([...many(500, {}), ...many(300, { label: 1 })]);
  expect(half).toBe(0.5);
  expect(asksFor(half)).toEqual({ nothing: ASKS.nothing / 2, little: ASKS.little / 2, own: ASKS.own / 2 });
});

test('whole sources are left out; where there is one, parts by turns', () => {
  const examples = ['a', 'b'].flatMap((source) => [0, 1].flatMap((label) => Array.from({ length: 40 }, () => example({ source, label: label as 0 | 1 }))));
  expect(new Set(foldsOf(examples))).toEqual(new Set(['a', 'b']));
  expect(new Set(foldsOf(examples.map((each) => ({ ...each, source: 'one' })))).size).toBe(5);
});

test('one message of a large source does not raise the margin, several do', () => {
  const marginWith = (outliers: number): number => {
    const examples = ['a', 'b'].flatMap((source) => Array.from({ length: 800 }, (_, i) => example({ source, label: i < 500 ? 0 : 1 })));
    const contents = Float64Array.from(examples, ({ label, source }, i) => (label === 1 ? 4 : source === 'a' && i < outliers ? 6 : -4) + (i % 50) / 50);
    return calibrate({ contents, blind: contents }, examples).tail.margin;
  };
  expect(marginWith(1)).toBeLessThan(0.2);
  expect(marginWith(8)).toBeGreaterThan(marginWith(1) + 0.5);
});

test('the minimum of a parabola', () => {
  const { at, value } = minimise((x, gradient) => {
    const [a = 0, b = 0] = x;
    gradient[0] = 2 * (a - 3);
    gradient[1] = 20 * (b + 1);
    return (a - 3) ** 2 + 10 * (b + 1) ** 2 + 5;
  }, new Float64Array(2), 100, 1e-12);
  expect([...at].map((each) => Math.round(each * 1000) / 1000)).toEqual([3, -1]);
  expect(value).toBeCloseTo(5, 9);
});
