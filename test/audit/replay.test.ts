import { decisionRow } from '../../src/audit/decision-log.ts';
import { readRecorded } from '../../src/audit/recorded.ts';
import { replay } from '../../src/audit/replay.ts';
import { walk } from '../../src/message/walk.ts';
import type { Assessment } from '../../src/pipeline.ts';
import { settle } from '../../src/policy/combine.ts';
import { decide } from '../../src/policy/decide.ts';
import { messageFacts } from '../../src/policy/facts.ts';
import type { PolicySet } from '../../src/policy/resolved.ts';
import type { RecipientFacts } from '../../src/policy/verdict.ts';
import { absent, present, unknown } from '../../src/signals/signal.ts';
import type { Authentication } from '../../src/signals/signal.ts';
import type { DecisionRow } from '../../src/storage/store.ts';
import { someScore, transactionOf } from '../support/held.ts';
import { calibration, NOON, set } from '../support/policies.ts';

const OUR_DOMAINS = new Set(['example.com']);
const PASS: Authentication = {
  author: { state: 'pass', by: 'dkim' }, dkimAligned: true, results: 'dkim=pass header.d=sender.example',
  signals: [present('dkim', 'pass')], lookups: { 'x._domainkey.sender.example TXT': 'v=DKIM1' },
};
const MAIL = 'From: Vera <vera@sender.example>\r\nSubject: Hello\r\nMessage-ID: <1@sender.example>\r\n\r\nPlease find our purchase order attached. Account 4711-SECRET.\r\n';

interface Case {
  readonly pages?: readonly string[];
  readonly recipients?: readonly string[];
  readonly score?: Partial<Assessment['score']>;
  readonly known?: Partial<RecipientFacts>;
  readonly authentication?: Authentication;
  readonly perRecipient?: boolean;
  readonly scoringFailed?: boolean;
}

/** Decides as the pipeline does and gives the row of the log. */
function decided(of: Case): { row: DecisionRow; policies: PolicySet } {
  const policies = set(...(of.pages ?? ['']));
  const perRecipient = of.perRecipient ?? false;
  const transaction = transactionOf(MAIL, { recipients: of.recipients ?? ['bob@example.com'], sender: 'vera@sender.example', door: perRecipient ? 'lmtp' : 'smtp' });
  const assessment: Assessment = {
    message: walk(transaction.bytes), signals: [present('links', 3), absent('forms'), unknown('reverse-name', 'timeout')],
    authentication: of.authentication ?? PASS, score: { ...someScore, score: 0.995, contributions: [{ name: 'links', value: 3, contribution: 0.123456 }], ...of.score }, scoringFailed: of.scoringFailed ?? false,
  };
  const recipientFacts = transaction.envelope.recipients.map(({ address }): RecipientFacts => ({ recipient: address.key, knownRelation: false, retry: 'first', ...of.known }));
  const facts = messageFacts(assessment, OUR_DOMAINS, false);
  const verdicts = settle(recipientFacts.map((each) => decide(policies, facts, each, calibration(), NOON)), perRecipient);
  const replies = verdicts.map(() => ({ code: 250, enhanced: '2.0.0', text: 'ok' }));
  const row = decisionRow({ transaction, assessment, decision: { verdicts, recipientFacts, facts, decidedAt: NOON }, outcome: { verdicts, replies }, ms: 1.23456 });
  // As it comes back from the database.
  return { row: JSON.parse(JSON.stringify(row)) as DecisionRow, policies };
}

test.each<[string, Case]>([
  ['spam held', {}],
  ['certain spam rejected', { score: { score: 0.99999 } }],
  ['welcome words in the text soften', { pages: ['always-welcome: [{words: [purchase order]}]'] }],
  ['never welcome by words of the text', { pages: ['never-welcome: [{words: ["account 4711"]}]'], score: { score: 0.1, kind: 'wanted' } }],
  ['a welcome sender', { pages: ['always-welcome: [{sender: "*@sender.example"}]'] }],
  ['a newsletter of known relations', { score: { kind: 'newsletter' }, known: { knownRelation: true } }],
  ['a newsletter without', { score: { kind: 'newsletter' } }],
  ['asked to retry', { pages: ['spam: ask-to-retry'] }],
  ['returned after that', { pages: ['spam: ask-to-retry'], known: { retry: 'returned' } }],
  ['recipients who disagree', { pages: ['', 'policy: sales\napplies-to: sales@example.com\nintent: never-miss-a-customer'], recipients: ['bob@example.com', 'sales@example.com'], score: { score: 0.9992 } }],
  ['each with a reply of their own', { pages: ['spam: reject', 'policy: sales\napplies-to: sales@example.com\nspam: deliver'], recipients: ['bob@example.com', 'sales@example.com'], perRecipient: true }],
  ['only watched', { pages: ['mode: observe'] }],
  ['for a while', { pages: ['for-a-while: [{name: fair, first-day: 2026-11-01, last-day: 2026-11-30, spam: mark}]'] }],
  ['scoring failed', { scoringFailed: true, score: { score: 0, kind: 'wanted' } }],
])('%s: the record alone gives the same verdicts', (_, of) => {
  const { row, policies } = decided(of);
  expect(replay(row, policies, calibration())).toMatchObject({ state: 'replayed', sameRevision: true, differences: [] });
});

