import { estimatedShare, heuristicScorer, thresholdFor } from '../../src/scoring/heuristic.ts';
import { TAIL, TAIL_MESSAGES } from '../../src/scoring/heuristic-tail.ts';
import { BIAS, WEIGHTS } from '../../src/scoring/heuristic-weights.ts';
import { present, unknown } from '../../src/signals/signal.ts';
import type { Authenticity, Signal } from '../../src/signals/signal.ts';
import { EICAR, GTUBE } from '../../src/signals/test-strings.ts';
import { attached, gatherOffline, html, input } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

const { message } = input();
const scoreOf = (signals: readonly Signal[], author: Authenticity = { state: 'unknown', reason: 'offline' }, dkimAligned = false) =>
  heuristicScorer.score({ message, signals, authentication: { author, dkimAligned, results: '', signals: [], lookups: {} } });

async function scoreMail(traits: MailTraits) {
  const mail = input(traits);
  return heuristicScorer.score({ message: mail.message, ...(await gatherOffline(traits)) });
}

test('nothing known: the bias alone', () => expect(scoreOf([]).score).toBeCloseTo(1 / (1 + Math.exp(-BIAS)), 10));

test('unknown counts neither for nor against', () => {
  expect(scoreOf([unknown('spf', 'timeout'), unknown('author-authentic', 'timeout')])).toEqual(scoreOf([]));
});

test('contributions add up to the score, largest first', () => {
  const { score, contributions } = scoreOf([present('text-short'), present('name-brand', 'paypal'), present('answers'), present('attachment-count', 3)]);
  expect(contributions.map(({ name }) => name)).toEqual(['name-brand', 'answers', 'text-short']);
  expect(contributions[0]).toEqual({ name: 'name-brand', value: 'paypal', contribution: 2 });
  const logOdds = contributions.reduce((sum, { contribution }) => sum + contribution, BIAS);
  expect(score).toBeCloseTo(1 / (1 + Math.exp(-logOdds)), 10);
});

test('a weight for one value leaves the others alone', () => {
  expect(scoreOf([present('spf', 'pass')]).contributions).toEqual([]);
  expect(scoreOf([present('spf', 'fail')]).contributions).toHaveLength(1);
});

test('evidence never reaches certainty', () => {
  const all = scoreOf(WEIGHTS.filter(({ logOdds, signal }) => logOdds > 0 && !signal.startsWith('attachment-')).map(({ signal, value }) => present(signal, value ?? true)));
  expect(all.score).toBeLessThan(1);
  expect(all).toMatchObject({ kind: 'spam', proof: null });
});

test.each<[string, MailTraits, object]>([
  ['an everyday letter', {}, { kind: 'wanted', proof: null }],
  ['GTUBE', { body: `${GTUBE}\n` }, { kind: 'spam', proof: 'gtube', score: 1 }],
  ['EICAR attached', attached('a.txt', EICAR, 'text/plain'), { kind: 'dangerous', proof: 'eicar', score: 1 }],
  ['a program attached', attached('setup.exe', 'MZ', 'application/octet-stream'), { kind: 'dangerous', proof: 'executable' }],
  ['a script attached', attached('fix.py', 'print(1)', 'application/octet-stream'), { proof: null }],
  ['a page that calls itself a document', attached('a.pdf.html', '<html>', 'text/html'), { proof: null }],
  ['a report attached', attached('report.pdf', '%PDF-1.7', 'application/pdf'), { kind: 'wanted', proof: null }],
  ['a newsletter that cannot prove itself', { header: { 'List-Unsubscribe': '<https://example.net/u>' } }, { kind: 'newsletter', newsletter: false }],
  ['a discussion on a list', { header: { 'List-Id': '<l.example.net>', 'List-Post': '<mailto:l@example.net>', Precedence: 'list' } }, { kind: 'wanted' }],
])('%s', async (_title, traits, expected) => expect(await scoreMail(traits)).toMatchObject(expected));

const FORGED: Authenticity = { state: 'fail', policy: 'reject' };
const WATCHED: Authenticity = { state: 'fail', policy: 'none' };
const PASS: Authenticity = { state: 'pass', by: 'dkim' };
const phish = [present('name-brand', 'paypal'), present('html-form')];

test.each<[string, readonly Signal[], Authenticity, string | null]>([
  ['our domain, disowned', [present('from-our-domain')], FORGED, 'forged-own-domain'],
  ['our domain, only watched', [present('from-our-domain')], WATCHED, null],
  ['our domain, look-up failed', [present('from-our-domain')], { state: 'unknown', reason: 'servfail' }, null],
  ['another domain, disowned', [], FORGED, null],
  ['a borrowed name and a form, forged', phish, FORGED, 'phishing'],
  ['a borrowed name and a form, nothing published', phish, { state: 'none' }, 'phishing'],
  ['a borrowed name and a form, authentic', phish, PASS, null],
  ['a borrowed name and a form, not checked', phish, { state: 'unknown', reason: 'timeout' }, null],
  ['a borrowed name alone', phish.slice(0, 1), FORGED, null],
  ['a form alone', phish.slice(1), FORGED, null],
])('danger: %s', (_title, signals, author, proof) => {
  const score = scoreOf(signals, author);
  expect(score.proof).toBe(proof);
  expect(score.kind === 'dangerous').toBe(proof !== null);
});

test('bulk with an aligned signature is a newsletter, and may outrank spam', () => {
  const bulk = [present('list-unsubscribe'), ...WEIGHTS.filter(({ signal }) => signal.startsWith('subject-')).map(({ signal }) => present(signal))];
  expect(scoreOf(bulk, PASS, true)).toMatchObject({ kind: 'newsletter', newsletter: true });
  expect(scoreOf(bulk, PASS, false)).toMatchObject({ kind: 'spam', newsletter: false });
  expect(scoreOf([...bulk, present('gtube')], PASS, true)).toMatchObject({ kind: 'spam', newsletter: false, proof: 'gtube' });
});

describe('thresholds', () => {
  test('rise as the bound gets stricter, and are honest about what is not known', () => {
    const bounds = [0.01, 0.001, 0.0001, 0.00001];
    const thresholds = bounds.map(thresholdFor);
    thresholds.forEach((threshold, index) => {
      expect(threshold).toMatchObject({ proven: false, conservativeShare: 1, lacking: Math.ceil(3 / (bounds[index] ?? 1)) });
      expect(threshold.estimatedShare).toBeLessThanOrEqual(bounds[index] ?? 0);
      expect(threshold.threshold).toBeGreaterThan(thresholds[index - 1]?.threshold ?? 0);
      expect(threshold.threshold).toBeLessThan(1);
    });
  });

  test('the estimate goes through what was counted, and falls beyond it', () => {
    for (const [score, share] of TAIL) expect(estimatedShare(score)).toBeCloseTo(share, 6);
    expect(estimatedShare(0.99)).toBeLessThan(TAIL.at(-1)?.[1] ?? 0);
    expect(estimatedShare(0.99)).toBeGreaterThan(0);
    expect(estimatedShare(0)).toBeLessThanOrEqual(1);
    expect(TAIL_MESSAGES).toBeGreaterThan(1000);
  });
});

test('an html mail with a picture and an amount stays far below the threshold', async () => {
  const offer = { ...html('<p>Dear Bob, here is the offer you asked for: 500 EUR. <img src="https://example.net/logo.png"> Kind regards, Anna</p>') };
  expect((await scoreMail({ ...offer, header: { ...offer.header, Subject: 'Offer 4711221: 500 EUR' } })).score).toBeLessThan(thresholdFor(0.01).threshold);
});
