/** PURE. Held messages as a digest tells of them: who really sent them, why they are here, and which of them are likeliest a mistake. */
import { readRecorded, type Recorded } from '../audit/recorded.ts';
import { mailAddress } from '../message/envelope.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { DigestRow } from '../storage/digest-book.ts';
import type { Words } from '../words/words.ts';
import { plainText } from './plain-text.ts';

/** What is known about who sent it. */
export type SenderProof = 'confirmed' | 'failed' | 'not-proven' | 'unknown' | 'nobody';

export interface DigestItem {
  readonly id: string;
  readonly at: number;
  readonly policy: string;
  readonly recipient: string;
  /** Address that the message gives as its author, in lower-case A-labels; the envelope sender where it gives none; '' for neither. */
  readonly address: string;
  readonly proof: SenderProof;
  /** What the sender calls itself; '' where there is nothing, or something that looks like another address. */
  readonly name: string;
  readonly subject: string;
  readonly count: number;
  /** The recipient wrote to the author before, or let them through. */
  readonly isKnown: boolean;
  /** Somebody here wrote to the author before, who is authenticated. */
  readonly isKnownHere: boolean;
  /** It answers mail of ours, and its author is authenticated. */
  readonly isReply: boolean;
  /** A welcome entry matched, but did not count in full. */
  readonly isHalfWelcome: boolean;
  readonly why: Why;
  /** Log-odds above the threshold that it was measured against; below zero: something else held it. Infinitely far below what could not be scored: nobody knows, so it is looked at first. */
  readonly margin: number;
}

export interface Why {
  /** `digest.why.<key>` in the catalogue. */
  readonly key: string;
  readonly values: Readonly<Record<string, string>>;
}

const HALF_WELCOME: readonly string[] = ['softened-by-welcome', 'welcome-not-authenticated', 'welcome-not-checkable'];
/** Log-odds above the threshold within which it could as well have passed: e is a factor of nearly three. */
const CLOSE = 1;
const NAME_MAX_CHARS = 60;
const ADDRESS_MAX_CHARS = 120;
const SUBJECT_MAX_CHARS = 140;

/** What a digest says of a row, whatever of its decision is still known. Texts are cleaned and cut. */
export function digestItem(row: DigestRow): DigestItem {
  const facts = factsOf(row);
  const verdict = verdictOf(row);
  const author = facts?.message.authors[0] ?? authorIn(row.from);
  const proof = proofOf(facts?.message.author.state ?? null, author);
  const signals = facts?.signals ?? {};
  const address = plainText(author === '' ? row.sender : author, ADDRESS_MAX_CHARS);
  const margin = row.score === null ? Number.NEGATIVE_INFINITY : logit(row.score) - logit(verdict?.spamThreshold ?? 0.5);
  return {
    id: row.id, at: row.at, policy: row.policy, recipient: row.recipient, address, proof, count: row.count, margin,
    name: nameIn(row.from, address),
    subject: plainText(row.subject, SUBJECT_MAX_CHARS),
    isKnown: facts?.recipients?.some((each) => each.recipient === row.recipient && each.knownRelation) ?? false,
    isKnownHere: typeof signals['known-correspondent'] === 'string',
    isReply: typeof signals['answers-ours'] === 'string',
    isHalfWelcome: verdict?.qualifiers.some((each) => HALF_WELCOME.includes(each)) ?? false,
    why: whyOf(row, verdict, address, margin),
  };
}

/** Whether certain spam is worth a look all the same: somebody known, an answer, or a sender or words that are welcome here. */
export function isDoubtful(item: DigestItem): boolean {
  return isExpected(item) || item.isHalfWelcome;
}

/** Likeliest mistakes first: whom one knows and who answers, then the closest to the threshold, then the newest. */
export function byLikelihoodOfMistake(a: DigestItem, b: DigestItem): number {
  return Number(isDoubtful(b)) - Number(isDoubtful(a)) || a.margin - b.margin || b.at - a.at || (a.id < b.id ? -1 : 1);
}

/** @returns one sentence. @param title of the policy that held it */
export function whySentence({ why }: DigestItem, title: string, language: string, words: Words): string {
  return words(language, `digest.why.${why.key}`, { ...why.values, title });
}

const isExpected = (item: DigestItem): boolean => item.isKnown || item.isKnownHere || item.isReply;

function whyOf({ reason }: DigestRow, verdict: Verdict | null, author: string, margin: number): Why {
  const has = (qualifier: Verdict['qualifiers'][number]): boolean => verdict?.qualifiers.includes(qualifier) ?? false;
  const entry = plainText(verdict?.match?.entry ?? '', NAME_MAX_CHARS);
  const why = (key: string): Why => ({ key, values: { author, entry } });
  if (has('own-domain-not-authenticated')) return why('own-domain');
  if (has('welcome-not-authenticated') || has('welcome-not-checkable')) return why('welcome-not-proven');
  switch (reason) {
    case 'always-welcome-words': return entry === '' ? why('spam') : why('words');
    case 'newsletter': return why('newsletter');
    case 'could-not-check': return why('could-not-check');
    case 'certain-spam': case 'never-welcome': case 'personal-block': return has('softened-by-welcome') && entry !== '' ? why('words') : why('spam');
    case 'spam': return has('newsletter-without-proof') ? why('newsletter-without-proof') : why(margin < CLOSE ? 'spam-close' : 'spam');
    default: return why('other');
  }
}

function proofOf(state: 'pass' | 'fail' | 'none' | 'unknown' | null, author: string): SenderProof {
  if (author === '') return 'nobody';
  if (state === 'pass') return 'confirmed';
  if (state === 'fail') return 'failed';
  return state === 'none' ? 'not-proven' : 'unknown';
}

/** The index keeps `name <address>, …`; only the last pair of brackets of the first one is an address. */
function authorIn(from: string): string {
  const bracketed = /<([^<>\s]+@[^<>\s]+)>/.exec(from)?.[1];
  const bare = /^[^\s<>,]+@[^\s<>,]+$/.exec(from.trim())?.[0];
  return mailAddress(bracketed ?? bare ?? '').key;
}

/** A name that holds an address or a host name is there to be taken for the address: it is left out. */
function nameIn(from: string, address: string): string {
  const name = plainText((/^(.*?)\s*<[^<>]*>/s.exec(from)?.[1] ?? '').replace(/^"(.*)"$/s, '$1'), NAME_MAX_CHARS);
  const looksLikeAddress = /[@＠﹫]|\b[\p{L}\d-]+\.\p{L}{2,}\b/u.test(name);
  return looksLikeAddress || name.toLowerCase() === address ? '' : name;
}

/** One row that is not as it should be must not keep its recipient from the others. */
function factsOf({ facts }: DigestRow): Recorded | null {
  const read: Partial<Recorded> | null = facts === null ? null : readRecorded(facts);
  return Array.isArray(read?.message?.authors) && read.signals !== undefined ? (read as Recorded) : null;
}

function verdictOf(row: DigestRow): Verdict | null {
  try {
    const read = JSON.parse(row.verdict) as Partial<Verdict> | null;
    return typeof read?.spamThreshold === 'number' && Array.isArray(read.qualifiers) ? (read as Verdict) : null;
  } catch {
    return null; // Not JSON: written by something else than this program; the digest can do without.
  }
}

function logit(probability: number): number {
  const kept = Math.min(Math.max(probability, 1e-9), 1 - 1e-9);
  return Math.log(kept / (1 - kept));
}
