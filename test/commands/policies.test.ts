import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCheck } from '../../src/commands/check.ts';
import type { Command } from '../../src/commands/io.ts';
import type { LoadTools } from '../../src/commands/policy-command.ts';
import { createTest } from '../../src/commands/test.ts';
import { createExampleRunner } from '../../src/policy-examples.ts';
import { calibration, DEFAULTS, facts, SPAM } from '../support/policies.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'usher-commands-'));
  await mkdir(join(cwd, 'policies'));
});
afterEach(() => rm(cwd, { recursive: true }));

const proven = calibration(() => false);
const load: LoadTools = async (config) => (config === 'broken.yaml' ? null : {
  policiesDir: join(cwd, 'policies'), defaults: DEFAULTS, calibration: proven,
  runExample: createExampleRunner({ assess: async (bytes) => facts(bytes.includes('lottery') ? SPAM : {}), calibration: proven, now: () => Date.now(), ourDomain: 'example.com' }),
});

async function run(create: (load: LoadTools) => Command, ...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const code = await create(load)(args, { out: (text) => { said.out += text; }, err: (text) => { said.err += text; }, cwd, env: {} });
  return { code, ...said };
}

const write = (name: string, text: string): Promise<void> => writeFile(join(cwd, 'policies', name), text);
const HEAD = 'policy: company\nowner: office@example.com\napplies-to: everyone\n';

test('check: all problems of all pages, each with its place, in the language of the page', async () => {
  await write('company.yaml', `${HEAD}intent: balancd\nspam: marc\n`);
  await write('satis.yaml', 'policy: satis\nowner: anna@example.com\napplies-to: satis@example.com\nlanguage: tr\nalways-welcome:\n  - list: musteriler.csv\n');
  const { code, out } = await run(createCheck);
  expect(code).toBe(1);
  expect(out).toMatch(/^policies\/company\.yaml:4:9: "balancd" is not an intent\.\n {4}intent: balancd\n {12}\^{7} did you mean balanced\?$/m);
  expect(out).toMatch(/^policies\/company\.yaml:5:7: /m);
  expect(out).toMatch(/^policies\/satis\.yaml:6:5: "musteriler\.csv" listesi yerinde yok\.$/m);
  expect(out.trimEnd().split('\n').at(-1)).toBe('3 problems to correct. Until then these policies do not go live.');
});

test('check: a good set ends with 0, and says where the proof for rejecting is lacking', async () => {
  await write('company.yaml', `${HEAD}spam: reject\n`);
  const { code, out } = await run(createCheck, 'policies');
  expect(code).toBe(0);
  expect(out).toContain('policies/company.yaml:4:1: For information: For now, suspected spam is held instead of refused. To refuse it, Usher must first see 3,000 more wanted messages; they prove that at most 1 in 1,000 is stopped by mistake.\n');
  expect(out).toContain('For now, certain spam is held instead of refused. To refuse it, Usher must first see 30,000 more');
  expect(out).toMatch(/1 page, nothing wrong\.\n$/);
});

test('check: what is only worth knowing is said once, in one line, and not while something is wrong', async () => {
  await write('company.yaml', `${HEAD}intent: never-miss-a-customer\nalways-welcome: a@b.example\n`);
  await write('sales.yaml', 'policy: sales\nowner: a@example.com\napplies-to: sales@example.com\nalways-welcome: c@d.example\nfor-a-while:\n  - {name: fair, first-day: 2020-05-03, last-day: 2020-05-07, spam: deliver}\n');
  expect((await run(createCheck)).out).toBe([
    'policies/company.yaml:5:1: For information: Always welcome is not unchecked: viruses, phishing and forged senders are stopped all the same. (The same holds in 1 more place.)',
    'policies/sales.yaml:6:6: For information: This ended on 2020-05-07 and counts no more.',
    '2 pages, nothing wrong.\n',
  ].join('\n'));
  await write('sales.yaml', 'policy: sales\nowner: a@example.com\napplies-to: sales@example.com\nspam: marc\n');
  expect((await run(createCheck)).out).not.toContain('For information');
});

