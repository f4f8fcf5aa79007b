import { decide } from '../../src/policy/decide.ts';
import { personalFacts, type PersonalSaying } from '../../src/policy/personal.ts';
import { calibration, CERTAIN, DANGER, facts, FAIL, NEWSLETTER, NOON, PASS, set, SPAM, UNKNOWN, type Some } from '../support/policies.ts';

const SENDER = 'someone@elsewhere.example';
const saying = (kind: PersonalSaying['kind'], reason = '', sender = SENDER): PersonalSaying => ({ sender, kind, reason });
const WELCOME = [saying('welcome')];
const BLOCK = [saying('unwelcome')];
const LET = [saying('let-through', 'spam')];

function said(yaml: string, sayings: readonly PersonalSaying[], some: Some): string {
  const message = facts(some);
  const personal = personalFacts(message.authors, sayings);
  const verdict = decide(set(yaml), message, { recipient: some.to ?? 'info@example.com', knownRelation: false, retry: some.retry ?? 'first', ...(personal === undefined ? {} : { personal }) }, calibration(), NOON);
  return [verdict.action, verdict.reason, ...verdict.qualifiers].join(' ');
}

const KEEP = 'certain-spam: quarantine';
const NEVER = `never-welcome: [{sender: ${SENDER}}]`;

test.each<readonly [string, string, readonly PersonalSaying[], Some, string]>([
  ['nothing said', '', [], SPAM, 'quarantine spam'],
  ['a welcome for a proven sender lifts', '', WELCOME, { ...SPAM, ...PASS }, 'deliver personal-welcome'],
  ['also what is certain', '', WELCOME, { ...CERTAIN, ...PASS }, 'deliver personal-welcome'],
  ['a welcome for a forged sender counts nothing', '', WELCOME, { ...SPAM, ...FAIL }, 'quarantine spam welcome-not-authenticated'],
  ['a welcome that cannot be checked softens', '', WELCOME, { ...SPAM, ...UNKNOWN }, 'mark spam welcome-not-checkable softened-by-welcome'],
  ['a welcome never lifts danger', '', WELCOME, { ...DANGER, ...PASS }, 'quarantine dangerous'],
  ['the business’s never-welcome stands above a personal welcome', `${NEVER}\n${KEEP}`, WELCOME, PASS, 'quarantine never-welcome'],
  ['never-welcome words do too', 'never-welcome: [{words: [words]}]\ncertain-spam: quarantine', WELCOME, PASS, 'quarantine never-welcome'],
  ['a welcome for one of two authors is none', '', WELCOME, { ...SPAM, ...PASS, authors: [SENDER, 'x@y.example'] }, 'quarantine spam'],
  ['our own domain never matches unproven', '', WELCOME, { ...SPAM, fromOurDomain: true }, 'quarantine spam own-domain-not-authenticated'],
  ['a block holds', '', BLOCK, {}, 'quarantine personal-block'],
  ['a block holds what the business welcomes', `always-welcome: [{sender: ${SENDER}}]`, BLOCK, PASS, 'quarantine personal-block'],
  ['a block never rejects', 'intent: keep-the-inbox-clean', BLOCK, { ...CERTAIN }, 'quarantine personal-block'],
  ['a block of one of two authors counts', '', BLOCK, { authors: ['x@y.example', SENDER] }, 'quarantine personal-block'],
  ['a block of somebody else counts nothing', '', [saying('unwelcome', '', 'x@y.example')], {}, 'deliver looks-fine'],
  ['a block leaves postmaster alone', '', BLOCK, { to: 'postmaster@example.com' }, 'deliver postmaster'],
  ['danger is not hidden by a block', '', BLOCK, DANGER, 'quarantine dangerous'],
  ['a page that only observes delivers', 'mode: observe', BLOCK, {}, 'deliver personal-block observed-only'],
  ['let through before: not held again', '', LET, { ...SPAM, ...PASS }, 'deliver spam let-through-before'],
  ['let through before, nothing known of the sender: marked', '', LET, SPAM, 'mark spam let-through-before'],
  ['let through before, not checkable now: marked', '', LET, { ...SPAM, ...UNKNOWN }, 'mark spam let-through-before'],
  ['let through before, forged now: held', '', LET, { ...SPAM, ...FAIL }, 'quarantine spam'],
  ['let through before for another reason: held', '', LET, { ...CERTAIN, ...PASS }, 'reject certain-spam'],
  ['let through before for a newsletter', 'newsletters: quarantine', [saying('let-through', 'newsletter')], { ...NEWSLETTER, ...PASS }, 'deliver newsletter let-through-before'],
  ['let through before as never-welcome does not undo the business’s word', `${NEVER}\n${KEEP}`, [saying('let-through', 'never-welcome')], PASS, 'quarantine never-welcome'],
  ['let through before never lifts danger', '', [saying('let-through', 'dangerous')], { ...DANGER, ...PASS }, 'quarantine dangerous'],
  ['let through before of one of two authors', '', LET, { ...SPAM, ...PASS, authors: [SENDER, 'x@y.example'] }, 'quarantine spam'],
  ['where the page marks it stays marked', 'spam: mark', LET, { ...SPAM, ...PASS }, 'mark spam'],
])('%s', (_name, yaml, sayings, some, expected) => expect(said(yaml, sayings, some)).toBe(expected));

test('nothing said about nobody is nothing', () => {
  expect(personalFacts([], WELCOME)).toBeUndefined();
  expect(personalFacts([SENDER], [])).toBeUndefined();
});
