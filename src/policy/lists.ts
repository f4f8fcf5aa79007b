/**
 * PURE. Welcome and never-welcome entries: which of them match a message, the strongest first (policy language,
 * "Order of judgement", item 3). Addresses are looked up by hash, words through one table for each page.
 */
import { asciiDomain } from '../message/envelope.ts';
import { findParent, parentsOf } from './match.ts';
import type { ListEntry, Page } from './model.ts';
import { messageView } from './text-view.ts';
import type { ListMatch, MessageFacts } from './verdict.ts';
import { compileWords, type WordIndex, type WordsOf } from './words-match.ts';

export type Which = 'always' | 'never';

/** An entry that matches, and how strongly: a lower rank wins. */
export interface Found {
  readonly which: Which;
  /** True where the entry speaks of the author, not of words. */
  readonly bySender: boolean;
  readonly match: ListMatch;
}

interface Entry {
  readonly which: Which;
  readonly written: ListEntry;
  readonly page: string;
  /** First instant after the last day; Infinity without one. */
  readonly until: number;
}

/** Addresses and patterns of one entry or list file. */
interface Senders {
  readonly exact: ReadonlySet<string>;
  readonly domains: ReadonlySet<string>;
  readonly parents: ReadonlyMap<string, string>;
}

/** The entries that one page writes, ready for looking up. */
export interface CompiledLists {
  readonly exact: ReadonlyMap<string, readonly Entry[]>;
  readonly domains: ReadonlyMap<string, readonly Entry[]>;
  readonly parents: ReadonlyMap<string, readonly Entry[]>;
  readonly files: readonly { readonly entry: Entry; readonly senders: Senders }[];
  readonly words: WordIndex<Entry> | null;
}

// From the strongest to the weakest; `*@*.domain` speaks of more senders than `*@domain`.
const EXACT = 0;
const DOMAIN = 1;
const PARENT = 2;
const WORDS = 3;

interface Candidate {
  readonly kind: number;
  readonly entry: Entry;
  readonly own: boolean;
  readonly match: () => ListMatch;
}

/** @param endOf first instant after a day in the page's time zone */
export function compileLists(page: Pick<Page, 'name' | 'alwaysWelcome' | 'neverWelcome'>, endOf: (day: string) => number): CompiledLists | null {
  const entries: Entry[] = [];
  const take = (which: Which) => (written: ListEntry): void => {
    entries.push({ which, written, page: page.name, until: written.lastDay === null ? Infinity : endOf(written.lastDay) });
  };
  page.alwaysWelcome.forEach(take('always'));
  page.neverWelcome.forEach(take('never'));
  if (entries.length === 0) return null;
  const exact = new Map<string, Entry[]>();
  const domains = new Map<string, Entry[]>();
  const parents = new Map<string, Entry[]>();
  const listed: { entry: Entry; senders: Senders }[] = [];
  const words: WordsOf<Entry>[] = [];
  for (const entry of entries) {
    const { written } = entry;
    if (written.by === 'list') listed.push({ entry, senders: sendersOf(written.addresses) });
    else if (written.by !== 'sender') words.push({ entry, exact: written.by === 'exact-words', words: written.words });
    else {
      const sender = normaliseSender(written.sender);
      if (sender.startsWith('*@*.')) append(parents, sender.slice(4), entry);
      else if (sender.startsWith('*@')) append(domains, sender.slice(2), entry);
      else append(exact, sender, entry);
    }
  }
  return { exact, domains, parents, files: listed, words: compileWords(words) };
}

/** Rows put into a set in one piece of work. */
const PIECE = 5000;

const prepared = new WeakMap<readonly string[], SenderSet>();

/** A list file's addresses, for looking up; made once for each list that was read, however many pages name it. */
export class SenderSet implements Senders {
  readonly exact = new Set<string>();
  readonly domains = new Set<string>();
  readonly parents = new Map<string, string>();

  /** In pieces; what is filled is found again by `sendersOf`. */
  * fill(addresses: readonly string[]): Generator<void, SenderSet> {
    for (let i = 0; i < addresses.length; i++) {
      const pattern = addresses[i] as string;
      if (pattern.startsWith('*@*.')) this.parents.set(pattern.slice(4), pattern);
      else if (pattern.startsWith('*@')) this.domains.add(pattern.slice(2));
      else this.exact.add(pattern);
      if (i % PIECE === PIECE - 1) yield;
    }
    prepared.set(addresses, this);
    return this;
  }
}

