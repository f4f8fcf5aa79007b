/**
 * The DNS as a value that tests replace. An answer says which of six things happened: they mean different things to
 * SPF, DKIM and DMARC, and "no answer" is never "nothing published".
 */
import { promises as dnsPromises } from 'node:dns';
import { dns as bounds } from '../message/limits.ts';

/** What a record of each type looks like. TXT: its character-strings, to be joined (RFC 7208 section 3.3). */
export interface RecordTypes {
  readonly A: string;
  readonly AAAA: string;
  readonly PTR: string;
  readonly CNAME: string;
  readonly TXT: readonly string[];
  readonly MX: { readonly exchange: string; readonly priority: number };
}
export type RecordType = keyof RecordTypes;

/** Why the DNS could not say: a server failed, nobody answered in time, a server would not answer, or we are offline. */
export type DnsFailure = 'servfail' | 'timeout' | 'refused' | 'offline';

export type DnsAnswer<T extends RecordType = RecordType> =
  | { readonly state: 'answer'; readonly records: readonly RecordTypes[T][]; readonly ttlSeconds: number }
  /** NXDOMAIN: the name does not exist. */
  | { readonly state: 'absent' }
  /** NODATA: the name exists, without records of this type. */
  | { readonly state: 'empty' }
  | { readonly state: DnsFailure };

/** Never rejects: what goes wrong is an answer. */
export interface Resolver {
  resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>>;
  /** The answer, where it is known without asking; null otherwise. */
  known?<T extends RecordType>(name: string, type: T): DnsAnswer<T> | null;
}

/** Knows that it cannot ask: for the command line. Everything is unknown(offline). */
export const offlineResolver: Resolver = { resolve: async () => OFFLINE, known: () => OFFLINE };
const OFFLINE = Object.freeze({ state: 'offline' } as const);

const STATES: Readonly<Record<string, 'absent' | 'empty' | DnsFailure>> = {
  ENOTFOUND: 'absent',
  ENODATA: 'empty',
  // A name that no zone can hold (a label beyond 63 octets, RFC 1035 section 2.3.4).
  EBADNAME: 'absent',
  ESERVFAIL: 'servfail',
  ETIMEOUT: 'timeout',
  ECANCELLED: 'timeout',
  EREFUSED: 'refused',
  ECONNREFUSED: 'refused',
};

/** Maps an error of node:dns to an answer; codes that are neither absence nor a time-out count as a server's failure. */
export function answerOfError(error: unknown): { readonly state: 'absent' | 'empty' | DnsFailure } {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return { state: STATES[code] ?? 'servfail' };
}

/**
 * Asks the system's name servers, or those given.
 * @param servers `address` or `address:port`; empty: the system's
 */
export function dnsResolver(servers: readonly string[] = [], timeoutMs: number = bounds.queryTimeoutMs): Resolver {
  const resolver = new dnsPromises.Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
      try {
        return await ask(resolver, name, type);
      } catch (error) {
        return answerOfError(error);
      }
    },
  };
}

async function ask<T extends RecordType>(resolver: dnsPromises.Resolver, name: string, type: T): Promise<DnsAnswer<T>> {
  if (type === 'A' || type === 'AAAA') {
    const found = type === 'A' ? await resolver.resolve4(name, { ttl: true }) : await resolver.resolve6(name, { ttl: true });
    if (found.length === 0) return { state: 'empty' };
    const ttlSeconds = Math.min(...found.map((record) => record.ttl));
    return { state: 'answer', records: found.map((record) => record.address) as unknown as RecordTypes[T][], ttlSeconds };
  }
  const records = (await resolver.resolve(name, type)) as unknown as RecordTypes[T][];
  // Node tells the TTL of addresses only.
  return records.length === 0 ? { state: 'empty' } : { state: 'answer', records, ttlSeconds: bounds.assumedTtlSeconds };
}
