import { Lookups } from '../../src/signals/lookups.ts';
import type { Resolver } from '../../src/platform/resolver.ts';
import { silentResolver, zoneResolver } from '../support/dns-zone.ts';

const zone = { 'example.net': { TXT: ['v=spf1 -all'], MX: [{ exchange: 'mx.example.net', priority: 10 }], A: ['192.0.2.1'] }, 'slow.example': 'timeout', 'broken.example': 'servfail', 'closed.example': 'refused', 'quiet.example': 'empty' } as const;

test.each([['nowhere.example', 'ENOTFOUND'], ['quiet.example', 'ENODATA'], ['slow.example', 'ETIMEOUT'], ['broken.example', 'ESERVFAIL'], ['closed.example', 'EREFUSED']])('%s: %s, as node:dns would say', async (name, code) => {
  const lookups = new Lookups(zoneResolver(zone), 1000);
  await expect(lookups.asker().resolve(name, 'TXT')).rejects.toMatchObject({ code });
  lookups.close();
});

test('an asker remembers its first failure; absence is none', async () => {
  const lookups = new Lookups(zoneResolver(zone), 1000);
  const [asker, other] = [lookups.asker(), lookups.asker()];
  for (const name of ['nowhere.example', 'quiet.example', 'slow.example', 'broken.example']) await expect(asker.resolve(name, 'A')).rejects.toThrow('DNS');
  expect([asker.failure(), other.failure()]).toEqual(['timeout', null]);
  lookups.close();
});

test('a question goes out once, and lists are copies', async () => {
  const resolver = zoneResolver(zone);
  const lookups = new Lookups(resolver, 1000);
  lookups.prefetch('example.net', 'TXT');
  const [first, second] = await Promise.all([lookups.asker().resolve('example.net', 'TXT'), lookups.asker().resolve('EXAMPLE.net', 'TXT')]);
  expect(resolver.asked).toEqual(['example.net TXT']);
  expect(first).toEqual([['v=spf1 -all']]);
  expect(first).not.toBe(second);
  lookups.close();
});

test('the record says what was answered', async () => {
  const lookups = new Lookups(zoneResolver(zone), 1000);
  for (const [name, type] of [['example.net', 'MX'], ['example.net', 'A'], ['slow.example', 'TXT'], ['nowhere.example', 'A']] as const) await lookups.resolve(name, type);
  expect(lookups.record()).toEqual({ 'example.net MX': '10 mx.example.net', 'example.net A': '192.0.2.1', 'slow.example TXT': '!timeout', 'nowhere.example A': '!absent' });
  lookups.close();
});

test('past the deadline everything is a time-out at once, and nobody is asked', async () => {
  const lookups = new Lookups(silentResolver, 20);
  expect(await lookups.resolve('example.net', 'A')).toEqual({ state: 'timeout' });
  expect(await lookups.resolve('example.org', 'A')).toEqual({ state: 'timeout' });
  lookups.close();
});

test('a prefetch that fails is no unhandled rejection; who asks sees it', async () => {
  const broken: Resolver = { resolve: () => Promise.reject(new Error('boom')) };
  const lookups = new Lookups(broken, 1000);
  lookups.prefetch('example.net', 'A');
  await new Promise((resolve) => setImmediate(resolve));
  await expect(lookups.resolve('example.net', 'A')).rejects.toThrow('boom');
  lookups.close();
});

test('what is known without asking is told at once, and written down', async () => {
  const answer = { state: 'answer', records: [['v=spf1 -all']], ttlSeconds: 60 } as const;
  const never = { resolve: () => new Promise(() => {}), known: (name: string) => (name === 'example.com' ? answer : null) } as unknown as Resolver;
  const lookups = new Lookups(never, 5000);
  expect(lookups.asker().known('other.example', 'TXT')).toBeNull();
  expect(lookups.asker().known('Example.com', 'TXT')).toBeNull();
  expect(lookups.asker().known('example.com', 'TXT')).toBe(answer);
  await expect(lookups.resolve('example.com', 'TXT')).resolves.toBe(answer);
  expect(lookups.record()).toEqual({ 'example.com TXT': 'v=spf1 -all' });
  lookups.close();
});

test('past the deadline nothing is known any more', async () => {
  const lookups = new Lookups({ resolve: () => new Promise(() => {}), known: () => ({ state: 'absent' }) } as unknown as Resolver, 0);
  await expect(lookups.resolve('example.com', 'TXT')).resolves.toEqual({ state: 'timeout' });
  lookups.close();
});
