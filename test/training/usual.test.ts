import fc from 'fast-check';
import { toCrlf, walk } from '../../src/message/walk.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { contentWeigher } from '../../src/scoring/content.ts';
import { contentScorer } from '../../src/scoring/content-scorer.ts';
import { ContributionSum } from '../../src/scoring/contribution-sum.ts';
import { BLOCKS, FeatureBuilder, type Features } from '../../src/scoring/features/builder.ts';
import { featuresOf } from '../../src/scoring/features/extract.ts';
import { decodeModel, encodeModel, type Model, type Usual } from '../../src/scoring/model.ts';
import { loadModel } from '../../src/model-file.ts';
import { gather } from '../../src/signals/gather.ts';
import { Dataset } from '../../src/training/dataset.ts';
import { usualOf } from '../../src/training/usual.ts';
import { BUSINESS_LETTERS, businessMail } from '../support/business-letters.ts';
import { envelope } from '../support/envelope.ts';

const { header: { usual: _usual, ...header }, bytes } = loadModel(null);
const withUsual = (usual: Usual): Model => ({ header: { ...header, usual }, bytes });
const WITHOUT: Model = { header, bytes };

async function read(mail: Buffer) {
  const message = walk(mail);
  const { signals, authentication } = await gather({ envelope: envelope({}), message, bytes: mail, ourDomains: new Set() }, offlineResolver, 100);
  return { message, signals, authentication, features: featuresOf(message, signals) };
}
const letters = BUSINESS_LETTERS.map((letter, i) => businessMail(letter, i));
const SPAM = toCrlf(Buffer.from('From: Winner <promo77@deals-4-you.example>\nSubject: WIN $1,000,000 !!!\nContent-Type: text/html; charset=utf-8\n\n<p>CLICK <a href="http://192.0.2.7/claim?x=1">here</a> NOW to claim your lottery prize of $1,000,000! <img src="http://img.example/a.png"></p>\n'));

/** What is usual in the letters, which are wanted here, and a spam that stands for all. */
async function taught(): Promise<Usual> {
  const dataset = new Dataset();
  for (const [label, mails] of [[0, letters], [1, [SPAM, SPAM]]] as const) {
    for (const mail of mails) {
      const { features, message } = await read(mail);
      dataset.add(features, { label, source: `s${label}`, isHtml: message.html !== null, language: 'en', offset: 0 });
    }
  }
  return usualOf(dataset, dataset.examples, { bytes, largest: header.largest });
}

const added = (model: Model, features: Features): ContributionSum => {
  const sum = new ContributionSum();
  contentWeigher(model)(sum, features, [], 'en');
  return sum;
};
const total = (sum: ContributionSum): number => sum.contributions.reduce((all, { contribution }) => all + contribution, 0);

test('what is told of real messages adds up to the same score, with and without what is usual', async () => {
  const usual = await taught();
  const [told, plain] = [contentScorer(withUsual(usual)), contentScorer(WITHOUT)];
  for (const mail of [...letters, SPAM]) {
    const input = await read(mail);
    const [a, b] = [told.score(input), plain.score(input)];
    const sums = [a, b].map(({ contributions }) => contributions.reduce((sum, { contribution }) => sum + contribution, 0));
    expect(a.score).toBeCloseTo(b.score, 12);
    expect(sums[0]).toBeCloseTo(sums[1] as number, 9);
    expect(a.contributions.find(({ name }) => name === 'starting-point')?.contribution).toBeCloseTo(header.bias + Object.values(usual.sorts).reduce((sum, each) => sum + each, 0), 9);
  }
});

test('what is usual of a fact is its mean, wanted and unwanted weighing the same; told is the difference', async () => {
  const { facts, sorts } = await taught();
  const capitals = async (mail: Buffer): Promise<number> => {
    const found = added(WITHOUT, onlyNamed((await read(mail)).features, 'capitals'));
    return found.logit - header.bias;
  };
  let wanted = 0;
  for (const mail of letters) wanted += (await capitals(mail)) / letters.length;
  expect(facts['capitals']).toBeCloseTo((wanted + (await capitals(SPAM))) / 2, 3);
  expect(facts['html']).toBeCloseTo(-['html-images', 'html-inline-images', 'html-links', 'html-text', 'html-linked-text', 'html-longest-link'].reduce((sum, name) => sum + (facts[name] ?? Number.NaN), 0), 3);
  expect(Object.keys(sorts)).toEqual(['form', 'links', 'words', 'subject']);
});

/** The same message with one named feature alone; the others keep their places, and count nothing. */
function onlyNamed(features: Features, name: string): Features {
  const end = features.ends[0] as number, unlearnt = bytes.indexOf(0);
  const slots = features.slots.map((slot, i) => (i < end && features.name(i) === name ? slot : unlearnt));
  return { ...features, slots };
}

const NAMES = ['capitals', 'digits', 'html', 'html-images', 'hosts', 'path-depth', 'file', 'never-seen', '__proto__', 'constructor'];
const features = fc.array(fc.tuple(fc.constantFrom(...BLOCKS), fc.constantFrom(...NAMES), fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined })), { maxLength: 60 });
const amounts = fc.dictionary(fc.constantFrom(...NAMES), fc.double({ noNaN: true, min: -3, max: 3 }));
const usuals = fc.record({ facts: amounts, sorts: fc.dictionary(fc.constantFrom('form', 'words', 'subject', 'links', 'other'), fc.double({ noNaN: true, min: -5, max: 5 })) });

test('whatever the features and whatever is held to be usual, the sum is the same', () => {
  fc.assert(fc.property(features, usuals, (all, { facts, sorts }) => {
    const add = new FeatureBuilder();
    for (const block of BLOCKS) {
      if (block !== 'named') add.block(block);
      for (const [of, name, value] of all) if (of === block) add.add(name, value);
    }
    const made = add.done('something');
    const told = added(withUsual({ facts, sorts: { ...sorts, other: 0 } }), made), plain = added(WITHOUT, made);
    expect(told.logit).toBeCloseTo(plain.logit, 9);
    expect(total(told)).toBeCloseTo(told.logit, 9);
  }), { numRuns: 300 });
});

test('kept in the heading; a model without it is told as before, one with something else in it is refused', () => {
  const usual: Usual = { facts: { capitals: -0.5 }, sorts: { form: -4 } };
  expect(decodeModel(encodeModel(withUsual(usual)))).toMatchObject({ header: { usual } });
  expect(decodeModel(encodeModel(WITHOUT))).toMatchObject({ header: { bias: header.bias } });
  for (const broken of [{}, null, { facts: { a: 'x' }, sorts: {} }, { facts: {}, sorts: null }, { facts: { a: null }, sorts: {} }, { facts: {}, sorts: { words: 1e17 } }, 'x']) expect(decodeModel(encodeModel(withUsual(broken as never)))).toMatch(/complete/);
});
