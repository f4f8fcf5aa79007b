import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { countAbove, lackingFor, upperShare } from '../../src/scoring/evidence.ts';
import { decodeModel, encodeModel, quantise, weightTable, type Model } from '../../src/scoring/model.ts';
import { SLOTS } from '../../src/scoring/features/hash.ts';
import { fitTail, logitFor, shareAbove } from '../../src/scoring/tail.ts';
import { loadModel } from '../../src/model-file.ts';
import { contentScorer, thresholdFor } from '../../src/scoring/content-scorer.ts';

const logits = Array.from({ length: 5000 }, (_, i) => -5 + 2 * Math.log((i + 0.5) / (5000 - i - 0.5)));
const tail = fitTail(logits, logits.map(() => 1), 0.5);

test('the share above falls strictly, and thresholds are its inverse', () => {
  for (let x = -30; x < 30; x += 0.25) expect(shareAbove(tail, x + 0.25)).toBeLessThan(shareAbove(tail, x));
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 0.9, noNaN: true }), (bound) => {
    expect(shareAbove(tail, logitFor(tail, bound))).toBeCloseTo(bound, 3);
  }));
});

test('the tail is near the truth, and the margin only raises thresholds', () => {
  const plain = { ...tail, margin: 0 };
  for (const bound of [0.05, 0.01, 0.001]) {
    const counted = logits.filter((logit) => logit >= logitFor(plain, bound)).length / logits.length;
    expect(counted).toBeLessThanOrEqual(bound * 1.5);
    expect(counted).toBeGreaterThanOrEqual(bound / 2);
    expect(logitFor(tail, bound)).toBeCloseTo(logitFor(plain, bound) + 0.5, 6);
  }
});

test.each([[0, 300, 0.00994], [0, 3000, 0.000998], [3, 1000, 0.00773], [10, 100, 0.1638]])('%i of %i: at most %d', (k, n, upper) => expect(upperShare(k, n)).toBeCloseTo(upper, 3));
test('nothing counted proves nothing', () => expect(upperShare(0, 0)).toBe(1));

test('how many are lacking: three for each allowed mistake, when none was made', () => {
  expect(lackingFor(0, 0, 0.01)).toBe(299);
  expect(lackingFor(0, 299, 0.01)).toBe(0);
  expect(lackingFor(0, 100, 0.01)).toBe(199);
  expect(lackingFor(2, 299, 0.01)).toBeGreaterThan(0);
  expect(countAbove({ wanted: [-3, -1, 0, 2] }, -1)).toBe(3);
});

test('thresholds rise as the bound gets stricter; the bundled model proves nothing, this company\'s own mail does', () => {
  const model = loadModel(null);
  const bounds = [0.01, 0.001, 0.0001, 0.00001];
  const thresholds = bounds.map((bound) => contentScorer(model).thresholdFor(bound));
  thresholds.forEach((threshold, i) => {
    expect(threshold).toMatchObject({ proven: false, conservativeShare: 1, lacking: expect.any(Number) });
    expect(threshold.estimatedShare).toBeLessThanOrEqual((bounds[i] ?? 0) * 1.001);
    if (i > 0) expect(threshold.threshold).toBeGreaterThan(thresholds[i - 1]?.threshold ?? 1);
  });
  const quiet = { wanted: Array.from({ length: 4000 }, (_, i) => -9 + i / 1000) };
  expect(thresholdFor(model, quiet, 0.001)).toMatchObject({ proven: true, lacking: 0 });
  expect(thresholdFor(model, quiet, 0.0001)).toMatchObject({ proven: false, lacking: 25956 });
  const mistaken = { wanted: [...quiet.wanted, ...Array.from({ length: 40 }, () => 20)] };
  expect(thresholdFor(model, mistaken, 0.001)).toMatchObject({ proven: false });
});

test('one byte for each weight: fine for the small, never off by more than a hundredth of the largest', () => {
  const weights = Float32Array.from({ length: 1000 }, (_, i) => 6 * Math.sin(i) ** 5);
  const { bytes, largest } = quantise(weights);
  const table = weightTable(largest);
  weights.forEach((weight, i) => {
    const back = table[(bytes[i] ?? 0) + 128] ?? 0;
    expect(Math.abs(back - weight)).toBeLessThanOrEqual(Math.max(0.0002 * largest, Math.sqrt(Math.abs(weight) * largest) / 120));
  });
});

test('a model survives being written, and what is no model says so', () => {
  const { header } = loadModel(null);
  const model: Model = { header, bytes: Int8Array.from({ length: SLOTS }, (_, i) => (i % 255) - 127) };
  const bytes = encodeModel(model);
  expect(decodeModel(bytes)).toEqual(model);
  expect(bytes.length).toBeLessThan(5 * 1024 * 1024);
  for (const [broken, why] of [[bytes.subarray(0, 5000), /damaged/], [Buffer.from('hello'), /no.*model/], [Buffer.alloc(0), /not a/], [encodeModel({ ...model, header: { ...header, features: 0 } }), /train it again/], [encodeModel({ ...model, header: { ...header, bias: Number.NaN } }), /complete/], [encodeModel({ ...model, header: { ...header, languages: null as never } }), /complete/], [encodeModel({ ...model, header: { ...header, name: 5 as never } }), /complete/], [encodeModel({ ...model, header: null as never }), /cannot be read/]] as const) expect(decodeModel(broken)).toMatch(why);
});

test('no words stand in the bundled model', () => {
  const { header } = loadModel(null);
  // Names of facts of form are words of ours.
  const { facts = {}, sorts = {} } = header.usual ?? {}, words = Object.keys(JSON.parse(readFileSync(join(import.meta.dirname, '../../src/words/explain.en.json'), 'utf8')) as object);
  for (const fact of Object.keys(facts)) expect(words).toContain(`explain.form.${fact}`);
  expect(Object.keys(sorts).sort()).toEqual(['form', 'links', 'subject', 'words']);
  const text = JSON.stringify({ ...header, usual: {}, sources: [], bySource: [], byLanguage: [], calibration: { ...header.calibration, drift: [] } });
  expect(text.match(/[a-z]{3,}/gi)?.filter((word) => !Object.keys(header).concat(Object.keys(header.tail), Object.keys(header.asks), Object.keys(header.calibration), ['public', 'bundled', 'und']).some((key) => key.includes(word)))).toEqual([]);
});
