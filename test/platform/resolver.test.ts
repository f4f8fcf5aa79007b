import { createSocket } from 'node:dgram';
import { answerOfError, dnsResolver, offlineResolver } from '../../src/platform/resolver.ts';
import { CachedResolver } from '../../src/platform/resolver-cache.ts';
import type { DnsAnswer, RecordType, Resolver } from '../../src/platform/resolver.ts';

const failing = (code: string) => answerOfError(Object.assign(new Error(code), { code })).state;

test.each([
  ['ENOTFOUND', 'absent'], ['ENODATA', 'empty'], ['EBADNAME', 'absent'], ['ESERVFAIL', 'servfail'], ['ETIMEOUT', 'timeout'],
  ['ECANCELLED', 'timeout'], ['EREFUSED', 'refused'], ['ECONNREFUSED', 'refused'], ['EFORMERR', 'servfail'], ['whatever', 'servfail'],
])('%s means %s', (code, state) => expect(failing(code)).toBe(state));

test('without a network everything is unknown, not absent', async () => {
  expect(await offlineResolver.resolve('example.com', 'A')).toEqual({ state: 'offline' });
});

/** A name server on the loopback that answers with the given RCODE and no records (or never). */
async function withServer(rcode: number | null, run: (address: string) => Promise<void>): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    if (rcode === null) return;
    const reply = Buffer.from(query);
    reply[2] = 0x84; // response, authoritative
    reply[3] = rcode;
    socket.send(reply, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  try {
    await run(`127.0.0.1:${socket.address().port}`);
  } finally {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}

test.each([[0, 'empty'], [2, 'servfail'], [3, 'absent'], [5, 'refused'], [null, 'timeout']])('a name server that answers %s: %s', async (rcode, state) => {
  await withServer(rcode as number | null, async (address) => {
    const answer = await dnsResolver([address], 100).resolve('example.com', 'TXT');
    // c-ares asks elsewhere after REFUSED and SERVFAIL and may report either.
    expect(state === 'refused' ? ['refused', 'servfail'] : [state]).toContain(answer.state);
  });
});

describe('cache', () => {
  const answers: Record<string, DnsAnswer> = {
    'short A': { state: 'answer', records: ['192.0.2.1'], ttlSeconds: 1 },
    'long A': { state: 'answer', records: ['192.0.2.2'], ttlSeconds: 1_000_000 },
    'large A': { state: 'answer', records: ['x'.repeat(101)], ttlSeconds: 300 },
    'none A': { state: 'absent' },
    'broken A': { state: 'servfail' },
  };
  const bounds = { cacheEntriesMax: 3, cacheEntryMaxBytes: 100, cacheMinSeconds: 30, cacheMaxSeconds: 3600, negativeCacheSeconds: 60, failureCacheSeconds: 10 };

  function setUp() {
    let now = 1000;
    const asked: string[] = [];
    const inner: Resolver = {
      resolve: async <T extends RecordType>(name: string, type: T) => {
        asked.push(name);
        return (answers[`${name.toLowerCase()} ${type}`] ?? { state: 'empty' }) as DnsAnswer<T>;
      },
    };
    const cache = new CachedResolver(inner, { now: () => now }, bounds);
    return { asked, cache, wait: (seconds: number) => { now += seconds * 1000; } };
  }

  test.each([['short', 30], ['long', 3600], ['none', 60], ['broken', 10], ['other', 60]])('%s is kept for %d seconds', async (name, seconds) => {
    const { asked, cache, wait } = setUp();
    await cache.resolve(name, 'A');
    wait(seconds - 1);
    await cache.resolve(name.toUpperCase(), 'A');
    expect(asked).toHaveLength(1);
    wait(1);
    await cache.resolve(name, 'A');
    expect(asked).toHaveLength(2);
  });

  test('one question is under way once', async () => {
    const { asked, cache } = setUp();
    const both = await Promise.all([cache.resolve('long', 'A'), cache.resolve('long', 'A')]);
    expect(asked).toEqual(['long']);
    expect(both[0]).toBe(both[1]);
  });

  test('is bounded; what was used last stays', async () => {
    const { asked, cache } = setUp();
    for (const name of ['a', 'b', 'c', 'a', 'd']) await cache.resolve(name, 'A');
    expect(cache.size).toBe(3);
    await cache.resolve('a', 'A');
    await cache.resolve('b', 'A');
    expect(asked).toEqual(['a', 'b', 'c', 'd', 'b']);
  });

  test('a large answer is given, and not kept', async () => {
    const { asked, cache } = setUp();
    expect((await cache.resolve('large', 'A')).state).toBe('answer');
    await cache.resolve('large', 'A');
    expect([asked.length, cache.size]).toEqual([2, 0]);
  });

  test('types do not mix', async () => {
    const { cache } = setUp();
    expect((await cache.resolve('long', 'A')).state).toBe('answer');
    expect((await cache.resolve('long', 'TXT')).state).toBe('empty');
  });
});

test('a cache says what it knows without asking, and nothing while the question is under way', async () => {
  let now = 0;
  const { promise, resolve } = Promise.withResolvers<DnsAnswer>();
  const cache = new CachedResolver({ resolve: (() => promise) as Resolver['resolve'] }, { now: () => now });
  expect(cache.known('example.com', 'TXT')).toBeNull();
  const asked = cache.resolve('example.com', 'TXT');
  expect(cache.known('example.com', 'TXT')).toBeNull();
  const answer: DnsAnswer = { state: 'answer', records: [['x']], ttlSeconds: 60 };
  resolve(answer);
  await asked;
  await new Promise((settled) => setImmediate(settled));
  expect(cache.known('EXAMPLE.com', 'TXT')).toBe(answer);
  expect(cache.known('example.com', 'A')).toBeNull();
  now = 61_000;
  expect(cache.known('example.com', 'TXT')).toBeNull();
});
