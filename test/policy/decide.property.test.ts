import * as fc from 'fast-check';
import { decide } from '../../src/policy/decide.ts';
import { INTENTS } from '../../src/policy/model.ts';
import type { PolicySet } from '../../src/policy/resolved.ts';
import { ACTIONS, type Action, type MessageFacts, type RecipientFacts } from '../../src/policy/verdict.ts';
import { calibration, NOON, page, set } from '../support/policies.ts';

const HARSHNESS: Readonly<Record<Action, number>> = { 'deliver': 0, 'mark': 1, 'junk-folder': 2, 'ask-to-retry': 3, 'quarantine': 3, 'reject': 4 };
const STOPPED: readonly Action[] = ['junk-folder', 'quarantine', 'reject', 'ask-to-retry'];

const action = (...left: Action[]) => fc.constantFrom(...ACTIONS.filter((one) => !left.includes(one)));
const author = fc.constantFrom('anna@big.example', 'x@sub.big.example', 'boss@example.com', 'a@b.example', '', '@', 'no-at');
const sender = fc.constantFrom('anna@big.example', '*@big.example', '*@*.big.example', '*@example.com', 'a@b.example');
const words = fc.constantFrom(['order'], ['purchase order', 'RFQ'], ['заказ'], ['!!!']);
const entry = fc.oneof(sender.map((one) => ({ sender: one })), words.map((some) => ({ words: some })), words.map((some) => ({ 'exact-words': some })));

const lines = fc.record({
  'intent': fc.constantFrom(...INTENTS),
  'spam': action(),
  'certain-spam': action('ask-to-retry'),
  'newsletters': action(),
  'dangerous': fc.constantFrom('quarantine', 'reject'),
  'could-not-check': action('reject'),
  'mode': fc.constantFrom('enforce', 'observe'),
  'always-welcome': fc.array(entry, { maxLength: 3 }),
  'never-welcome': fc.array(entry, { maxLength: 3 }),
  'for-a-while': fc.constant([{ 'name': 'x', 'first-day': '2026-11-18', 'last-day': '2026-11-18', 'intent': 'keep-the-inbox-clean' }]),
  'rejection': fc.record({ message: fc.dictionary(fc.constantFrom('en', 'tr', 'ru'), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }), contact: fc.string({ unit: 'grapheme' }) }, { requiredKeys: [] }),
}, { requiredKeys: [] });

const policies: fc.Arbitrary<PolicySet> = fc.tuple(lines, fc.option(lines)).map(([company, sales]) => set(
  page(JSON.stringify(company)),
  ...(sales === null ? [] : [page(JSON.stringify({ ...sales, 'policy': 'sales', 'applies-to': ['info@example.com', 'postmaster@example.com'] }))]),
));

const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 0.9, 0.99, 0.999, 0.9999, 1));
const facts: fc.Arbitrary<MessageFacts> = fc.record({
  kind: fc.constantFrom('wanted', 'newsletter', 'spam', 'dangerous'),
  score: share,
  proof: fc.constantFrom(null, null, 'gtube'),
  newsletter: fc.boolean(),
  authors: fc.array(author, { maxLength: 3 }),
  fromOurDomain: fc.boolean(),
  author: fc.constantFrom<MessageFacts['author'][]>({ state: 'pass', by: 'dkim' }, { state: 'fail', policy: 'reject' }, { state: 'none' }, { state: 'unknown', reason: 'timeout' }),
  unopened: fc.subarray(['encrypted']),
  subject: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('Purchase order 5', 'RFQ', 'заказа')),
  text: fc.string({ unit: 'binary', maxLength: 200 }),
  language: fc.constantFrom(null, 'en', 'tr', 'fr'),
  utf8Replies: fc.boolean(),
});
const recipient: fc.Arbitrary<RecipientFacts> = fc.record({
  recipient: fc.constantFrom('info@example.com', 'info+x@example.com', 'other@example.com', '', '@'),
  knownRelation: fc.boolean(),
  retry: fc.constantFrom('first', 'too-early', 'returned'),
});
const proof = fc.boolean();
const judge = (set: PolicySet, message: MessageFacts, to: RecipientFacts, proven: boolean) => decide(set, message, to, calibration(() => proven), NOON);

