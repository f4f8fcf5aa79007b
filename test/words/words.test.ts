import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import policyWords from '../../src/words/policy.en.json' with { type: 'json' };
import { catalogues, words } from '../../src/words/index.ts';
import { createWords, joined } from '../../src/words/words.ts';

const english = catalogues['en'] ?? {};

/** What senders read when no words of the company's can travel: always English (policy language, "Words for senders"). */
const ENGLISH_ONLY = /^decision\.sender\.(built-in|built-in-with-contact|retry)$/;

interface Element { readonly type: number; readonly value?: string; readonly options?: Readonly<Record<string, { readonly value: readonly Element[] }>> }
const LITERAL = 0;

function placeholders(message: string): readonly string[] {
  const found = new Set<string>();
  const walk = (elements: readonly Element[]): void => {
    for (const element of elements) {
      if (element.type !== LITERAL && element.value !== undefined) found.add(element.value);
      for (const option of Object.values(element.options ?? {})) walk(option.value);
    }
  };
  walk(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).getAst() as readonly Element[]);
  return [...found].sort();
}

describe.each(Object.keys(catalogues))('%s', (language) => {
  const own = catalogues[language] ?? {};
  test('says everything that English says, and nothing else', () => {
    const missing = Object.keys(english).filter((key) => !(key in own) && !ENGLISH_ONLY.test(key));
    expect([missing, Object.keys(own).filter((key) => !(key in english))]).toEqual([[], []]);
  });
  test('has the same placeholders, and nothing is empty', () => {
    for (const [key, message] of Object.entries(own)) {
      expect([key, message.trim() !== '']).toEqual([key, true]);
      expect([key, placeholders(message)]).toEqual([key, placeholders(english[key] ?? '')]);
    }
  });
});

test('every code in the policy reader has its sentence, and every sentence its code', () => {
  const dir = join(__dirname, '../../src/policy');
  const source = readdirSync(dir).filter((file) => file.endsWith('.ts')).map((file) => readFileSync(join(dir, file), 'utf8')).join('\n');
  const used = [...source.matchAll(/(?:report\.(?:error|warning|note)|finding|here|refuse)\('([a-z-]+)'/g), ...source.matchAll(/(?:problem|diagnostic)\('(?:error|warning|note)', '([a-z-]+)'/g)].map((match) => match[1] ?? '');
  expect(used.length).toBeGreaterThan(60);
  for (const code of used) expect([code, english[`policy.problem.${code}`] !== undefined]).toEqual([code, true]);
  for (const key of Object.keys(policyWords)) {
    const [, kind, code] = key.split('.');
    if (kind !== 'severity') expect([key, source.includes(`'${code}'`)]).toEqual([key, true]);
  }
});

describe('createWords', () => {
  const some = createWords({ en: { a: 'Hello {name}', n: '{n, plural, one {# letter} other {# letters}}' }, tr: { a: 'Merhaba {name}' } });
  test.each([
    ['tr', 'a', { name: 'Ada' }, 'Merhaba Ada'], ['tr-TR', 'a', { name: 'Ada' }, 'Merhaba Ada'], ['tr', 'n', { n: 2 }, '2 letters'], ['xx', 'a', { name: '<b>' }, 'Hello <b>'],
    ['en', 'unknown.key', {}, 'unknown.key'], ['__proto__', 'toString', {}, 'toString'],
  ])('%s %s', (language, key, values, said) => expect(some(language, key, values)).toBe(said));
  test('a key of two areas is refused', () => expect(() => joined({ a: 'x' }, { a: 'y' })).toThrow(/two messages/));
  test('the real catalogues', () => expect(words('tr', 'policy.hint.did-you-mean', { suggestion: 'deliver' })).toBe('şunu mu demek istediniz: deliver?'));
});
