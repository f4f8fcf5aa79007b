import { clamdScanner } from '../../src/platform/clamd.ts';
import { gather } from '../../src/signals/gather.ts';
import { probesOf } from '../../src/signals/probes.ts';
import { scannerProbe } from '../../src/signals/scanner.ts';
import { offlineResolver } from '../../src/platform/resolver.ts';
import { fakeClamd } from '../support/fake-clamd.ts';
import type { Mood } from '../support/fake-clamd.ts';
import { answersOf } from '../support/probes.ts';
import { input } from '../support/signal-mail.ts';

async function withClamd<T>(mood: Mood, use: (clamd: Awaited<ReturnType<typeof fakeClamd>>) => Promise<T>): Promise<T> {
  const clamd = await fakeClamd(mood);
  try {
    return await use(clamd);
  } finally {
    await clamd.close();
  }
}

test('no scanner is configured', async () => expect(await answersOf(scannerProbe(null), input())).toEqual({}));

test.each<[string, unknown]>([['hello', {}], ['HARMFUL', { virus: 'Test.Harmful' }], ['ADVERT', { 'virus-suspected': 'PUA.Advert' }]])('%s', async (body, expected) => {
  await withClamd('well', async ({ address, scanned }) => {
    const mail = input({ body });
    expect(await answersOf(scannerProbe(clamdScanner(address)), mail)).toEqual(expected);
    expect(scanned).toEqual([mail.bytes]);
  });
});

test('a message of several chunks arrives whole', async () => {
  await withClamd('well', async ({ address, scanned }) => {
    const bytes = Buffer.alloc(700_000, 'abcdefg');
    expect(await clamdScanner(address).scan(bytes)).toEqual({ state: 'clean' });
    expect(scanned[0]?.equals(bytes)).toBe(true);
  });
});

test.each<[Mood, string]>([['silent', 'scanner-down'], ['closes', 'scanner-down'], ['babbles', 'scanner-down'], ['too-large', 'too-large']])('a scanner that is %s: unknown(%s), and policies see it', async (mood, reason) => {
  await withClamd(mood, async ({ address }) => {
    const why: string[] = [];
    const scanner = clamdScanner(address, { timeoutMs: 200, failed: (each) => why.push(each) });
    const { signals, unopened } = await gather(input(), offlineResolver, 1000, probesOf({ trustedSealers: [], lists: [], history: null, scanner }));
    expect(signals.find(({ name }) => name === 'virus')).toEqual({ name: 'virus', state: 'unknown', reason });
    expect(unopened).toEqual([{ reason, path: '' }]);
    expect(why).toHaveLength(mood === 'too-large' ? 0 : 1);
  });
});

test('nobody listens', async () => {
  const { address } = await withClamd('well', async (clamd) => clamd);
  expect(await clamdScanner(address, { timeoutMs: 500 }).scan(Buffer.from('x'))).toEqual({ state: 'unknown', reason: 'scanner-down' });
  expect(await clamdScanner({ path: '/nonexistent/clamd.sock' }).scan(Buffer.from('x'))).toEqual({ state: 'unknown', reason: 'scanner-down' });
});

test('larger than the scanner takes: not sent', async () => {
  expect(await clamdScanner({ path: '/nonexistent/clamd.sock' }, { messageMaxBytes: 10 }).scan(Buffer.alloc(11))).toEqual({ state: 'unknown', reason: 'too-large' });
});

test('no more connections than allowed; who waits too long gives up', async () => {
  await withClamd('one-at-a-time', async ({ address, busiest }) => {
    const scanner = clamdScanner(address, { connectionsMax: 2, timeoutMs: 5000 });
    const results = await Promise.all(Array.from({ length: 6 }, () => scanner.scan(Buffer.from('x'))));
    expect(results.every(({ state }) => state === 'clean')).toBe(true);
    expect(busiest()).toBe(2);
  });
  await withClamd('silent', async ({ address }) => {
    const scanner = clamdScanner(address, { connectionsMax: 1, timeoutMs: 100 });
    expect(await Promise.all([scanner.scan(Buffer.from('x')), scanner.scan(Buffer.from('y'))])).toEqual([{ state: 'unknown', reason: 'scanner-down' }, { state: 'unknown', reason: 'scanner-down' }]);
  });
});
