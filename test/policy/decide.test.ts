import { CERTAIN, DANGER, FAIL, NEWSLETTER, PASS, SPAM, UNKNOWN, page, said, set, verdict, type Some } from '../support/policies.ts';

/** policies (the company's page unless `policy:` says otherwise), facts, expected `action reason qualifiers…` */
type Case = readonly [name: string, yaml: string | readonly string[], facts: Some, expected: string];

function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)('%s', (_name, yaml, facts, expected) => {
      expect(said(set(...[yaml].flat()), facts)).toBe(expected);
    });
  });
}

const NEVER_MISS = 'intent: never-miss-a-customer';
const CLEAN = 'intent: keep-the-inbox-clean';
const noProof = { proven: () => false };

table('what an intent means', [
  ['nothing suspicious', '', {}, 'deliver looks-fine'],
  ['balanced is the default', '', SPAM, 'quarantine spam'],
  ['just below the bound', '', { score: 0.9899 }, 'deliver looks-fine'],
  ['just at the bound', '', { score: 0.99 }, 'quarantine spam'],
  ['certain spam is rejected', '', CERTAIN, 'reject certain-spam'],
  ['just below certain', '', { score: 0.99899 }, 'quarantine spam'],
  ['newsletters are delivered', '', NEWSLETTER, 'deliver newsletter'],
  ['danger is quarantined', '', DANGER, 'quarantine dangerous'],
  ['what cannot be opened is marked', '', { unopened: ['encrypted'] }, 'mark could-not-check'],
  ['never-miss: the same score is fine', NEVER_MISS, SPAM, 'deliver looks-fine'],
  ['never-miss: higher is kept', NEVER_MISS, { score: 0.9995 }, 'quarantine spam'],
  ['never-miss: certain is kept', NEVER_MISS, CERTAIN, 'quarantine certain-spam'],
  ['clean: spam is rejected', CLEAN, { score: 0.91 }, 'reject spam'],
  ['clean: newsletters are kept', CLEAN, NEWSLETTER, 'quarantine newsletter'],
  ['clean: danger is rejected', CLEAN, DANGER, 'reject dangerous'],
  ['a bound of one\'s own', 'intent: {wanted-mail-stopped: at most 1 in 5000}', { score: 0.9975 }, 'deliver looks-fine'],
  ['a bound of one\'s own, above it', 'intent: {wanted-mail-stopped: at most 1 in 5000}', { score: 0.9981 }, 'quarantine spam'],
]);

table('rejecting needs proof', [
  ['spam by score', CLEAN, { ...SPAM, ...noProof }, 'quarantine certain-spam reject-not-proven'],
  ['spam by score, below certain', CLEAN, { score: 0.95, ...noProof }, 'quarantine spam reject-not-proven'],
  ['certain spam by score', '', { ...CERTAIN, ...noProof }, 'quarantine certain-spam reject-not-proven'],
  ['the stricter bound alone lacks it: certain spam is spam too', CLEAN, { ...SPAM, proven: (bound) => bound >= 0.01 }, 'reject certain-spam'],
  ['GTUBE is its own proof', '', { proof: 'gtube', score: 0.1, ...noProof }, 'reject certain-spam'],
  ['danger needs none', CLEAN, { ...DANGER, ...noProof }, 'reject dangerous'],
  ['never-welcome needs none', 'never-welcome: [{sender: a@b.example}]', { authors: ['a@b.example'], ...noProof }, 'reject never-welcome'],
]);

table('overrides and inheritance', [
  ['a written line replaces one consequence', 'spam: mark', SPAM, 'mark spam'],
  ['the others stay', 'spam: mark', CERTAIN, 'reject certain-spam'],
  ['a page without the line takes the company\'s', ['spam: mark', 'policy: sales\napplies-to: info@example.com'], SPAM, 'mark spam'],
  ['not when it states an intent of its own', ['spam: mark', 'policy: sales\napplies-to: info@example.com\nintent: balanced'], SPAM, 'quarantine spam'],
  ['but newsletters are inherited even then', ['newsletters: junk-folder', 'policy: sales\napplies-to: info@example.com\nintent: balanced'], NEWSLETTER, 'junk-folder newsletter'],
  ['the company\'s intent is inherited', [CLEAN, 'policy: sales\napplies-to: info@example.com'], NEWSLETTER, 'quarantine newsletter'],
  ['an implied line does not undercut a written one', `${NEVER_MISS}\nspam: reject`, CERTAIN, 'reject certain-spam'],
  ['a written one may', `${NEVER_MISS}\nspam: reject\ncertain-spam: quarantine`, CERTAIN, 'quarantine certain-spam'],
  ['mode is inherited', ['mode: observe', 'policy: sales\napplies-to: info@example.com'], SPAM, 'deliver spam observed-only'],
  ['for-a-while is not', ['for-a-while: [{name: x, first-day: 2026-11-01, last-day: 2026-11-30, spam: mark}]', 'policy: sales\napplies-to: info@example.com'], SPAM, 'quarantine spam'],
  ['without a page for everyone the built-in one holds', 'policy: sales\napplies-to: sales@example.com\nspam: deliver', SPAM, 'quarantine spam'],
]);

