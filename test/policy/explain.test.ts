import { IntlMessageFormat } from 'intl-messageformat';
import { explain } from '../../src/policy/explain.ts';
import { QUALIFIERS, REASONS, ACTIONS, type Verdict } from '../../src/policy/verdict.ts';
import { catalogues, words } from '../../src/words/index.ts';
import { CERTAIN, DANGER, facts, FAIL, NEWSLETTER, NOON, page, PASS, set, SPAM, UNKNOWN, verdict, type Some } from '../support/policies.ts';

const LANGUAGES = ['en', 'tr', 'ru', 'de'];

function told(yaml: string, some: Some, language = 'en', changed: Partial<Verdict> = {}): string {
  const policies = set(page(yaml));
  const decided = { ...verdict(policies, some), ...changed };
  return explain({ verdict: decided, facts: facts(some), page: policies.everyone, at: NOON }, language, words).join(' ');
}

const SALES = 'policy: company\ntitle: Sales\nowner: anna@example.com\n';

test.each<readonly [string, string, Some, string]>([
  ['spam', SALES, SPAM, 'Held in the folder "Suspected spam" by the policy Sales of anna@example.com, because it looks like spam (estimated score 0.995, spam from 0.99 on; by estimate, that stops at most 1 in 1,000 wanted messages). That follows from the policy\'s aim (balanced). It would have been delivered if its score had been below 0.99, or if someone@elsewhere.example were always welcome and proven to be the sender.'],
  ['the page\'s own line', `${SALES}spam: mark`, SPAM, 'Delivered and marked "[Suspected spam]" under the policy Sales of anna@example.com, because it looks like spam (estimated score 0.995, spam from 0.99 on; by estimate, that stops at most 1 in 1,000 wanted messages). The policy says so itself (spam: mark). It would have been delivered if its score had been below 0.99, or if someone@elsewhere.example were always welcome and proven to be the sender.'],
  ['a bound of its own', `${SALES}intent: {wanted-mail-stopped: at most 1 in 5000}`, { score: 0.9985 }, 'Held in the folder "Suspected spam" by the policy Sales of anna@example.com, because it looks like spam (estimated score 0.9985, spam from 0.998 on; by estimate, that stops at most 1 in 5,000 wanted messages). That follows from the policy\'s aim (a limit of its own). It would have been delivered if its score had been below 0.998, or if someone@elsewhere.example were always welcome and proven to be the sender.'],
  ['danger', SALES, DANGER, 'Held in the folder "Suspected spam" by the policy Sales of anna@example.com, because it looks dangerous (phishing, malware or a forged sender). That follows from the policy\'s aim (balanced). No policy can let such a message through.'],
  ['never welcome', `${SALES}never-welcome: [{sender: "*@pushy.example", because: asked three times to stop}]`, { authors: ['a@pushy.example'] }, 'Rejected by the policy Sales of anna@example.com, because "*@pushy.example" is never welcome. The reason given for "*@pushy.example": asked three times to stop. That follows from the policy\'s aim (balanced). It would have been judged by its contents if "*@pushy.example" did not stand under never-welcome (policy company).'],
  ['observed', `${SALES}mode: observe`, NEWSLETTER, 'Delivered under the policy Sales of anna@example.com, because it is a newsletter. That follows from the policy\'s aim (balanced).'],
])('%s', (_name, yaml, some, expected) => {
  expect(told(yaml, some)).toBe(expected);
});

test('what did not count, and what only softened, is said', () => {
  const welcome = `${SALES}always-welcome: [{sender: "*@big.example"}]`;
  expect(told(welcome, { ...SPAM, ...FAIL, authors: ['a@big.example'] })).toContain('a@big.example is on the list of those always welcome, but that did not count: nothing proves');
  expect(told(welcome, { ...SPAM, ...UNKNOWN, authors: ['a@big.example'] })).toContain('could not be checked (timeout), so that counts by one step only. Without the welcome entry "*@big.example"');
  expect(told(welcome, { ...CERTAIN, ...PASS, authors: ['a@big.example'] })).toContain('because "*@big.example" is always welcome.');
});

test.each([['en', 'a part of it could not be examined'], ['de', 'ein Teil von ihr ließ sich nicht prüfen'], ['ru', 'часть письма не удалось проверить'], ['tr', 'bir bölümü incelenemedi']])('%s: what could not be checked, and why where that is known', (language, sentence) => {
  const some = { unopened: ['scoring-failed', 'encrypted'] };
  const reasons = some.unopened.map((reason) => words(language, `decision.unopened.${reason}`)).join(', ');
  expect(told(SALES, some, language)).toContain(`${sentence} (${reasons})`);
  const policies = set(page(SALES));
  const kept = explain({ verdict: verdict(policies, some), facts: { score: null, unopened: [], authors: [], author: { state: 'none' } }, page: policies.everyone, at: NOON }, language, words);
  expect(kept[0]).toContain(sentence);
  expect(kept.join(' ')).not.toMatch(/\(\)|NaN|none/);
});

test('the built-in policy has nobody to answer for it; a page that is gone is named', () => {
  const policies = set();
  const decided = verdict(policies, SPAM);
  expect(explain({ verdict: decided, facts: facts(SPAM), page: policies.everyone, at: NOON }, 'en', words)[0]).toMatch(/^Held in the folder "Suspected spam" by the built-in policy, because/);
  expect(explain({ verdict: { ...decided, policy: 'sales' }, facts: null, page: null, at: NOON }, 'en', words)[0]).toMatch(/by the policy sales, because/);
});

test('every message of every language can be read, and has the values of the English one', () => {
  for (const [key, english] of Object.entries(catalogues['en'] ?? {})) {
    if (!/^(decision|policy\.(problem|command))\./.test(key)) continue;
    for (const language of LANGUAGES) {
      const message = catalogues[language]?.[key];
      if (message === undefined) {
        expect(key).toMatch(/^decision\.sender\./);
        continue;
      }
      expect(() => new IntlMessageFormat(message, language, undefined, { ignoreTag: true })).not.toThrow();
      expect([key, language, names(message)]).toEqual([key, language, names(english)]);
    }
  }
});

/** Names of the values of a message. */
function names(message: string): readonly string[] {
  return [...new Set([...message.matchAll(/\{(\w+)(?=[,}])/g)].map((found) => found[1] ?? ''))].filter((name) => !/^\d/.test(name)).sort();
}

test('every reason, qualifier and action has sentences in every language, without holes', () => {
  const policies = set(page(SALES));
  const base: Verdict = { ...verdict(policies, SPAM), match: { by: 'sender', entry: '*@a.example', because: 'why', page: 'company' }, wouldHave: 'reject' };
  for (const language of LANGUAGES) {
    for (const reason of REASONS) {
      for (const action of ACTIONS) {
        const text = explain({ verdict: { ...base, reason, action, qualifiers: [...QUALIFIERS] }, facts: facts(SPAM), page: policies.everyone, at: NOON }, language, words).join(' ');
        expect(text).not.toMatch(/decision\.|\{|\}|undefined|NaN|\.\.|,\s*\./);
        expect(text.length).toBeGreaterThan(200);
      }
    }
  }
});
