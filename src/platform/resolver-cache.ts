/** A cache in front of a resolver: bounded in size and time, one question asked once at a time. */
import { dns as bounds } from '../message/limits.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { DnsAnswer, RecordType, Resolver } from './resolver.ts';

interface Entry {
  readonly answer: Promise<DnsAnswer>;
  /** null while the question is under way. */
  settled: DnsAnswer | null;
  /** Milliseconds since 1970; Infinity while the question is under way. */
  expiresAt: number;
}

export interface CacheBounds {
  readonly cacheEntriesMax: number;
  readonly cacheEntryMaxBytes: number;
  readonly cacheMinSeconds: number;
  readonly cacheMaxSeconds: number;
  readonly negativeCacheSeconds: number;
  readonly failureCacheSeconds: number;
}

/** Positive answers live for their TTL within bounds, absent ones and failures shortly (RFC 2308 sections 5 and 7). */
export class CachedResolver implements Resolver {
  readonly #inner: Resolver;
  readonly #clock: Clock;
  readonly #bounds: CacheBounds;
  // A Map keeps the order of insertion: the first key is the one not used for longest.
  readonly #entries = new Map<string, Entry>();

  constructor(inner: Resolver, clock: Clock = systemClock, cacheBounds: CacheBounds = bounds) {
    this.#inner = inner;
    this.#clock = clock;
    this.#bounds = cacheBounds;
  }

  get size(): number {
    return this.#entries.size;
  }

  resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
    const key = `${type} ${name.toLowerCase()}`;
    const known = this.#recent(key);
    if (known !== null) return known.answer as Promise<DnsAnswer<T>>;
    const answer = this.#inner.resolve(name, type);
    const entry: Entry = { answer: answer as Promise<DnsAnswer>, settled: null, expiresAt: Infinity };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#evict();
    void this.#settle(key, entry);
    return answer;
  }

  known<T extends RecordType>(name: string, type: T): DnsAnswer<T> | null {
    return (this.#recent(`${type} ${name.toLowerCase()}`)?.settled ?? null) as DnsAnswer<T> | null;
  }

  #recent(key: string): Entry | null {
    const known = this.#entries.get(key);
    if (known === undefined || known.expiresAt <= this.#clock.now()) return null;
    // Until room grows scarce nothing is forgotten, so nobody has to know what was used last.
    if (this.#entries.size * 2 > this.#bounds.cacheEntriesMax) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
    }
    return known;
  }

  async #settle(key: string, entry: Entry): Promise<void> {
    try {
      const answer = await entry.answer;
      // Whoever owns a name decides how long its records are: they must not fill our memory.
      if (sizeOf(answer) > this.#bounds.cacheEntryMaxBytes) this.#forget(key, entry);
      else {
        entry.settled = answer;
        entry.expiresAt = this.#clock.now() + this.#lifetimeSeconds(answer) * 1000;
      }
    } catch {
      // A resolver must not reject; should one, whoever asked gets the rejection and the next one asks anew.
      this.#forget(key, entry);
    }
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  #lifetimeSeconds(answer: DnsAnswer): number {
    const { cacheMinSeconds, cacheMaxSeconds, negativeCacheSeconds, failureCacheSeconds } = this.#bounds;
    if (answer.state === 'answer') return Math.min(Math.max(answer.ttlSeconds, cacheMinSeconds), cacheMaxSeconds);
    return answer.state === 'absent' || answer.state === 'empty' ? negativeCacheSeconds : failureCacheSeconds;
  }

  #evict(): void {
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#bounds.cacheEntriesMax) return;
      this.#entries.delete(oldest);
    }
  }
}

/** About what the records of an answer take, in bytes. */
function sizeOf(answer: DnsAnswer): number {
  if (answer.state !== 'answer') return 0;
  const lengthOf = (record: (typeof answer.records)[number]): number =>
    typeof record === 'string' ? record.length : 'exchange' in record ? record.exchange.length : record.reduce((sum, text) => sum + text.length, 0);
  return answer.records.reduce((sum, record) => sum + lengthOf(record), 0);
}