const RED = { subject: 'Purchase Order 4711' };
const WORDS = 'always-welcome: [{words: [purchase order]}]';
const SENDER = 'always-welcome: [{sender: "*@big.example"}]';
const BIG = { authors: ['anna@big.example'] };

table('always welcome is not unchecked', [
  ['authenticated: lifted', SENDER, { ...CERTAIN, ...BIG, ...PASS }, 'deliver always-welcome-sender'],
  ['authenticated, nothing suspicious', SENDER, { ...BIG, ...PASS }, 'deliver always-welcome-sender'],
  ['authenticated, could not be opened', SENDER, { ...BIG, ...PASS, unopened: ['encrypted'] }, 'deliver always-welcome-sender'],
  ['failed: does not count', SENDER, { ...SPAM, ...BIG, ...FAIL }, 'quarantine spam welcome-not-authenticated'],
  ['domain publishes nothing: does not count', SENDER, { ...SPAM, ...BIG }, 'quarantine spam welcome-not-authenticated'],
  ['not checkable: spam by one step', SENDER, { ...SPAM, ...BIG, ...UNKNOWN }, 'mark spam welcome-not-checkable softened-by-welcome'],
  ['not checkable: certain spam never above quarantine', SENDER, { ...CERTAIN, ...BIG, ...UNKNOWN }, 'quarantine certain-spam welcome-not-checkable softened-by-welcome'],
  ['not checkable, nothing suspicious', SENDER, { ...BIG, ...UNKNOWN }, 'deliver looks-fine welcome-not-checkable'],
  ['danger is stopped whatever the page says', SENDER, { ...DANGER, ...BIG, ...PASS }, 'quarantine dangerous'],
  ['near miss: a domain below it', SENDER, { ...SPAM, authors: ['a@sub.big.example'], ...PASS }, 'quarantine spam'],
  ['near miss: a longer domain', SENDER, { ...SPAM, authors: ['a@notbig.example'], ...PASS }, 'quarantine spam'],
  ['our own domain, unauthenticated: never', 'always-welcome: [{sender: "*@example.com"}]', { ...SPAM, authors: ['boss@example.com'], fromOurDomain: true, ...UNKNOWN }, 'quarantine spam own-domain-not-authenticated'],
  ['our own domain, authenticated', 'always-welcome: [{sender: "*@example.com"}]', { ...SPAM, authors: ['boss@example.com'], fromOurDomain: true, ...PASS }, 'deliver always-welcome-sender'],
  ['our own domain unauthenticated, with welcome words', WORDS, { ...SPAM, ...RED, fromOurDomain: true }, 'quarantine spam own-domain-not-authenticated'],
  ['two authors, one welcome', SENDER, { ...SPAM, authors: ['anna@big.example', 'x@evil.example'], ...PASS }, 'quarantine spam'],
  ['words: spam is marked', WORDS, { ...SPAM, ...RED }, 'mark spam softened-by-welcome'],
  ['words: certain spam stays', WORDS, { ...CERTAIN, ...RED }, 'quarantine certain-spam softened-by-welcome'],
  ['words: certain spam that is quarantined is not lifted', `${WORDS}\ncertain-spam: quarantine`, { ...CERTAIN, ...RED }, 'quarantine certain-spam'],
  ['words: rejected spam is quarantined', `${WORDS}\n${CLEAN}`, { score: 0.95, ...RED }, 'quarantine spam softened-by-welcome'],
  ['words: nothing suspicious', WORDS, RED, 'deliver always-welcome-words'],
  ['words: danger', WORDS, { ...DANGER, ...RED }, 'quarantine dangerous'],
  ['words: a warning that nothing could be opened stays', WORDS, { ...RED, unopened: ['encrypted'] }, 'mark could-not-check'],
]);

