/**
 * What a decision costs with ten thousand pages and a hundred thousand welcome entries. Prints JSON.
 * `npx node bench/policy.ts`
 */
import { readList, type ListAddresses } from '../src/policy/list-file.ts';
import { SenderSet } from '../src/policy/lists.ts';
import type { ListEntry, Page, Place } from '../src/policy/model.ts';
import { decide } from '../src/policy/decide.ts';
import { buildInPieces } from '../src/policy/resolve.ts';
import type { Calibration, MessageFacts } from '../src/policy/verdict.ts';

const PAGES = 10_000;
const ENTRIES = 100_000;
const WORDS = 1_000;
const MESSAGES = 2_000;

const place: Place = { file: 'bench.yaml', line: 1, column: 1, length: 1 };
const defaults = { language: 'en', timezone: 'Europe/Istanbul', ourDomains: ['example.com'] };
const calibration: Calibration = {
  thresholdFor: (bound) => ({ threshold: 1 - bound, estimatedShare: bound, conservativeShare: bound, proven: true, lacking: 0 }),
};

/** The same numbers in every run. */
let seed = 1;
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}

const SYLLABLES = ['ka', 'lo', 'mi', 'ter', 'san', 'vo', 'ri', 'den', 'ba', 'shu', 'pol', 'ge'];
const word = (): string => Array.from({ length: 2 + random(3) }, () => SYLLABLES[random(SYLLABLES.length)]).join('');

function timed<T>(work: () => T): { readonly value: T; readonly ms: number } {
  const started = performance.now();
  const value = work();
  return { value, ms: performance.now() - started };
}

function entry(matter: Record<string, unknown>): ListEntry {
  return { because: null, lastDay: null, place, ...matter } as unknown as ListEntry;
}

function pageOf(name: string, pattern: string, more: Partial<Page>): Page {
  return { name, file: `${name}.yaml`, owner: 'office@example.com', appliesTo: [{ pattern, place }], alwaysWelcome: [], neverWelcome: [], forAWhile: [], examples: [], places: {}, ...more };
}

function run<T>(generator: Generator<void, T>): { readonly value: T; readonly longestMs: number } {
  let longestMs = 0;
  for (;;) {
    const { value: step, ms } = timed(() => generator.next());
    longestMs = Math.max(longestMs, ms);
    if (step.done === true) return { value: step.value, longestMs };
  }
}

/** A message of about `chars` characters of text. */
function message(chars: number, author: string): MessageFacts {
  let text = '';
  while (text.length < chars) text += `${word()}${random(12) === 0 ? '.\n' : ' '}`;
  return {
    kind: 'wanted', score: 0.3, proof: null, newsletter: false, authors: [author], fromOurDomain: false, author: { state: 'pass', by: 'dkim' },
    // Through a buffer: one flat string, as decoded from mail.
    unopened: [], subject: word(), text: Buffer.from(text).toString(), language: 'en', utf8Replies: false,
  };
}

/** Microseconds by rank, and of processor time on average (which other work on the machine does not change); `facts` are new for every message, so folding and finding words is counted. */
function measure(decideOne: (i: number) => unknown): { readonly medianUs: number; readonly p99Us: number; readonly cpuMeanUs: number } {
  const before = process.cpuUsage();
  const times = Array.from({ length: MESSAGES }, (_, i) => timed(() => decideOne(i)).ms * 1000).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(before);
  const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return { medianUs: at(0.5), p99Us: at(0.99), cpuMeanUs: Math.round(((user + system) / times.length) * 10) / 10 };
}

const csv = `name;e-mail\n${Array.from({ length: ENTRIES }, (_, i) => `${word()};customer-${i}@domain-${i % 5000}.example`).join('\n')}\n`;
const parsed = timed(() => run(readList(csv, null)));
const { addresses } = parsed.value.value as ListAddresses;
const filled = run(new SenderSet().fill(addresses));

const company = pageOf('company', 'everyone', {
  alwaysWelcome: [
    entry({ by: 'list', file: 'customers.csv', column: null, addresses }),
    entry({ by: 'words', words: Array.from({ length: WORDS }, () => `${word()}x ${word()}`) }),
  ],
  neverWelcome: Array.from({ length: WORDS }, (_, i) => entry({ by: 'sender', sender: `*@pushy-${i}.example` })),
});
const pages = [company, ...Array.from({ length: PAGES }, (_, i) => pageOf(`page-${i}`, `user-${i}@example.com`, { spam: 'mark', alwaysWelcome: [entry({ by: 'words', words: [word(), `${word()} ${word()}`] })] }))];
const built = timed(() => run(buildInPieces(pages, defaults, '0123456789ab')));

const authors = Array.from({ length: MESSAGES }, (_, i) => (i % 2 === 0 ? `customer-${random(ENTRIES)}@domain-${random(5000)}.example` : (addresses[random(ENTRIES)] as string)));
const now = Date.parse('2026-11-18T09:00:00Z');
const decided = (chars: number) => {
  const messages = authors.map((author) => message(chars, author));
  const one = (i: number): unknown => decide(built.value.value, messages[i] as MessageFacts, { recipient: `user-${random(PAGES)}@example.com`, knownRelation: false, retry: 'first' }, calibration, now);
  const first = measure(one);
  return { first, furtherRecipient: measure(one) };
};

decided(1000);
console.log(JSON.stringify({
  name: 'policy', node: process.version, pages: PAGES, listEntries: addresses.length, words: WORDS,
  decide: { '4KB': decided(4096), '40KB': decided(40_960) },
  load: {
    listMs: Math.round(parsed.ms), listLongestPieceMs: Math.round(parsed.value.longestMs * 10) / 10, tableLongestPieceMs: Math.round(filled.longestMs * 10) / 10, buildSetMs: Math.round(built.ms), buildLongestPieceMs: Math.round(built.value.longestMs * 10) / 10,
  },
}));
