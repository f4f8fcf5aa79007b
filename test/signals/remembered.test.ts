import { checkMailFrom } from '../../src/signals/spf.ts';
import { Lookups, type Asker, type Question } from '../../src/signals/lookups.ts';
import { Remembered } from '../../src/signals/remembered.ts';
import type { DnsAnswer, RecordType, Resolver } from '../../src/platform/resolver.ts';
import { envelope } from '../support/envelope.ts';

/** A resolver whose answers stay the same objects until they are replaced, as those of a cache do. */
class Cache implements Resolver {
  readonly answers = new Map<string, DnsAnswer>();
  asked = 0;

  says(name: string, text: string): this {
    this.answers.set(`${name} TXT`, { state: 'answer', records: [[text]], ttlSeconds: 300 });
    return this;
  }

  async resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
    this.asked++;
    return (this.answers.get(`${name} ${type}`) ?? { state: 'absent' }) as DnsAnswer<T>;
  }
}

async function withAsker<T>(resolver: Resolver, run: (asker: Asker) => Promise<T>): Promise<T> {
  const lookups = new Lookups(resolver, 1000);
  try {
    return await run(lookups.asker());
  } finally {
    lookups.close();
  }
}

describe('an outcome', () => {
  async function runs(cache: Cache, remembered: Remembered<number>, key = 'k', mayKeep?: (questions: readonly Question[]) => boolean): Promise<number> {
    let judged = 0;
    await withAsker(cache, async (asker) => remembered.recall(key, asker, async () => {
      judged++;
      await asker.resolve('example.net', 'TXT').catch(() => undefined);
      return 1;
    }, mayKeep));
    return judged;
  }

  test('is kept while the DNS says the same, and every question is asked all the same', async () => {
    const cache = new Cache().says('example.net', 'a');
    const remembered = new Remembered<number>();
    expect([await runs(cache, remembered), await runs(cache, remembered), await runs(cache, remembered, 'other')]).toEqual([1, 0, 1]);
    expect(cache.asked).toBe(3);
    cache.says('example.net', 'a'); // the record lived out its time and came anew
    expect([await runs(cache, remembered), await runs(cache, remembered)]).toEqual([1, 0]);
  });

  test('is not kept where a question failed, or where the check says so', async () => {
    const failing = new Cache();
    failing.answers.set('example.net TXT', { state: 'servfail' });
    const remembered = new Remembered<number>();
    expect([await runs(failing, remembered), await runs(failing, remembered)]).toEqual([1, 1]);
    const cache = new Cache().says('example.net', 'a');
    expect([await runs(cache, remembered, 'k', () => false), await runs(cache, remembered)]).toEqual([1, 1]);
  });
});

describe('SPF', () => {
  const ask = (cache: Cache, sender: string, ip = '192.0.2.1') => withAsker(cache, async (asker) => checkMailFrom(envelope({ sender, ip }), asker));

  test('the same for everybody at a domain, another for another client', async () => {
    const cache = new Cache().says('example.net', 'v=spf1 ip4:192.0.2.1 -all');
    const [anna, bob] = [await ask(cache, 'anna@example.net'), await ask(cache, 'bob@example.net')];
    expect(bob).toBe(anna);
    expect((await ask(cache, 'anna@example.net', '192.0.2.9')).result).toBe('fail');
    cache.says('example.net', 'v=spf1 -all');
    expect((await ask(cache, 'anna@example.net')).result).toBe('fail');
  });

  test('a record that looks at the local part is judged for each', async () => {
    const cache = new Cache().says('example.net', 'v=spf1 exists:%{l}.users.example.net -all');
    cache.answers.set('anna.users.example.net A', { state: 'answer', records: ['127.0.0.2'], ttlSeconds: 300 });
    expect((await ask(cache, 'anna@example.net')).result).toBe('pass');
    expect((await ask(cache, 'bob@example.net')).result).toBe('fail');
    expect((await ask(cache, 'anna@example.net')).result).toBe('pass');
  });
});