test('never throws, and every verdict fits its action', () => {
  fc.assert(fc.property(policies, facts, recipient, proof, (set, message, to, proven) => {
    const { action: done, words: said, folder, markWith, junkFolder, wouldHave } = judge(set, message, to, proven);
    expect(ACTIONS).toContain(done);
    expect(said !== null).toBe(done === 'reject' || done === 'ask-to-retry');
    expect(said === null || (said.trim() !== '' && !/[\u0000-\u0009\u000b-\u001f\u007f]/.test(said))).toBe(true);
    if (!message.utf8Replies) expect(said ?? '').toMatch(/^[\u0000-\u007f]*$/);
    expect(folder !== null).toBe(['quarantine', 'reject', 'ask-to-retry'].includes(done));
    expect([markWith !== null, junkFolder !== null]).toEqual([done === 'mark', done === 'junk-folder']);
    expect(wouldHave === null || ACTIONS.includes(wouldHave)).toBe(true);
  }), { numRuns: 500 });
});

test('danger is never delivered, whatever the page, the lists, the recipient', () => {
  fc.assert(fc.property(policies, facts, fc.oneof(recipient, fc.constant<RecipientFacts>({ recipient: 'postmaster@example.com', knownRelation: true, retry: 'returned' })), proof, (set, message, to, proven) => {
    expect(['quarantine', 'reject']).toContain(judge(set, { ...message, kind: 'dangerous' }, to, proven).action);
  }), { numRuns: 300 });
});

test('always-welcome never lifts what claims to be ours and is not authenticated', () => {
  fc.assert(fc.property(policies, facts, recipient, proof, (set, message, to, proven) => {
    const forged: MessageFacts = { ...message, fromOurDomain: true, author: message.author.state === 'pass' ? { state: 'none' } : message.author };
    const { reason, qualifiers } = judge(set, forged, to, proven);
    expect(reason).not.toMatch(/^always-welcome/);
    expect(qualifiers).not.toContain('softened-by-welcome');
  }), { numRuns: 300 });
});

test('postmaster and abuse are never stopped but for danger', () => {
  fc.assert(fc.property(policies, facts, fc.constantFrom('postmaster@example.com', 'abuse@example.com', 'postmaster', 'abuse+x@shop.example.com'), proof, (set, message, to, proven) => {
    const { action: done } = judge(set, message, { recipient: to, knownRelation: false, retry: 'first' }, proven);
    if (message.kind !== 'dangerous') expect(STOPPED).not.toContain(done);
  }), { numRuns: 300 });
});

test('without proof nothing is rejected by score', () => {
  fc.assert(fc.property(policies, facts, recipient, (set, message, to) => {
    const { action: done, reason } = judge(set, { ...message, proof: null }, to, false);
    if (done === 'reject') expect(['dangerous', 'never-welcome', 'newsletter']).toContain(reason);
  }), { numRuns: 300 });
});

/** Where somebody writes that certain spam be treated more mildly than spam, or newsletters more strictly, so it is. */
const ordinary = fc.record({ intent: fc.constantFrom(...INTENTS), spam: fc.constantFrom<Action[]>('mark', 'junk-folder', 'quarantine', 'reject') }, { requiredKeys: ['intent'] });

test('a higher score never gets a milder action, all else equal', () => {
  fc.assert(fc.property(ordinary, fc.constantFrom<MessageFacts['kind'][]>('wanted', 'spam'), share, share, proof, proof, recipient, (lines, kind, a, b, spamProven, certainProven, to) => {
    const policy = set(page(JSON.stringify({ ...lines, ...(lines.spam === undefined ? {} : { 'certain-spam': lines.spam === 'reject' ? 'reject' : 'quarantine' }) })));
    const message: MessageFacts = { kind, score: 0, proof: null, newsletter: false, authors: [], fromOurDomain: false, author: { state: 'none' }, unopened: [], subject: '', text: '', language: null, utf8Replies: false };
    const bounds = policy.everyone.stance.intent.value.bound;
    const by = (score: number): number => HARSHNESS[decide(policy, { ...message, score }, to, calibration((bound) => (bound === bounds ? spamProven : certainProven)), NOON).action];
    expect(by(Math.max(a, b))).toBeGreaterThanOrEqual(by(Math.min(a, b)));
  }), { numRuns: 500 });
});