function sendersOf(addresses: readonly string[]): Senders {
  const known = prepared.get(addresses);
  if (known !== undefined) return known;
  const work = new SenderSet().fill(addresses);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Lower case and A-labels, as address keys are; patterns stay patterns. */
function normaliseSender(sender: string): string {
  const lower = sender.trim().toLowerCase();
  const at = lower.lastIndexOf('@');
  if (at < 0) return lower;
  const domain = lower.slice(at + 1);
  const local = lower.slice(0, at).normalize('NFC');
  return domain.startsWith('*.') ? `${local}@*.${asciiDomain(domain.slice(2))}` : `${local}@${asciiDomain(domain)}`;
}

/**
 * All entries that match and whose last day has not gone by, the strongest first: an exact sender before `*@domain`
 * before words; the page's own before the company's; then never-welcome before always-welcome.
 * @param own the page's entries, or null
 * @param company those of the page for everyone; null when that is the page itself
 */
export function findEntries(own: CompiledLists | null, company: CompiledLists | null, facts: MessageFacts, now: number): readonly Found[] {
  if (own === null && company === null) return [];
  const candidates: Candidate[] = [];
  if (own !== null) collect(own, true, facts, now, candidates);
  if (company !== null) collect(company, false, facts, now, candidates);
  return candidates
    .sort(byStrength)
    .map(({ entry, kind, match }) => ({ which: entry.which, bySender: kind !== WORDS, match: match() }));
}

function byStrength(a: Candidate, b: Candidate): number {
  if (a.kind !== b.kind) return a.kind - b.kind;
  if (a.own !== b.own) return a.own ? -1 : 1;
  if (a.entry.which !== b.entry.which) return a.entry.which === 'never' ? -1 : 1;
  return 0;
}

function collect(lists: CompiledLists, own: boolean, facts: MessageFacts, now: number, into: Candidate[]): void {
  const bySender = facts.authors.map((author) => sendersMatching(lists, author, own).filter(({ entry }) => now < entry.until));
  for (const candidate of bySender.length === 1 ? bySender[0] as Candidate[] : bySender.flat()) {
    // One welcome name beside a stranger's in From must not let the stranger in: all authors must be welcome.
    const stands = candidate.entry.which === 'never' || bySender.every((found) => found.some(({ entry }) => entry.which === 'always'));
    if (stands) into.push(candidate);
  }
  if (lists.words === null) return;
  for (const { entry, word } of lists.words.find(messageView(facts))) {
    if (now < entry.until) into.push({ kind: WORDS, entry, own, match: () => matchOf(entry, entry.written.by, word) });
  }
}

function sendersMatching(lists: CompiledLists, author: string, own: boolean): Candidate[] {
  const found: Candidate[] = [];
  const domain = author.slice(author.lastIndexOf('@') + 1);
  const add = (kind: number, entries: readonly Entry[] | undefined, by: string): void => {
    for (const entry of entries ?? []) found.push({ kind, entry, own, match: () => matchOf(entry, by, entry.written.by === 'sender' ? entry.written.sender : author) });
  };
  add(EXACT, lists.exact.get(author), 'sender');
  add(DOMAIN, lists.domains.get(domain), 'domain');
  if (lists.parents.size > 0) for (const parent of parentsOf(domain)) add(PARENT, lists.parents.get(parent), 'domain');
  for (const { entry, senders } of lists.files) {
    if (senders.exact.has(author)) found.push({ kind: EXACT, entry, own, match: () => matchOf(entry, 'list', author) });
    else if (senders.domains.has(domain)) found.push({ kind: DOMAIN, entry, own, match: () => matchOf(entry, 'list', `*@${domain}`) });
    else {
      const pattern = findParent(senders.parents, domain);
      if (pattern !== undefined) found.push({ kind: PARENT, entry, own, match: () => matchOf(entry, 'list', pattern) });
    }
  }
  return found;
}

function matchOf(entry: Entry, by: string, text: string): ListMatch {
  return { by, entry: text, because: entry.written.because, page: entry.page };
}

function append<K, V>(table: Map<K, V[]>, key: K, value: V): void {
  const values = table.get(key);
  if (values === undefined) table.set(key, [value]);
  else values.push(value);
}
