import * as fc from 'fast-check';
import { byLikelihoodOfMistake, digestItem, whySentence } from '../../src/quarantine/digest-items.ts';
import { plainText } from '../../src/quarantine/plain-text.ts';
import type { Verdict } from '../../src/policy/verdict.ts';
import type { DigestRow } from '../../src/storage/digest-book.ts';
import { words } from '../../src/words/index.ts';
import { verdictFor } from '../support/held.ts';
import { heldRow } from '../storage/rows.ts';

const factsOf = (message: object, rest: object = {}): string =>
  JSON.stringify({ v: 1, message: { authors: ['vera@sender.example'], author: { state: 'pass', by: 'dkim' }, ...message }, signals: {}, recipients: null, ...rest });
const row = (change: Partial<DigestRow> = {}, verdict: Partial<Verdict> = {}): DigestRow =>
  ({ ...heldRow({ from: 'Vera <vera@sender.example>', verdict: JSON.stringify(verdictFor('two@example.com', verdict)) }), facts: factsOf({}), ...change });

describe('who sent it', () => {
  test.each([
    ['confirmed', { author: { state: 'pass', by: 'spf' } }], ['failed', { author: { state: 'fail', policy: 'none' } }],
    ['not-proven', { author: { state: 'none' } }], ['unknown', { author: { state: 'unknown', reason: 'timeout' } }],
  ])('%s', (proof, message) => expect(digestItem(row({ facts: factsOf(message) }))).toMatchObject({ proof, address: 'vera@sender.example', name: 'Vera' }));

  test('without facts nobody knows, and the address is that of From', () => {
    expect(digestItem(row({ facts: null }))).toMatchObject({ proof: 'unknown', address: 'vera@sender.example' });
    expect(digestItem(row({ facts: '{"v":1}', from: '"boss@example.com" <evil@bad.example>' }))).toMatchObject({ address: 'evil@bad.example', name: '' });
  });
  test('a message that names nobody shows who its server said it was from', () => {
    expect(digestItem(row({ facts: factsOf({ authors: [] }), from: '', sender: 'bounce@bulk.example' }))).toMatchObject({ proof: 'nobody', address: 'bounce@bulk.example', name: '' });
    expect(digestItem(row({ facts: null, from: '', sender: '' }))).toMatchObject({ proof: 'nobody', address: '' });
  });
  test.each([
    ['Anna Schmidt <a@x.example>', 'Anna Schmidt'], ['"Schmidt, Anna" <a@x.example>', 'Schmidt, Anna'], ['anna@example.com <evil@bad.example>', ''],
    ['ann\u200ba@exa\u00admple.com <evil@bad.example>', ''], ['example.com <evil@bad.example>', ''], ['ann＠example <evil@bad.example>', ''],
    ['\u202emoc.elpmaxe <evil@bad.example>', ''], ['St. Anna <a@x.example>', 'St. Anna'], ['\u202eAnna\u202c <a@x.example>', 'Anna'], ['a@x.example', ''],
  ])('%s: the name shown is %s', (from, name) => expect(digestItem(row({ from })).name).toBe(name));
});

test('known and answering senders are told apart by what was recorded', () => {
  const recipients = [{ recipient: 'two@example.com', knownRelation: true, retry: 'first' }];
  expect(digestItem(row({ facts: factsOf({}, { recipients }) }))).toMatchObject({ isKnown: true, isReply: false });
  expect(digestItem(row({ facts: factsOf({}, { signals: { 'answers-ours': 'known', 'known-correspondent': 'often' } }) }))).toMatchObject({ isKnown: false, isKnownHere: true, isReply: true });
  expect(digestItem(row({ facts: factsOf({}, { signals: { 'answers-ours': { unknown: 'timeout' } } }) }))).toMatchObject({ isReply: false });
  expect(digestItem(row({ recipient: 'other@example.com', facts: factsOf({}, { recipients }) }))).toMatchObject({ isKnown: false });
});

test.each<[string, Partial<DigestRow>, Partial<Verdict>, string]>([
  ['spam', { score: 0.999 }, {}, 'It looks like spam.'],
  ['spam just above the threshold', { score: 0.91 }, {}, 'It looks a little like spam; we are not sure.'],
  ['a newsletter', { reason: 'newsletter' }, {}, 'It is a newsletter, and those are kept here.'],
  ['what calls itself one', {}, { qualifiers: ['newsletter-without-proof'] }, 'It calls itself a newsletter, but nothing proves who sent it.'],
  ['a part unread', { reason: 'could-not-check' }, {}, 'A part of it could not be examined.'],
  ['words', { reason: 'always-welcome-words' }, { match: { by: 'words', entry: 'RFQ', because: null, page: 'sales' } }, 'It looks suspicious, although it mentions “RFQ”.'],
  ['a forged friend', {}, { qualifiers: ['welcome-not-authenticated'] }, 'vera@sender.example is welcome here, but nothing proves that this really comes from there.'],
  ['a forged colleague', {}, { qualifiers: ['own-domain-not-authenticated'] }, 'It says that it comes from our own company, and nothing proves that.'],
  ['a reason of tomorrow', { reason: 'full-moon' }, {}, 'The policy Sales keeps such mail here.'],
  ['a verdict that cannot be read', { verdict: 'x' }, {}, 'It looks like spam.'],
])('why: %s', (_, change, verdict, sentence) => expect(whySentence(digestItem(row({ score: 0.99, ...(change.verdict === undefined ? { verdict: JSON.stringify(verdictFor('two@example.com', verdict)) } : {}), ...change })), 'Sales', 'en', words)).toBe(sentence));

test('what could not be scored is nearer to a mistake than any score', () => {
  const reason = 'could-not-check';
  const [unknown, ...others] = [null, 1e-9, 0.5, 0.999].map((score) => digestItem(row({ reason, score })));
  for (const other of others) expect(byLikelihoodOfMistake(unknown!, other)).toBeLessThan(0);
  expect(byLikelihoodOfMistake(unknown!, { ...unknown!, id: `${unknown!.id}x` })).toBeLessThan(0);
});

test('any row makes an item: short lines without anything that hides or turns text', () => {
  const text = fc.string({ unit: 'binary', maxLength: 2000 });
  fc.assert(fc.property(text, text, text, text, text, (from, subject, sender, verdict, facts) => {
    const made = digestItem({ ...heldRow({ from, subject, sender, verdict }), facts });
    for (const shown of [made.address, made.name, made.subject]) {
      expect([...shown].length).toBeLessThanOrEqual(140);
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
    }
    expect(Number.isFinite(made.margin)).toBe(true);
  }));
});

test.each([
  ['a\r\nBcc: x', 'a Bcc: x'], ['\u202egpj.exe', 'gpj.exe'], ['\u2066a\u2069\u200b\ufeff', 'a'], ['  x\t\ty  ', 'x y'], ['\ud800x', '�x'], ['a\u0301\u0301\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301'],
  ['', ''], ['\u{e0041}x', 'x'], ['şeker ŞİŞLİ', 'şeker ŞİŞLİ'], ['abcdefghijkl', 'abcdefghi…'],
])('plain text of %j is %j', (text, plain) => expect(plainText(text, 10 + Number(text.startsWith('şeker')) * 5)).toBe(plain));
