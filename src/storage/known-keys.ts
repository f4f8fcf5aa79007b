/**
 * Which keys surely stand in no table, so that most messages need not ask the database about their sender: a Bloom filter
 * (B. Bloom, Space/time trade-offs in hash coding with allowable errors, 1970) over the tables that each message asks.
 * It may say "perhaps" for nothing, never "no" for a row that is there: what this process writes is added in the turn in
 * which it is written, and when another process (the command line) has written, it says "perhaps" until all keys are read anew.
 */
import { sql } from 'kysely';
import { ask } from './engine.ts';
import type { Engine, Work } from './engine.ts';
import { statement } from './statement.ts';
import type { Statement } from './statement.ts';
import { knownKeys as bounds } from '../message/limits.ts';

export type KeyTable = 'correspondents' | 'senderEvents' | 'sentIds' | 'personalEntries';

interface Pair { readonly a: string; readonly b: string }

const SEEDS: Readonly<Record<KeyTable, number>> = { correspondents: 0x811c9dc5, senderEvents: 0x01234567, sentIds: 0x2545f491, personalEntries: 0x9e3779b1 };
const TABLES = Object.keys(SEEDS) as KeyTable[];
const WORDS = bounds.bits / 32;
const PROBES = 4;

/** What is no plain ASCII may look otherwise in the database (NUL, halves of surrogate pairs), so nothing is said about it. */
const UNSURE = -1;

export class KnownKeys {
  readonly #engine: Engine;
  readonly #pages: Readonly<Record<KeyTable, Statement<Pair>>>;
  /** Filled while keys are read, and afterwards. */
  #bits: Uint32Array | null = null;
  /** All keys that stood in the tables are in it. */
  #complete = false;
  #othersWrote = Number.NaN;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #readAgainAt = Number.NEGATIVE_INFINITY;
  #reading = false;
  #closed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#pages = pagesOf(engine);
  }

  /** False: no row has this key. True: perhaps one has. @param b second half of the key; '' where it has none */
  mayStand(table: KeyTable, a: string, b: string): boolean {
    const bits = this.#current();
    if (bits === null) return true;
    const hash = hashOf(SEEDS[table], a, b);
    return hash === UNSURE || stands(bits, hash);
  }

  /** Within the work that writes the row: earlier, keys that are just being read would not know of it yet. May be called again. */
  add(table: KeyTable, a: string, b: string): void {
    if (this.#bits !== null) put(this.#bits, hashOf(SEEDS[table], a, b));
  }

  close(): void {
    this.#closed = true;
    this.#complete = false;
  }

  /** The filter, when it holds all keys. */
  #current(): Uint32Array | null {
    const now = performance.now();
    if (now - this.#lookedAt >= bounds.othersLookMs) {
      this.#lookedAt = now;
      const othersWrote = this.#engine.othersWrote();
      if (othersWrote !== this.#othersWrote) this.#complete = false;
      if (!this.#complete && !this.#reading && !this.#closed && othersWrote !== null && now >= this.#readAgainAt) void this.#read(othersWrote);
    }
    return this.#complete ? this.#bits : null;
  }

  /** All keys, in pieces; what is written meanwhile by us is added as it comes. */
  async #read(othersWrote: number): Promise<void> {
    this.#reading = true;
    const begun = performance.now();
    let pauseMs: number = bounds.readAgainMs;
    this.#othersWrote = othersWrote;
    this.#bits = new Uint32Array(WORDS);
    try {
      const all = await this.#readAll(this.#bits);
      // Somebody else's row could stand on a page that was read before it came.
      this.#complete = all && !this.#closed && this.#engine.othersWrote() === othersWrote;
      // Rows become fewer by the day, not by the second.
      if (!all) pauseMs = bounds.tooManyPauseMs;
    } catch {
      // Nothing is lost: the database is asked about every message, and tells what is wrong with it.
      this.#complete = false;
    } finally {
      this.#reading = false;
      if (pauseMs === bounds.tooManyPauseMs) this.#bits = null;
      const now = performance.now();
      this.#readAgainAt = now + Math.max(pauseMs, (now - begun) * bounds.readAgainFactor);
    }
  }

  /** @returns false when there are too many */
  async #readAll(bits: Uint32Array): Promise<boolean> {
    let count = 0;
    for (const table of TABLES) {
      for (let last: Pair | undefined = { a: '', b: '' }; last !== undefined; ) {
        const from: Pair = last;
        const rows = await this.#engine.read(() => page(this.#pages[table], from));
        for (const { a, b } of rows) put(bits, hashOf(SEEDS[table], a, b));
        count += rows.length;
        if (count > bounds.keysMax || this.#closed) return false;
        last = rows.length < bounds.keysPerPiece ? undefined : rows.at(-1);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return true;
  }
}

function* page(statement: Statement<Pair>, from: Pair): Work<readonly Pair[]> {
  return yield* ask(statement.with(from));
}

/** Keys behind a key, in order. No key is empty in both halves. */
function pagesOf({ sql: database }: Engine): Readonly<Record<KeyTable, Statement<Pair>>> {
  const limit = sql.lit(bounds.keysPerPiece);
  const none = sql<string>`''`.as('b');
  return {
    correspondents: statement((place) => database.selectFrom('correspondents').select(['ours as a', 'theirs as b'])
      .where(sql<boolean>`(ours, theirs) > (${place('a')}, ${place('b')})`).orderBy('ours').orderBy('theirs').limit(limit)),
    personalEntries: statement((place) => database.selectFrom('personalEntries').distinct().select(['recipient as a', 'sender as b'])
      .where(sql<boolean>`(recipient, sender) > (${place('a')}, ${place('b')})`).orderBy('recipient').orderBy('sender').limit(limit)),
    senderEvents: statement((place) => database.selectFrom('senderEvents').distinct().select(['address as a', none]).where('address', '>', place('a')).orderBy('address').limit(limit)),
    sentIds: statement((place) => database.selectFrom('sentIds').select(['hash as a', none]).where('hash', '>', place('a')).orderBy('hash').limit(limit)),
  };
}

/** FNV-1a over both halves with a border between them, well mixed; UNSURE, see there. */
function hashOf(seed: number, a: string, b: string): number {
  let hash = seed;
  let seen = 0;
  for (let i = 0; i < a.length; i++) {
    const code = a.charCodeAt(i);
    seen |= code | (code - 1); // Of NUL all bits are set then.
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  hash = Math.imul(hash ^ 0xff, 0x01000193);
  for (let i = 0; i < b.length; i++) {
    const code = b.charCodeAt(i);
    seen |= code | (code - 1);
    hash = Math.imul(hash ^ code, 0x01000193);
  }
  if ((seen & ~0x7f) !== 0) return UNSURE;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) & 0x7fffffff;
}

/** The places of a hash: as far apart as a second hash of it says. */
const strideOf = (hash: number): number => (Math.imul(hash, 0xc2b2ae35) >>> 5) | 1;

function put(bits: Uint32Array, hash: number): void {
  if (hash === UNSURE) return;
  const stride = strideOf(hash);
  for (let n = 0, at = hash; n < PROBES; n++, at = (at + stride) | 0) bits[(at >>> 5) & (WORDS - 1)] = (bits[(at >>> 5) & (WORDS - 1)] as number) | (1 << (at & 31));
}

function stands(bits: Uint32Array, hash: number): boolean {
  const stride = strideOf(hash);
  for (let n = 0, at = hash; n < PROBES; n++, at = (at + stride) | 0) if (((bits[(at >>> 5) & (WORDS - 1)] as number) & (1 << (at & 31))) === 0) return false;
  return true;
}
