import type { DnsAnswer, RecordType, Resolver } from '../../src/platform/resolver.ts';
import { Lookups } from '../../src/signals/lookups.ts';
import { checkMailFrom } from '../../src/signals/spf.ts';
import { envelope } from '../support/envelope.ts';
import { describeVectors } from '../support/vectors.ts';

type ZoneEntry = 'TIMEOUT' | Readonly<Record<string, string | string[] | [number, string]>>;
interface SpfCase {
  readonly group: string;
  readonly name: string;
  readonly helo: string;
  readonly ip: string;
  readonly mailfrom: string;
  readonly expect: readonly string[];
  readonly explanation: string | null;
}
interface SpfVectors {
  readonly zonedata: Readonly<Record<string, Readonly<Record<string, readonly ZoneEntry[]>>>>;
  readonly cases: readonly SpfCase[];
}

/** The suite's zones: SPF records stand for TXT where there is no TXT; `TIMEOUT` answers whatever the table has not. */
function suiteResolver(zone: Readonly<Record<string, readonly ZoneEntry[]>>): Resolver {
  const table = new Map(Object.entries(zone).map(([name, entries]) => [name.toLowerCase(), entries]));
  const find = (name: string, type: string, depth: number): DnsAnswer => {
    const entries = table.get(name.toLowerCase().replace(/\.$/, ''));
    if (entries === undefined) return { state: 'absent' };
    const records = entries.filter((entry) => entry !== 'TIMEOUT');
    const hasTxt = records.some((entry) => 'TXT' in entry);
    const wanted = type === 'TXT' && !hasTxt ? 'SPF' : type;
    const found = records.filter((entry) => wanted in entry).map((entry) => entry[wanted]).filter((value) => value !== 'NONE');
    if (found.length > 0) return { state: 'answer', records: found.map((value) => toRecord(type, value)) as never, ttlSeconds: 60 };
    const alias = records.find((entry) => 'CNAME' in entry)?.['CNAME'];
    if (typeof alias === 'string' && depth < 5) return find(alias, type, depth + 1);
    if (entries.includes('TIMEOUT')) return { state: 'timeout' };
    return { state: 'empty' };
  };
  return { resolve: async <T extends RecordType>(name: string, type: T) => find(name, type, 0) as DnsAnswer<T> };
}

function toRecord(type: string, value: unknown): unknown {
  if (type === 'TXT') return Array.isArray(value) ? value : [value];
  if (type === 'MX' && Array.isArray(value)) return { priority: value[0], exchange: value[1] };
  return value;
}

describeVectors<SpfVectors>('RFC 7208 test suite', 'spf-rfc7208-tests.json', (suite) => {
  test('has all its cases', () => expect(suite.cases).toHaveLength(203));

  test.each(suite.cases.map((item) => [`${item.group}: ${item.name}`, item] as const))('%s', async (_title, item) => {
    const lookups = new Lookups(suiteResolver(suite.zonedata[item.group] ?? {}), 5000);
    const outcome = await checkMailFrom(envelope({ ip: item.ip, helo: item.helo, sender: item.mailfrom }), lookups.asker());
    lookups.close();
    expect(item.expect).toContain(outcome.result);
    // DEFAULT is the receiver's own text. Case: the suite writes the hexadecimal digits of %{ir} in capitals, the library
    // in small letters; DNS names know no difference (RFC 7208 section 7.3 leaves it open).
    if (item.explanation !== null && item.explanation !== 'DEFAULT') expect(outcome.explanation?.toLowerCase()).toBe(item.explanation.toLowerCase());
  });
});