test('with other policies it says what they would change', () => {
  const { row } = decided({});
  const result = replay(row, { ...set('spam: mark'), revision: 'another' }, calibration());
  expect(result).toMatchObject({ state: 'replayed', sameRevision: false, differences: [{ recipient: 'bob@example.com', recorded: { action: 'quarantine' }, now: { action: 'mark' } }] });
});

test('no text of the message is kept, but for the words that an entry matched', () => {
  const { row } = decided({ pages: ['always-welcome: [{words: [purchase order]}]'] });
  expect(JSON.stringify(row)).not.toContain('SECRET');
  expect(readRecorded(row.facts)).toMatchObject({ words: ['purchase order'], message: expect.not.objectContaining({ text: expect.anything() }) });
});

test('signals that were not absent, contributions and DNS answers are kept as they were', () => {
  const recorded = readRecorded(decided({}).row.facts);
  if (recorded === null) throw new Error('not readable');
  expect(recorded.signals).toEqual({ links: 3, 'reverse-name': { unknown: 'timeout' }, dkim: 'pass' });
  expect(recorded).toMatchObject({ contributions: [['links', 3, 0.1235]], authentication: { lookups: PASS.lookups, dkimAligned: true } });
});

test('what the row says by itself', () => {
  expect(decided({}).row).toMatchObject({
    id: '0123456789abcdef', sender: 'vera@sender.example', authors: 'vera@sender.example', subject: 'Hello', messageId: expect.stringContaining('1@sender.example'), size: MAIL.length,
    score: 0.995, kind: 'spam', model: 'test-1', revision: '0123456789ab', ms: 1.23, recipients: [{ recipient: 'bob@example.com', action: 'quarantine', policy: 'company', replyCode: 250 }],
  });
  expect(decided({ scoringFailed: true }).row).toMatchObject({ score: null, kind: null, model: 'test-1' });
});

test('mail that was not assessed is recorded as such, and cannot be replayed', () => {
  const transaction = transactionOf(MAIL, { recipients: ['a@x.example', 'b@x.example', 'c@x.example'] });
  const replies = [250, 451, 550].map((code) => ({ code, enhanced: null, text: '' }));
  const row = decisionRow({ transaction, assessment: null, decision: null, outcome: { verdicts: [], replies }, ms: 1 });
  expect(row).toMatchObject({ score: null, kind: null, model: null, revision: null, facts: '{}' });
  expect(row.recipients.map((each) => each.action)).toEqual(['deliver', 'ask-to-retry', 'reject']);
  expect(replay(row, set(''), calibration())).toEqual({ state: 'not-replayable', why: 'not-decided' });
  expect(replay({ ...row, facts: 'garbage' }, set(''), calibration())).toEqual({ state: 'not-replayable', why: 'unknown-form' });
  expect(replay({ ...row, facts: '{"v":99}' }, set(''), calibration())).toEqual({ state: 'not-replayable', why: 'unknown-form' });
});

test('a huge header does not make a huge record', () => {
  const mail = `From: ${Array.from({ length: 900 }, (_, i) => `a${i}@sender.example`).join(', ')}\r\nSubject: ${'x'.repeat(100_000)}\r\nMessage-ID: <${'y'.repeat(50_000)}@z>\r\n\r\nb\r\n`;
  const transaction = transactionOf(mail);
  const score = { ...someScore, contributions: [{ name: 'long', value: 'v'.repeat(10_000), contribution: 1 }] };
  const assessment: Assessment = { message: walk(transaction.bytes), signals: [present('long', 'v'.repeat(10_000))], authentication: { ...PASS, lookups: { 'a TXT': 'z'.repeat(60_000) } }, score, scoringFailed: false };
  const decision = { verdicts: [], recipientFacts: [], facts: messageFacts(assessment, OUR_DOMAINS, false), decidedAt: NOON };
  const row = decisionRow({ transaction, assessment, decision, outcome: { verdicts: [], replies: [] }, ms: 1 });
  expect(JSON.stringify(row).length).toBeLessThan(15_000);
  expect(row.subject).toMatch(/^x{999}…$/);
});
