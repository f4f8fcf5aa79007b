/** One list in the DNS (RFC 5782): how it is asked, what its answers mean, and when it is not worth asking. */
import { dnsLists as bounds } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { DnsAnswer } from '../platform/resolver.ts';
import type { Lookups } from './lookups.ts';

/** How much being listed says; `welcome` is for lists of senders with a good name. */
export type Strength = 'slight' | 'clear' | 'strong' | 'welcome';

export interface ListCode {
  /** `127.0.0.2`, a range of the last number `127.0.0.4-7`, or `&8`: a bit of the last number. */
  readonly code: string;
  readonly meaning: string;
  readonly strength: Strength;
}

/** As the operator wrote it (`dns-lists:`). */
export interface DnsListConfig {
  readonly zone: string;
  readonly kind: 'ip' | 'domain';
  /** Empty: every code from 127.0.0.2 on is clear. */
  readonly codes: readonly ListCode[];
}

export type Listing =
  | { readonly state: 'listed'; readonly zone: string; readonly meaning: string; readonly strength: Strength }
  | { readonly state: 'not-listed' }
  | { readonly state: 'unknown'; readonly reason: string };

const NOT_LISTED: Listing = { state: 'not-listed' };
const unknown = (reason: string): Listing => ({ state: 'unknown', reason });

/** Gives up on a list that answers for what no list may hold, with addresses outside 127/8, with a refusal, or not at all. */
export class DnsList {
  readonly config: DnsListConfig;
  readonly #clock: Clock;
  readonly #log: Pick<Log, 'warn'>;
  #pausedUntil = 0;
  #pausedFor = '';
  #failures = 0;
  #testedAt = Number.NEGATIVE_INFINITY;

  constructor(config: DnsListConfig, clock: Clock, log: Pick<Log, 'warn'>) {
    this.config = config;
    this.#clock = clock;
    this.#log = log;
  }

  /** @param key what is looked for, in front of the zone: an address backwards, or a domain */
  async ask(key: string, lookups: Lookups): Promise<Listing> {
    if (this.#clock.now() < this.#pausedUntil) return unknown(this.#pausedFor);
    const [answer] = await Promise.all([this.#question(key, lookups), this.#test(lookups)]);
    // The test, or another message's answer, may have shown by now that the list is not to be believed.
    if (this.#clock.now() < this.#pausedUntil) return unknown(this.#pausedFor);
    return this.#read(answer);
  }

  /** 127.0.0.1 and the name INVALID must be on no list (RFC 5782 sections 5 and 2.2). */
  async #test(lookups: Lookups): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#testedAt < bounds.testEveryMs) return;
    this.#testedAt = now;
    const answer = await this.#question(this.config.kind === 'ip' ? '1.0.0.127' : 'invalid', lookups);
    if (answer.state === 'answer') this.#pause('list-nonsense', bounds.nonsensePauseMs, answer.records);
  }

  async #question(key: string, lookups: Lookups): Promise<DnsAnswer<'A'>> {
    const { promise, resolve } = Promise.withResolvers<DnsAnswer<'A'>>();
    const timer = setTimeout(() => resolve({ state: 'timeout' }), bounds.answerTimeoutMs);
    const answer = await Promise.race([lookups.resolve(`${key}.${this.config.zone}`, 'A'), promise]);
    clearTimeout(timer);
    return answer;
  }

  #read(answer: DnsAnswer<'A'>): Listing {
    if (answer.state === 'absent' || answer.state === 'empty') {
      this.#failures = 0;
      return NOT_LISTED;
    }
    if (answer.state !== 'answer') return this.#failed(answer.state);
    this.#failures = 0;
    const found = answer.records.flatMap((record) => this.#meaning(record));
    const strongest = ORDER.map((strength) => found.find((each) => each.strength === strength)).find((each) => each !== undefined);
    if (strongest !== undefined) return { state: 'listed', zone: this.config.zone, meaning: strongest.meaning, strength: strongest.strength };
    if (answer.records.some((record) => !record.startsWith('127.'))) return this.#pause('list-nonsense', bounds.nonsensePauseMs, answer.records);
    // 127.255.255.0/24: a wrong question, an open resolver, too many questions. 127.0.0.1 stands for "refused" with some.
    if (answer.records.some((record) => record.startsWith('127.255.255.') || record === '127.0.0.1')) return this.#pause('list-refused', bounds.nonsensePauseMs, answer.records);
    return NOT_LISTED;
  }

  #meaning(record: string): readonly ListCode[] {
    const { codes } = this.config;
    if (codes.length > 0) return codes.filter(({ code }) => matches(code, record));
    return /^127\.0\.0\.(?!1$)\d+$/.test(record) ? [{ code: record, meaning: record, strength: 'clear' }] : [];
  }

  #failed(reason: string): Listing {
    if (reason !== 'offline' && ++this.#failures >= bounds.failuresMax) return this.#pause(`list-${reason}`, bounds.silencePauseMs, []);
    return unknown(reason);
  }

  /** Told once: until the pause is over nobody asks. */
  #pause(reason: string, forMs: number, records: readonly string[]): Listing {
    const now = this.#clock.now();
    if (now >= this.#pausedUntil) this.#log.warn({ zone: this.config.zone, reason, answers: records.slice(0, 3), pauseMs: forMs }, 'a list in the DNS is not asked for a while');
    this.#pausedUntil = now + forMs;
    this.#pausedFor = reason;
    this.#failures = 0;
    return unknown(reason);
  }
}

const ORDER: readonly Strength[] = ['strong', 'clear', 'slight', 'welcome'];

/** @param code as in ListCode */
export function matches(code: string, record: string): boolean {
  const last = Number(record.slice(record.lastIndexOf('.') + 1));
  if (code.startsWith('&')) return record.startsWith('127.') && !record.startsWith('127.255.255.') && (last & Number(code.slice(1))) !== 0;
  const range = /^(\d+\.\d+\.\d+\.)(\d+)-(\d+)$/.exec(code);
  if (range === null) return code === record;
  return record.startsWith(range[1] ?? ' ') && record.lastIndexOf('.') === (range[1] ?? '').length - 1 && last >= Number(range[2]) && last <= Number(range[3]);
}
