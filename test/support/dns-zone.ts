/** A DNS zone as a table, for tests. A name that is not in it is absent; the others say what happens. */
import type { DnsAnswer, DnsFailure, RecordType, RecordTypes, Resolver } from '../../src/platform/resolver.ts';

export type ZoneRecords = { readonly [T in RecordType]?: readonly (RecordTypes[T] | string)[] | DnsFailure | 'empty' | 'absent' };

/** Name (any case, no final dot) to its records, or to what happens whatever is asked. */
export type Zone = Readonly<Record<string, ZoneRecords | DnsFailure | 'empty'>>;

/**
 * @param zone e.g. `{'example.com': {TXT: ['v=spf1 -all'], MX: 'empty'}, 'slow.example': 'timeout'}`
 * @returns a resolver that also lists what it was asked, as `name type`
 */
export function zoneResolver(zone: Zone): Resolver & { readonly asked: string[] } {
  const table = new Map(Object.entries(zone).map(([name, records]) => [name.toLowerCase(), records]));
  const asked: string[] = [];
  return {
    asked,
    async resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
      asked.push(`${name} ${type}`);
      const entry = table.get(name.toLowerCase().replace(/\.$/, ''));
      if (entry === undefined) return { state: 'absent' };
      if (typeof entry === 'string') return { state: entry };
      const records = entry[type] as readonly (RecordTypes[T] | string)[] | DnsFailure | 'empty' | 'absent' | undefined;
      if (records === undefined) return { state: 'empty' };
      if (typeof records === 'string') return { state: records };
      const typed = records.map((record) => (type === 'TXT' && typeof record === 'string' ? [record] : record));
      return { state: 'answer', records: typed as RecordTypes[T][], ttlSeconds: 300 };
    },
  };
}

/** Never answers: what a deadline is for. */
export const silentResolver: Resolver = { resolve: () => new Promise(() => {}) };
