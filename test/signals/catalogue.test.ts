import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WEIGHTS } from '../../src/scoring/heuristic-weights.ts';
import { catalogue, families } from '../../src/signals/catalogue.ts';
import { signalsPage } from '../../src/signals/doc.ts';
import { gatherOffline } from '../support/signal-mail.ts';

const root = join(__dirname, '../..');
const names = catalogue.flatMap(({ describes }) => describes.map(({ name }) => name));

test.each(catalogue.map(({ family }) => family))('%s: rule, test and page stand together', (family) => {
  expect(existsSync(join(root, `src/signals/${family}.ts`))).toBe(true);
  expect(existsSync(join(root, `test/signals/${family}.test.ts`))).toBe(true);
  expect(readFileSync(join(root, 'docs/signals.md'), 'utf8')).toContain(`\n## ${family}\n`);
});

test('docs/signals.md is fresh (node scripts/signals-doc.ts)', () => {
  expect(readFileSync(join(root, 'docs/signals.md'), 'utf8')).toBe(signalsPage(catalogue));
});

test('every name is unique, and every meaning a sentence', () => {
  expect(new Set(names).size).toBe(names.length);
  for (const { describes } of catalogue) for (const { name, meaning } of describes) expect([name, meaning]).toEqual([expect.stringMatching(/^[a-z0-9-]+$/), expect.stringMatching(/^[A-Z].*\.$/)]);
});

test('what is gathered is what is described, in every state', async () => {
  const { signals } = await gatherOffline();
  expect(signals.map(({ name }) => name).sort()).toEqual([...names].sort());
});

test('an everyday letter has nothing odd about it', async () => {
  const { signals } = await gatherOffline();
  const present = signals.filter(({ state }) => state === 'present').map(({ name }) => name);
  expect(present.sort()).toEqual(['link-none', 'mailer-missing']);
});

test('every weight is of a signal that exists, once for each value', () => {
  for (const { signal } of WEIGHTS) expect(names).toContain(signal);
  const keys = WEIGHTS.map(({ signal, value }) => `${signal}=${value}`);
  expect(new Set(keys).size).toBe(keys.length);
});

test('families have files of their own name', () => expect(families.map(({ name }) => name)).toEqual(catalogue.slice(1, 1 + families.length).map(({ family }) => family)));
