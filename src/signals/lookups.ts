/** The DNS questions of one message: under one deadline, and written down so that a verdict can be replayed. */
import { dns as bounds } from '../message/limits.ts';
import type { DnsAnswer, DnsFailure, RecordType, Resolver } from '../platform/resolver.ts';

/** The form in which mailauth asks: an error's `code` says why there is no answer. */
export type MailauthResolver = (name: string, type: string) => Promise<unknown[]>;

/** What stands for an answer without records in an error's `code`, as node:dns has it. */
export const CODES = {
  absent: 'ENOTFOUND', empty: 'ENODATA', servfail: 'ESERVFAIL', timeout: 'ETIMEOUT', refused: 'EREFUSED', offline: 'EOFFLINE',
} as const;

const KNOWN_TYPES: ReadonlySet<string> = new Set<RecordType>(['A', 'AAAA', 'PTR', 'CNAME', 'TXT', 'MX']);

const TIMED_OUT = Object.freeze({ state: 'timeout' } as const);

export interface Question {
  readonly name: string;
  readonly type: RecordType;
  readonly answer: DnsAnswer;
}

/** What one check (SPF, say) asks; remembers the first failure, because mailauth's answer only says "temperror". */
export interface Asker {
  readonly resolve: MailauthResolver;
  /** The answer, where nobody has to be asked for it; null otherwise. */
  known(name: string, type: RecordType): DnsAnswer | null;
  /** As the resolver says it. */
  answer(name: string, type: RecordType): Promise<DnsAnswer>;
  /** What `resolve` was asked so far, in this order. */
  readonly asked: readonly Question[];
  failure(): DnsFailure | null;
}

export class Lookups {
  readonly #resolver: Resolver;
  readonly #answers = new Map<string, DnsAnswer>();
  /** Checks run side by side and ask the same; each question goes out once. */
  readonly #asked = new Map<string, Promise<DnsAnswer>>();
  readonly #deadlineAt: number;
  /** Runs as soon as somebody is really asked. */
  #deadline: { readonly timer: NodeJS.Timeout; readonly expired: Promise<typeof TIMED_OUT> } | null = null;

  /** @param deadlineMs time from now for all questions together; past it each is answered with `timeout` */
  constructor(resolver: Resolver, deadlineMs: number) {
    this.#resolver = resolver;
    this.#deadlineAt = performance.now() + deadlineMs;
  }

  /** Stops the clock; must be called when the checks are done. */
  close(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline.timer);
  }

  resolve<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<T>> {
    const key = keyOf(name, type);
    let asked = this.#asked.get(key);
    if (asked === undefined) {
      const known = this.#known(key, name, type);
      asked = known === null ? this.#ask(key, name, type) : Promise.resolve(known);
      this.#asked.set(key, asked);
    }
    return asked as Promise<DnsAnswer<T>>;
  }

  /** The answer, where nobody has to be asked for it; null otherwise. */
  known(name: string, type: RecordType): DnsAnswer | null {
    return this.#known(keyOf(name, type), name, type);
  }

  #known(key: string, name: string, type: RecordType): DnsAnswer | null {
    const own = this.#answers.get(key);
    if (own !== undefined) return own;
    const known = performance.now() >= this.#deadlineAt ? TIMED_OUT : (this.#resolver.known?.(name, type) ?? null);
    if (known !== null) this.#answers.set(key, known);
    return known;
  }

  async #ask(key: string, name: string, type: RecordType): Promise<DnsAnswer> {
    const answer = await Promise.race([this.#resolver.resolve(name, type), this.#expired()]);
    this.#answers.set(key, answer);
    return answer;
  }

  #expired(): Promise<typeof TIMED_OUT> {
    if (this.#deadline === null) {
      const { promise: expired, resolve } = Promise.withResolvers<typeof TIMED_OUT>();
      this.#deadline = { expired, timer: setTimeout(() => resolve(TIMED_OUT), Math.max(0, this.#deadlineAt - performance.now())) };
    }
    return this.#deadline.expired;
  }

  /** Sends a question out early; who needs the answer later asks again and gets it, or what went wrong. */
  prefetch(name: string, type: RecordType): void {
    if (this.known(name, type) !== null) return;
    this.resolve(name, type).catch(() => undefined);
  }

  asker(): Asker {
    return new OneAsker(this);
  }

  /** Nothing was asked, so there is nothing to record. */
  get isUnused(): boolean {
    return this.#answers.size === 0;
  }

  /** `name type` to a short form of the answer: the records, or `!` and what happened instead. */
  record(): Readonly<Record<string, string>> {
    // A table from the start: V8 would make a new shape of object for each name.
    const record: Record<string, string> = Object.create(null);
    for (const [key, answer] of this.#answers) record[key] = shortForm(answer);
    return record;
  }
}

class OneAsker implements Asker {
  readonly #lookups: Lookups;
  #failure: DnsFailure | null = null;
  #asked: Question[] | null = null;

  constructor(lookups: Lookups) {
    this.#lookups = lookups;
  }

  /** Handed on by itself, and only where mailauth has to judge. */
  get resolve(): MailauthResolver {
    return (name, type) => this.#resolve(name, type);
  }

  get asked(): readonly Question[] {
    return this.#asked ?? NOTHING_ASKED;
  }

  failure(): DnsFailure | null {
    return this.#failure;
  }

  known(name: string, type: RecordType): DnsAnswer | null {
    return this.#lookups.known(name, type);
  }

  answer(name: string, type: RecordType): Promise<DnsAnswer> {
    return this.#lookups.resolve(name, type);
  }

  async #resolve(name: string, type: string): Promise<unknown[]> {
    if (!KNOWN_TYPES.has(type)) throw ERRORS.empty;
    const answer = await this.#lookups.resolve(name, type as RecordType);
    (this.#asked ??= []).push({ name, type: type as RecordType, answer });
    // A copy: mailauth sorts the list of mail exchangers in place.
    if (answer.state === 'answer') return [...answer.records];
    if (answer.state !== 'absent' && answer.state !== 'empty') this.#failure ??= answer.state;
    throw ERRORS[answer.state];
  }
}

const NOTHING_ASKED: readonly Question[] = Object.freeze([]);

const keyOf = (name: string, type: RecordType): string => `${name.toLowerCase()} ${type}`;

/** Made once: a stack trace for each absent name would cost more than the look-up in the cache. */
const dnsError = (state: keyof typeof CODES): Error => Object.freeze(Object.assign(new Error(`DNS: ${state}`), { code: CODES[state] }));
const ERRORS = {
  absent: dnsError('absent'), empty: dnsError('empty'), servfail: dnsError('servfail'), timeout: dnsError('timeout'), refused: dnsError('refused'), offline: dnsError('offline'),
} as const;

/** TXT records that are neither SPF, DKIM nor DMARC stand at many names and decided nothing. */
const DECIDES = /^\s*v=(?:spf1|dmarc1|dkim1)|(?:^|;)\s*p=/i;

function shortForm(answer: DnsAnswer): string {
  if (answer.state !== 'answer') return `!${answer.state}`;
  let text = '', isFirst = true;
  for (const record of answer.records) {
    const line = typeof record === 'string' ? record : 'exchange' in record ? `${record.priority} ${record.exchange}` : record.length === 1 ? (record[0] as string) : record.join('');
    if (typeof record === 'object' && !('exchange' in record) && !DECIDES.test(line)) continue;
    text = isFirst ? line : `${text}\n${line}`;
    isFirst = false;
  }
  return text.length > bounds.recordedMaxChars ? `${text.slice(0, bounds.recordedMaxChars)}…` : text;
}