table('of two entries that match', [
  ['an exact sender beats *@domain', 'always-welcome: [{sender: anna@big.example}]\nnever-welcome: [{sender: "*@big.example"}]', { ...BIG, ...PASS }, 'deliver always-welcome-sender'],
  ['the other way round', 'never-welcome: [{sender: anna@big.example}]\nalways-welcome: [{sender: "*@big.example"}]', { ...BIG, ...PASS }, 'reject never-welcome'],
  ['*@domain beats words', `${SENDER}\nnever-welcome: [{words: [order]}]`, { ...BIG, ...PASS, ...RED }, 'deliver always-welcome-sender'],
  ['between equals never-welcome wins', `${WORDS}\nnever-welcome: [{words: [order]}]`, { ...RED, subject: 'purchase order, order' }, 'reject never-welcome'],
  ['the page\'s own beats the company\'s', ['never-welcome: [{sender: "*@big.example"}]', `policy: sales\napplies-to: info@example.com\n${SENDER}`], { ...BIG, ...PASS }, 'deliver always-welcome-sender'],
  ['but not a more exact one of the company', ['never-welcome: [{sender: anna@big.example}]', `policy: sales\napplies-to: info@example.com\n${SENDER}`], { ...BIG, ...PASS }, 'reject never-welcome'],
  ['the company\'s entries count on every page', ['never-welcome: [{sender: "*@big.example"}]', 'policy: sales\napplies-to: info@example.com'], BIG, 'reject never-welcome'],
  ['one that does not count lets the next decide', 'always-welcome: [{sender: anna@big.example}]\nnever-welcome: [{sender: "*@big.example"}]', { ...BIG, ...FAIL }, 'reject never-welcome welcome-not-authenticated'],
  ['never-welcome gets what certain spam gets', 'certain-spam: junk-folder\nnever-welcome: [{sender: "*@big.example"}]', BIG, 'junk-folder never-welcome'],
  ['on its last day, at 23:59 in the page\'s zone', 'never-welcome: [{sender: "*@big.example", last-day: 2026-11-18}]', { ...BIG, now: '2026-11-18T20:59:59Z' }, 'reject never-welcome'],
  ['a minute later no more', 'never-welcome: [{sender: "*@big.example", last-day: 2026-11-18}]', { ...BIG, now: '2026-11-18T21:00:00Z' }, 'deliver looks-fine'],
]);

table('newsletters', [
  ['high score without proof', '', { ...NEWSLETTER, score: 0.995 }, 'quarantine spam newsletter-without-proof'],
  ['high score, certain, without proof', '', { ...NEWSLETTER, score: 0.99999 }, 'reject certain-spam newsletter-without-proof'],
  ['with an aligned signature', '', { ...NEWSLETTER, score: 0.99999, newsletter: true }, 'deliver newsletter'],
  ['from somebody the recipient wrote to', '', { ...NEWSLETTER, score: 0.995, knownRelation: true, author: { state: 'pass', by: 'spf' } }, 'deliver newsletter'],
  ['under the name of somebody the recipient wrote to, forged', '', { ...NEWSLETTER, score: 0.995, knownRelation: true, author: { state: 'fail', policy: 'none' } }, 'quarantine spam newsletter-without-proof'],
  ['known relations do not make spam a newsletter', '', { ...SPAM, knownRelation: true }, 'quarantine spam'],
  ['GTUBE is no newsletter', '', { ...NEWSLETTER, newsletter: true, proof: 'gtube' }, 'reject certain-spam'],
  ['comes before could-not-check', '', { ...NEWSLETTER, unopened: ['encrypted'] }, 'deliver newsletter'],
]);

const RETRY = 'spam: ask-to-retry';
table('ask-to-retry', [
  ['first', RETRY, SPAM, 'ask-to-retry spam'],
  ['too early', RETRY, { ...SPAM, retry: 'too-early' }, 'ask-to-retry spam'],
  ['returned', RETRY, { ...SPAM, retry: 'returned' }, 'quarantine spam returned-after-retry'],
  ['not for what looks fine', RETRY, { retry: 'first' }, 'deliver looks-fine'],
  ['could-not-check', 'could-not-check: ask-to-retry', { unopened: ['scanner-down'] }, 'ask-to-retry could-not-check'],
  ['welcome words', `${RETRY}\n${WORDS}`, { ...SPAM, ...RED }, 'mark spam softened-by-welcome'],
]);