test('check: lists say what is wrong with them, and what to do', async () => {
  await write('company.yaml', `${HEAD}intent: never-miss-a-customer\nalways-welcome:\n  - list: missing.csv\n  - list: table.xlsx\n  - {list: crm.csv, column: Post}\n`);
  await write('table.xlsx', 'PK\u0003\u0004\u0000');
  await write('crm.csv', 'Name;E-Mail\nA;a@b.example\nB;bob at b.example\n');
  const { out } = await run(createCheck);
  expect(out).toContain(':6:5: The list "missing.csv" is not there.\n      - list: missing.csv\n        ^^^^ save it in the policies folder, under exactly this name\n');
  expect(out).toContain(':7:5: The list "table.xlsx" is not a text or CSV file.\n      - list: table.xlsx\n        ^^^^ save the table as CSV, and write that file\'s name\n');
  expect(out).toContain('has no column "Post". Its first line says: Name, E-Mail.');
  await write('company.yaml', `${HEAD}intent: never-miss-a-customer\nalways-welcome:\n  - {list: crm.csv, column: Email}\n`);
  expect(await run(createCheck)).toMatchObject({ code: 0, out: expect.stringContaining(':6:6: Please note: In the list "crm.csv", one row holds no e-mail address where one is due, for example "bob at b.example".') });
});

test('check --json: the same for programs', async () => {
  await write('company.yaml', `${HEAD}intent: balancd\n`);
  const { code, out } = await run(createCheck, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ ok: false, revision: null, pages: 1, problems: [{ severity: 'error', file: 'policies/company.yaml', line: 4, column: 9, length: 7, message: '"balancd" is not an intent.', hint: 'did you mean balanced?' }] });
});

const EXAMPLES = 'examples:\n  - name: An order\n    mail: {subject: "order", text: "one please"}\n    expect: deliver\n  - name: A lottery\n    mail: {subject: "lottery", text: "you won"}\n';

test('test: which example failed, and why', async () => {
  await write('company.yaml', `${HEAD}${EXAMPLES}    expect: deliver\n`);
  const { code, out } = await run(createTest);
  expect(code).toBe(1);
  expect(out).toMatch(/^policies\/company\.yaml:8:5: The example "A lottery" should give deliver, but gives quarantine\. Held in the folder "Suspected spam" by the policy company of office@example\.com, because it looks like spam/m);
  expect(out).not.toContain('An order');
  expect(out).toMatch(/1 of 2 examples not as expected\. These policies do not go live\.\n$/);
});

test('test: all as expected', async () => {
  await write('company.yaml', `${HEAD}${EXAMPLES}    expect: [quarantine, reject]\n`);
  expect(await run(createTest)).toEqual({ code: 0, out: '2 examples, all as expected.\n', err: '' });
  const { code, out } = await run(createTest, '--json');
  expect([code, JSON.parse(out)]).toMatchObject([0, { ok: true, problems: [], examples: [{ name: 'An order', passed: true, action: 'deliver' }, { name: 'A lottery', passed: true, action: 'quarantine', policy: 'company', line: 8 }] }]);
});

test('test: a wrong page is said before any example is run', async () => {
  await write('company.yaml', `${HEAD}spam: marc\n${EXAMPLES}    expect: mark\n`);
  const { code, out } = await run(createTest);
  expect(code).toBe(1);
  expect(out).toMatch(/^policies\/company\.yaml:4:7: /);
  expect(out).not.toContain('lottery');
});

test.each<readonly [args: readonly string[], err: string]>([
  [['--jsn'], '"--jsn" is not an option of this command; it takes --json, --config FILE and --help.\n'],
  [['a', 'b'], 'Name one folder only.\n'],
  [['nowhere'], 'There is no folder "nowhere".\n'],
  [['--config', 'broken.yaml'], ''],
])('%j ends with 2', async (args, err) => {
  for (const command of [createCheck, createTest]) expect(await run(command, ...args)).toEqual({ code: 2, out: '', err });
});

test('--help explains itself', async () => {
  expect(await run(createCheck, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: usher check \[DIR\] \[--json\] \[--config FILE\]\n/) });
  expect(await run(createTest, '-h')).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: usher test \[DIR\] \[--json\] \[--config FILE\]\n/) });
});
