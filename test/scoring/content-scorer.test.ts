import { loadModel, loadScorer } from '../../src/model-file.ts';
import { contentScorer, NOTHING_LEARNT } from '../../src/scoring/content-scorer.ts';
import { featuresOf } from '../../src/scoring/features/extract.ts';
import { present, unknown, type Authenticity, type Signal } from '../../src/signals/signal.ts';
import { EICAR, GTUBE } from '../../src/signals/test-strings.ts';
import { attached, gatherOffline, input, type MailTraits } from '../support/signal-mail.ts';

const scorer = loadScorer(null);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

async function scoreMail(traits: MailTraits, more: readonly Signal[] = []) {
  const { signals, authentication } = await gatherOffline(traits);
  return scorer.score({ message: input(traits).message, authentication, signals: [...signals, ...more] });
}
const PASS: Authenticity = { state: 'pass', by: 'dkim' };

test.each<[string, MailTraits]>([['a letter', {}], ['spam', { header: { Subject: 'You have WON!!!' }, body: 'Click here to claim your lottery prize of $1,000,000 now! http://192.0.2.7/claim\n' }]])('contributions of %s add up to the score', async (_what, traits) => {
  const { score, contributions } = await scoreMail(traits);
  expect(score).toBeCloseTo(sigmoid(contributions.reduce((sum, { contribution }) => sum + contribution, 0)), 9);
  const sizes = contributions.map(({ contribution }) => Math.abs(contribution));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
});

test('spam above a letter, and its strongest words are shown', async () => {
  const spam = await scoreMail({ header: { Subject: 'You have WON!!!' }, body: 'Click here to claim your lottery prize of $1,000,000 now! Act now, risk free, guaranteed. http://192.0.2.7/claim\n' });
  expect(spam.score).toBeGreaterThan(0.9);
  expect((await scoreMail({})).score).toBeLessThan(0.5);
  expect(spam.contributions.filter(({ name }) => name === 'words').length).toBeGreaterThan(0);
});

test('a signal set by hand counts without a new training; what is unknown adds nothing', async () => {
  const plain = await scoreMail({}), forged = await scoreMail({}, [present('dmarc-policy', 'reject')]), unasked = await scoreMail({}, [unknown('dmarc-policy', 'timeout')]);
  expect(forged.contributions).toContainEqual({ name: 'dmarc-policy', value: 'reject', contribution: 2.2 });
  expect(unasked).toEqual(plain);
});

test.each<[string, MailTraits, object]>([
  ['an everyday letter', {}, { kind: 'wanted', proof: null }],
  ['GTUBE', { body: `${GTUBE}\n` }, { kind: 'spam', proof: 'gtube', score: 1 }],
  ['EICAR attached', attached('a.txt', EICAR, 'text/plain'), { kind: 'dangerous', proof: 'eicar', score: 1 }],
  ['a newsletter that cannot prove itself', { header: { 'List-Unsubscribe': '<https://example.net/u>' } }, { newsletter: false }],
])('%s', async (_what, traits, expected) => expect(await scoreMail(traits)).toMatchObject(expected));

test('an unsubscribe link alone buys nothing; with an aligned signature the message is a newsletter, unless it deceives', async () => {
  const bulk: MailTraits = { header: { 'Subject': 'WIN $1,000,000 !!!', 'List-Unsubscribe': '<https://example.net/u>' }, body: 'Casino bonus viagra lottery winner act now click here http://192.0.2.7/x\n' };
  const bare: MailTraits = { ...bulk, header: { Subject: 'WIN $1,000,000 !!!' } };
  expect((await scoreMail(bulk)).score).toBeCloseTo((await scoreMail(bare)).score, 9);
  const { signals, authentication } = await gatherOffline(bulk);
  const judge = (dkimAligned: boolean, more: readonly Signal[] = []) => scorer.score({ message: input(bulk).message, signals: [...signals, ...more], authentication: { ...authentication, author: PASS, dkimAligned } });
  expect(judge(true)).toMatchObject({ kind: 'newsletter', newsletter: true });
  expect(judge(false)).toMatchObject({ newsletter: false });
  expect(judge(true, [present('name-brand', 'paypal')])).toMatchObject({ newsletter: false });
});

test('bulk mail of somebody we write to is a newsletter, whatever its content scores', async () => {
  const bulk: MailTraits = { header: { 'Subject': 'WIN $1,000,000 !!!', 'List-Unsubscribe': '<https://example.net/u>' }, body: `Casino bonus viagra lottery winner act now ${'click here http://192.0.2.7/x '.repeat(9)}\n` };
  const { signals, authentication } = await gatherOffline(bulk);
  const judge = (more: readonly Signal[]) => scorer.score({ message: input(bulk).message, signals: [...signals, ...more], authentication: { ...authentication, author: { state: 'pass', by: 'spf' }, dkimAligned: false } });
  expect(judge([])).toMatchObject({ newsletter: false });
  expect(judge([present('known-correspondent', 'once')])).toMatchObject({ kind: 'newsletter', newsletter: true });
  expect(judge([present('known-correspondent', 'once'), present('name-brand', 'paypal')])).toMatchObject({ newsletter: false });
});

test('headers of other filters move nothing', async () => {
  const fields = { 'X-Spam-Flag': 'YES', 'X-Spam-Status': 'Yes, score=25', 'X-Spam-Level': '*********', 'X-MS-Exchange-Organization-SCL': '9', 'X-Forefront-Antispam-Report': 'SCL:9', 'X-Rspamd-Action': 'reject', 'X-Bogosity': 'Spam' };
  expect((await scoreMail({ header: fields })).score).toBe((await scoreMail({})).score);
});

test('what was learnt here is one contribution, within its bound', async () => {
  const traits: MailTraits = {};
  const { signals, authentication } = await gatherOffline(traits);
  const { message } = input(traits);
  const slots = featuresOf(message, signals).slots;
  const local = { name: 'company', weights: new Map(Array.from(slots, (slot) => [slot, 5] as const)), shiftMax: 8 };
  const learnt = contentScorer(loadModel(null), () => ({ ...NOTHING_LEARNT, local })).score({ message, signals, authentication });
  expect(learnt.contributions).toContainEqual({ name: 'learnt-here', value: true, contribution: 8 });
  expect(learnt.model).toMatch(/\+company$/);
});

test('evidence never reaches certainty', async () => {
  const { score } = await scoreMail({}, Array.from({ length: 50 }, () => present('dmarc-policy', 'reject')));
  expect(score).toBeLessThan(1);
  expect(score).toBeGreaterThan(0.999);
});
