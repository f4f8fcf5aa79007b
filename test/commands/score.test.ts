import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scoreCommand } from '../../src/commands/score.ts';
import { GTUBE } from '../../src/signals/test-strings.ts';
import { input } from '../support/signal-mail.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'usher-score-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** The reader of the output takes its time; the command must wait for it. */
async function run(...args: string[]) {
  let [stdout, stderr, writing] = ['', '', 0];
  const out = async (text: string): Promise<void> => {
    expect(++writing).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    stdout += text;
    writing--;
  };
  const exitCode = await scoreCommand(args, { out, err: (text) => void (stderr += text), cwd: dir, env: {} });
  return { exitCode, lines: stdout.split('\n').filter(Boolean), stderr, stdout };
}

test('one line for each file, recursively and in order, paths as given', async () => {
  await mkdir(join(dir, 'b/deeper'), { recursive: true });
  await writeFile(join(dir, 'b/deeper/gtube.eml'), input({ body: `${GTUBE}\n` }).bytes);
  await writeFile(join(dir, 'a.eml'), input().bytes);
  const { exitCode, lines } = await run('--jsonl', dir);
  expect(exitCode).toBe(0);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { file: `${dir}/a.eml`, score: expect.any(Number), kind: 'wanted', signals: expect.arrayContaining([{ name: 'link-none', value: true, contribution: 0 }]), model: expect.stringMatching(/^bundled-/) },
    expect.objectContaining({ file: `${dir}/b/deeper/gtube.eml`, score: 1, kind: 'spam' }),
  ]);
});

test('a bad file is a line, not an end', async () => {
  await writeFile(join(dir, 'empty.eml'), '');
  await writeFile(join(dir, 'noise.eml'), Buffer.from([0, 255, 13, 10, 254]));
  await symlink(join(dir, 'nowhere'), join(dir, 'link.eml'));
  await symlink(dir, join(dir, 'loop'));
  const { exitCode, lines } = await run('--jsonl', `${dir}/missing.eml`, dir);
  expect(exitCode).toBe(0);
  const parsed = lines.map((line) => JSON.parse(line) as { file: string; error?: string; score?: number });
  expect(parsed.map(({ file, error }) => [file.slice(dir.length + 1), error === undefined])).toEqual([['missing.eml', false], ['empty.eml', true], ['link.eml', false], ['noise.eml', true]]);
  for (const { score } of parsed.filter(({ error }) => error === undefined)) expect(score).toEqual(expect.any(Number));
});

test('paths are meant from the folder one stands in, and come back as given', async () => {
  await mkdir(join(dir, 'dev/ham'), { recursive: true });
  await writeFile(join(dir, 'dev/ham/x.eml'), input().bytes);
  const { lines } = await run('--jsonl', 'dev');
  expect(lines.map((line) => (JSON.parse(line) as { file: string }).file)).toEqual(['dev/ham/x.eml']);
});

test('says how to use it', async () => {
  expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Usage: usher score') });
  expect(await run('--frobnicate', dir)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--frobnicate') });
  expect(await run('--help')).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Usage: usher score') });
});
