import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { review } from '../../src/message/limits.ts';
import { Throttle } from '../../src/review/throttle.ts';

function load(text: string, env: Record<string, string> = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'usher-config-'));
  try {
    writeFileSync(join(dir, 'usher.yaml'), text);
    return loadConfig('usher.yaml', env, dir);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

test('operators and delegates are compared as addresses', () => {
  const { config } = load('operators: [Root@Example.com]\ndelegates: {Info@Example.com: [Anna@example.com, boris@EXAMPLE.com]}\n');
  expect(config).toMatchObject({ operators: ['root@example.com'], delegates: { 'info@example.com': ['anna@example.com', 'boris@example.com'] } });
  expect(load('{}').config).toMatchObject({ operators: [], delegates: {} });
  expect(load('{}', { USHER_OPERATORS: 'a@example.com, b@example.com' }).config?.operators).toEqual(['a@example.com', 'b@example.com']);
});

test.each([['operators: [root]', '"root" is not an e-mail address'], ['operators: root@example.com', 'operators'], ['delegates: {info: [a@example.com]}', 'delegates'], ['delegates: {info@example.com: a@example.com}', 'delegates']])('%s is a problem', (text, said) => {
  const { config, problems } = load(`${text}\n`);
  expect(config).toBeNull();
  expect(problems.join()).toContain(said);
});

describe('a throttle', () => {
  let now = 0;
  const clock = { now: () => now };

  test('counts a network as one client, and forgets after its window', () => {
    const throttle = new Throttle(clock, 2);
    expect([throttle.allows('192.0.2.1'), throttle.allows('192.0.2.77'), throttle.allows('192.0.2.3')]).toEqual([true, true, false]);
    expect([throttle.allows('192.0.3.1'), throttle.allows('::ffff:192.0.2.9'), throttle.allows('2001:db8::1'), throttle.allows('2001:db8::2'), throttle.allows('2001:db8::3'), throttle.allows('')]).toEqual([true, false, true, true, false, true]);
    now += review.attemptsWindowMs;
    expect(throttle.allows('192.0.2.1')).toBe(true);
  });

  test('stays small however many come', () => {
    const throttle = new Throttle(clock, 1);
    for (let i = 0; i <= review.clientsRememberedMax; i++) throttle.allows(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    for (let i = 0; i < review.clientsRememberedMax; i++) throttle.allows(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`);
    expect(throttle.allows('10.0.0.1')).toBe(true); // Forgotten for those who came later.
  });
});
