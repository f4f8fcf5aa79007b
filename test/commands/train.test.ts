import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scoreCommand } from '../../src/commands/score.ts';
import { trainCommand } from '../../src/commands/train.ts';
import { input } from '../support/signal-mail.ts';
import { tempDir } from '../support/temp-dir.ts';

const { path: dir, remove } = tempDir('train');
afterAll(remove);

async function run(command: typeof trainCommand, ...args: string[]) {
  let [stdout, stderr] = ['', ''];
  const exitCode = await command(args, { out: async (text) => void (stdout += text), err: async (text) => void (stderr += text), cwd: dir, env: {} });
  return { exitCode, stdout, stderr };
}

test('trains from folders, twice the same, and the model scores', async () => {
  for (let i = 0; i < 24; i++) {
    for (const [kind, words] of [['ham', 'meeting report agenda thanks'], ['spam', 'casino lottery winner pills']] as const) {
      await mkdir(join(dir, kind, `from${i % 2}`), { recursive: true });
      await writeFile(join(dir, kind, `from${i % 2}`, `${i}.eml`), input({ header: { Subject: words.split(' ')[i % 4] ?? '' }, body: `Dear all ${i}, ${words} and more of ${words.split(' ')[(i + 1) % 4]}\n` }).bytes);
    }
  }
  const trained = await run(trainCommand, '--spam', 'spam', '--ham', 'ham', '--out', 'one.model', '--seed', '5');
  expect(trained).toMatchObject({ exitCode: 0, stderr: '' });
  expect(JSON.parse(trained.stdout)).toMatchObject({ file: 'one.model', wanted: 24, unwanted: 24, folds: expect.any(Number) });
  expect((await run(trainCommand, '--spam', 'spam', '--ham', 'ham', '--out', 'two.model', '--seed', '5')).exitCode).toBe(0);
  expect((await readFile(join(dir, 'one.model'))).equals(await readFile(join(dir, 'two.model')))).toBe(true);
  const scored = await run(scoreCommand as typeof trainCommand, '--jsonl', '--model', 'one.model', 'spam/from0/0.eml', 'ham/from0/0.eml');
  const [spam, ham] = scored.stdout.trim().split('\n').map((line) => JSON.parse(line) as { score: number; model: string });
  expect(spam?.score).toBeGreaterThan(ham?.score ?? 1);
  expect(spam?.model).toMatch(/^own-/);
}, 60_000); // Two models are trained.

test('says what is missing', async () => {
  expect(await run(trainCommand, '--spam', 'spam')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--ham') });
  expect(await run(trainCommand, '--spam', 'nowhere', '--ham', 'ham', '--out', 'x')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('wanted and unwanted') });
  expect(await run(trainCommand, '--frobnicate')).toMatchObject({ exitCode: 2 });
  expect((await run(trainCommand, '--help')).exitCode).toBe(0);
});