table('observe, postmaster, for-a-while', [
  ['observe delivers', 'mode: observe', SPAM, 'deliver spam observed-only'],
  ['observe does not deliver danger', 'mode: observe', DANGER, 'quarantine dangerous'],
  ['observe, nothing to observe', 'mode: observe', {}, 'deliver looks-fine'],
  ['postmaster gets spam', CLEAN, { ...CERTAIN, to: 'postmaster@example.com' }, 'deliver postmaster'],
  ['abuse gets what is never welcome', 'never-welcome: [{sender: "*@big.example"}]', { ...BIG, to: 'abuse+x@example.com' }, 'deliver postmaster'],
  ['postmaster without a domain', '', { ...CERTAIN, to: 'postmaster' }, 'deliver postmaster'],
  ['postmaster is not asked to retry', RETRY, { ...SPAM, to: 'postmaster@example.com' }, 'deliver postmaster'],
  ['postmaster may be marked', 'spam: mark', { ...SPAM, to: 'postmaster@example.com' }, 'mark spam'],
  ['postmaster, danger', '', { ...DANGER, to: 'postmaster@example.com' }, 'quarantine dangerous-postmaster'],
  ['near miss: postmasters', '', { ...CERTAIN, to: 'postmasters@example.com' }, 'reject certain-spam'],
  ['for-a-while, first instant', 'for-a-while: [{name: fair, first-day: 2027-05-03, last-day: 2027-05-07, intent: never-miss-a-customer}]', { ...SPAM, now: '2027-05-02T21:00:00Z' }, 'deliver looks-fine for-a-while'],
  ['an instant before', 'for-a-while: [{name: fair, first-day: 2027-05-03, last-day: 2027-05-07, intent: never-miss-a-customer}]', { ...SPAM, now: '2027-05-02T20:59:59Z' }, 'quarantine spam'],
  ['last instant', 'for-a-while: [{name: fair, first-day: 2027-05-03, last-day: 2027-05-07, intent: never-miss-a-customer}]', { ...SPAM, now: '2027-05-07T20:59:59Z' }, 'deliver looks-fine for-a-while'],
  ['it replaces the written spam line', 'spam: reject\nfor-a-while: [{name: fair, first-day: 2026-11-18, last-day: 2026-11-18, intent: balanced}]', SPAM, 'quarantine spam for-a-while'],
  ['but not the written newsletters line', 'newsletters: mark\nfor-a-while: [{name: fair, first-day: 2026-11-18, last-day: 2026-11-18, intent: keep-the-inbox-clean}]', NEWSLETTER, 'mark newsletter for-a-while'],
  ['a block with spam only keeps the intent', 'for-a-while: [{name: fair, first-day: 2026-11-18, last-day: 2026-11-18, spam: mark}]', CERTAIN, 'reject certain-spam for-a-while'],
]);

test('a verdict carries what the actions need, and nothing else', () => {
  const policies = set('mark-with: "[?]"\nmark-unchecked-with: "[!]"\njunk-folder-name: Bulk\nquarantine: {folder: Held}\nspam: mark\ncertain-spam: junk-folder');
  expect(verdict(policies, SPAM)).toMatchObject({ markWith: '[?]', junkFolder: null, folder: null, words: null, policy: 'company', revision: '0123456789ab', bound: 0.001 });
  expect(verdict(policies, { unopened: ['encrypted'] })).toMatchObject({ markWith: '[!]' });
  expect(verdict(policies, CERTAIN)).toMatchObject({ markWith: null, junkFolder: 'Bulk' });
  expect(verdict(policies, DANGER)).toMatchObject({ folder: 'Held', words: null });
  expect(verdict(set('mode: observe'), CERTAIN)).toMatchObject({ action: 'deliver', wouldHave: 'reject', folder: null, words: null });
});

test('a list file of the page decides like senders, and says so', () => {
  const policies = set(page('always-welcome: [{list: customers.csv, because: customer}]', { 'customers.csv': ['anna@big.example', '*@huge.example'] }));
  expect(verdict(policies, { ...CERTAIN, ...BIG, ...PASS }).match).toEqual({ by: 'list', entry: 'anna@big.example', because: 'customer', page: 'company' });
  expect(verdict(policies, { ...CERTAIN, authors: ['x@huge.example'], ...PASS }).match).toMatchObject({ entry: '*@huge.example' });
  expect(said(policies, { ...CERTAIN, authors: ['x@big.example'], ...PASS })).toBe('reject certain-spam');
});
