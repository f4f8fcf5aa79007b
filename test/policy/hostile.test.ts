import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { parsePage } from '../../src/policy/parse.ts';
import { renderDiagnostic } from '../../src/policy/render.ts';
import { words } from '../../src/words/index.ts';

const defaults = { language: 'en', timezone: 'UTC', ourDomains: ['example.com'] };
const full = readFileSync(join(__dirname, '../fixtures/policies/full.yaml'), 'utf8');
const vectors = join(__dirname, '../../../shared/data/vectors/yaml-limits-go-yaml.json');
/** Of processor time, so that a busy machine does not fail the test. */
const MAX_MS = 1000;
const spentMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Reads, renders everything in every language, and holds the promise: a page, or at least one error. */
function read(text: string): readonly string[] {
  const started = spentMs();
  const parsed = parsePage(text, 'policies/x.yaml', defaults);
  expect(spentMs() - started).toBeLessThan(MAX_MS);
  expect((parsed.page === null) === parsed.diagnostics.some((one) => one.severity === 'error')).toBe(true);
  for (const one of parsed.diagnostics) {
    for (const language of ['en', 'tr', 'ru', 'de']) {
      const said = renderDiagnostic(one, words, language);
      expect(said).not.toMatch(/policy\.(problem|hint|severity)|undefined|\{(text|key|suggestion|options|line|limit|count|name|other|where|bracket|character|language)\}/);
    }
    expect(one.place.line).toBeLessThanOrEqual(text.split('\n').length);
  }
  return parsed.diagnostics.map((one) => one.code);
}

describe('pages made to hurt', () => {
  test.each([
    ['larger than 1 MiB', '#'.repeat(1_048_577), 'file-too-large'],
    ['larger than 1 MiB in bytes only', `# ${'я'.repeat(600_000)}`, 'file-too-large'],
    ['deep in brackets', `title: ${'['.repeat(100_000)}`, 'too-deep'],
    ['deep in dashes', `${'- '.repeat(100_000)}x`, 'too-deep'],
    ['deep in questions', `${'? '.repeat(100_000)}x`, 'too-deep'],
    ['deep in indents', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'), 'too-deep'],
    ['deep in colons', `title: ${'b: '.repeat(30_000)}`, 'too-deep'],
    ['deep in colons within braces', `title: {a: ${'b: '.repeat(30_000)}}`, 'too-deep'],
    ['many keys on one line are not deep', `title: {${Array.from({ length: 100 }, (_, n) => `k${n}: x`).join(', ')}}`, 'text-expected'],
    ['an endless list', `never-welcome: [${'a,'.repeat(200_000)}]`, 'too-much'],
    ['a laugh', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: &d [${'*c,'.repeat(9)}]\ne: &e [${'*d,'.repeat(9)}]\nf: [${'*e,'.repeat(9)}]`, 'aliases-expand'],
    ['a key without end', `${'k'.repeat(500_000)}: x`, 'syntax'],
    ['a quote without end', `title: "${'x\n'.repeat(50_000)}`, 'unclosed-quote'],
    ['a mistake on every line', 'title: a: b\n'.repeat(10_000), 'colon-in-text'],
    ['unknown lines without end', Array.from({ length: 5000 }, (_, n) => `k${n}: x`).join('\n'), 'too-many-problems'],
    ['the prototype', '__proto__: x\nconstructor: y', 'unknown-key'],
    ['zero bytes', 'policy: \0\0', 'control-character'],
    ['half of a pair', 'title: "\\ud800"', 'control-character'],
  ])('%s', (_, text, code) => expect(read(text)).toContain(code));

  const cases = existsSync(vectors) ? (JSON.parse(readFileSync(vectors, 'utf8')) as { cases: { name: string; prefix: string; rep: string; n: number; suffix: string }[] }).cases : [];
  if (cases.length === 0) test.skip('the limit cases of go-yaml (../shared/data/vectors is not there)', () => undefined);
  else {
    test.each(cases.map((one) => [one.name, one] as const))('go-yaml: %s', (_, { prefix, rep, n, suffix }) => {
      expect(read(prefix + rep.repeat(n) + suffix)[0]).toMatch(/^(too-much|too-deep|file-too-large)$/);
    });
  }
});

test('5,000 entries in one page are read in time', () => {
  const entries = Array.from({ length: 5000 }, (_, n) => `  - sender: "a${n}@b.example"\n    because: "bought ${n}"\n`).join('');
  expect(read(`policy: a\nowner: a@example.com\napplies-to: everyone\nalways-welcome:\n${entries}`)).toEqual(['always-welcome-is-checked']);
});

describe('a page with anything done to it', () => {
  const lines = full.split('\n');
  const at = fc.nat({ max: full.length - 1 });
  const piece = fc.constantFrom(':', ' ', '\n', '\t', '"', "'", '[', ']', '{', '}', '- ', '*', '&a', '!', '#', '|', '>', '“', '?', '%', '\r', '\0', '<<: ', '---\n', 'ş', '😀', '\ufeff', ',');
  test('characters put in, taken out, lines moved', () => {
    fc.assert(fc.property(fc.array(fc.tuple(at, at, piece, fc.constantFrom('insert', 'cut', 'line', 'indent')), { minLength: 1, maxLength: 6 }), (changes) => {
      let text = full;
      for (const [one, other, what, how] of changes) {
        if (how === 'insert') text = text.slice(0, one) + what + text.slice(one);
        else if (how === 'cut') text = text.slice(0, one) + text.slice(one + (other % 30));
        else {
          const all = text.split('\n');
          if (how === 'line') all.splice(one % all.length, 1, ...(all[other % all.length] ?? '').split(what));
          else all[one % all.length] = ' '.repeat(other % 5) + (all[one % all.length] ?? '');
          text = all.join('\n');
        }
      }
      read(text);
    }), { numRuns: 100 });
  });
  test('any text', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.constantFrom(...lines), piece)), (parts) => void read(parts.join('\n'))), { numRuns: 100 });
  });
  test('any JSON under any line', () => {
    const keys = fc.constantFrom('policy', 'owner', 'applies-to', 'intent', 'spam', 'quarantine', 'always-welcome', 'rejection', 'for-a-while', 'examples', 'language', 'timezone');
    fc.assert(fc.property(fc.dictionary(keys, fc.jsonValue({ maxDepth: 4 })), (page) => void read(JSON.stringify(page, null, 1))), { numRuns: 100 });
  });
});
