import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse as parseYaml } from 'yaml';
import schema from '../../schemas/policy.schema.json' with { type: 'json' };
import { checkSet } from '../../src/policy/check-set.ts';
import { CHOICES, KEYS } from '../../src/policy/keywords.ts';
import { parsePage } from '../../src/policy/parse.ts';
import { renderDiagnostic } from '../../src/policy/render.ts';
import { words } from '../../src/words/index.ts';

const root = join(__dirname, '../..');
const defaults = { language: 'en', timezone: 'UTC', ourDomains: ['example.com'] };
const files = readdirSync(join(root, 'policies')).filter((file) => file.endsWith('.yaml'));
const fits = new Ajv2020({ allErrors: true, strict: false }).compile(schema);
const HEAD = 'policy: sales\nowner: anna@example.com\napplies-to: sales@example.com\n';

/** As `usher check` would say it; notes are left out. */
function complaints(text: string, file: string): readonly string[] {
  return parsePage(text, file, defaults).diagnostics.filter((one) => one.severity !== 'note').map((one) => renderDiagnostic(one, words, 'en'));
}

describe('shipped policies', () => {
  test.each(files)('%s is without fault, here and in an editor', (file) => {
    const text = readFileSync(join(root, 'policies', file), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schemas/policy.schema.json');
    expect(complaints(text, file)).toEqual([]);
    expect([fits(parseYaml(text)), fits.errors]).toEqual([true, null]);
  });
  test('go together', () => {
    const pages = files.map((file) => parsePage(readFileSync(join(root, 'policies', file), 'utf8'), file, defaults).page).filter((page) => page !== null);
    expect(pages).toHaveLength(files.length);
    expect(checkSet(pages, defaults)).toEqual([]);
    expect(pages.every((page) => page.examples.length > 0)).toBe(true);
  });
});

describe('the user documentation', () => {
  const page = readFileSync(join(root, 'docs/policies.md'), 'utf8');
  const blocks = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');
  test('has recipes', () => expect(blocks.length).toBeGreaterThan(12));
  test.each(blocks.map((block, index) => [index, block] as const))('block %i can be copied as it stands', (_, block) => {
    const text = /^policy:/m.test(block) ? block : `${HEAD.split('\n').filter((line) => !block.startsWith(line.split(':')[0] ?? '-') || line === '').join('\n')}${block}`;
    expect(complaints(text, 'docs.yaml')).toEqual([]);
    expect([fits(parseYaml(text)), fits.errors]).toEqual([true, null]);
  });
  test.each(Object.values(KEYS).flat())('explains the line %s', (key) => expect(page).toContain(`\`${key}`));
  test.each([...new Set(Object.values(CHOICES).flat())])('explains the word %s', (word) => expect(page).toContain(word));
});

describe('the published schema agrees with the reader', () => {
  test.each([
    ['spam: Junk_Folder'], ['intent: Keep the inbox clean'], ['intent: {wanted-mail-stopped: at most 1 in 5 000}'], ['quarantine: {digest: {at: 8:30, days: Mon}}'],
    ['quarantine: {digest: {at: 8.30, to: a@b.example}}'], ['quarantine: {digest: {at: [8, "16:00"], to: [a@b.example]}}'], ['rejection: {message: Please call +90 212 555 0100}'],
    ['rejection: {contact: +902125550100, never-say: x}'], ['always-welcome: "*@*.big.example"'], ['always-welcome: {sender: [a@b.example, "*@c.example"]}'], ['never-welcome: [a@b.example]'], ['always-welcome: {list: [a.csv, b.csv]}'],
    ['for-a-while: {first-day: 2027-05-03, last-day: 2027-05-07, spam: mark}'], ['examples: {name: 1, mail: {text: 5}, expect: [mark]}'], ['mark-with: true'], ['mode: [observe]'], ['quarantine: {keep-for: Two weeks}'],
  ])('accepts %s', (line) => {
    expect(parsePage(HEAD + line, 'x', defaults).page).not.toBeNull();
    expect([fits(parseYaml(HEAD + line)), fits.errors]).toEqual([true, null]);
  });
  test.each([
    ['spam: maybe'], ['dangerous: deliver'], ['certain-spam: ask-to-retry'], ['quarantine: {keep-for: 60 gün}'], ['foo: bar'], ['always-welcome: [invoice]'], ['always-welcome: [{because: x}]'],
    ['always-welcome: [{words: abc, sender: a@b.example}]'], ['rejection: {message: {english: x}}'], ['for-a-while: {first-day: 2027-05-03, spam: mark}'], ['examples: {name: x, expect: mark}'], ['mark-with: [x]'], ['language: turkish'],
    ['intent: 0.5'], ['always-welcome: [{sender: a@b.example, last-day: 1.2.2027}]'], ['quarantine: {digest: {to: me}}'],
  ])('refuses %s', (line) => {
    expect(parsePage(HEAD + line, 'x', defaults).page).toBeNull();
    expect(fits(parseYaml(HEAD + line))).toBe(false);
  });
});
