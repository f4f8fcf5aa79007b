/** Policies written in a test, facts about a message, and what was decided in one line. */
import { parse } from 'yaml';
import { BOUNDS } from '../../src/policy/defaults.ts';
import { decide } from '../../src/policy/decide.ts';
import type { CompanyDefaults, Intent, IntentName, ListEntry, Page, Place } from '../../src/policy/model.ts';
import { buildPolicySet } from '../../src/policy/resolve.ts';
import type { PolicySet } from '../../src/policy/resolved.ts';
import type { Calibration, MessageFacts, RecipientFacts, Verdict } from '../../src/policy/verdict.ts';
import type { Threshold } from '../../src/scoring/score.ts';

export const DEFAULTS: CompanyDefaults = { language: 'en', timezone: 'Europe/Istanbul', ourDomains: ['example.com'] };
/** A Wednesday noon in Istanbul. */
export const NOON = Date.parse('2026-11-18T09:00:00Z');

const PLACE: Place = { file: 'test.yaml', line: 1, column: 1, length: 1 };

type Written = Record<string, unknown>;

/** The short way from correct YAML to a page; what the real reader does with mistakes is tested with the reader. */
export function page(yaml: string, lists: Readonly<Record<string, readonly string[]>> = {}): Page {
  const written = { policy: 'company', owner: 'office@example.com', 'applies-to': 'everyone', ...(parse(yaml, { schema: 'core' }) as Written | null) };
  const out: Written = { name: written.policy, file: `${String(written.policy)}.yaml`, examples: [], places: {}, alwaysWelcome: [], neverWelcome: [], forAWhile: [] };
  for (const [key, value] of Object.entries(written as Written)) {
    if (key === 'policy') continue;
    if (key === 'applies-to') out['appliesTo'] = [value].flat().map((pattern) => ({ pattern: String(pattern), place: PLACE }));
    else if (key === 'intent') out['intent'] = intentOf(value);
    else if (key === 'always-welcome' || key === 'never-welcome') out[camel(key)] = (value as Written[]).map((entry) => entryOf(entry, lists));
    else if (key === 'for-a-while') out['forAWhile'] = (value as Written[]).map((block) => ({ ...camelAll(block), ...(block['intent'] === undefined ? {} : { intent: intentOf(block['intent']) }), place: PLACE }));
    else out[camel(key)] = typeof value === 'object' && value !== null && !Array.isArray(value) ? camelAll(value as Written) : value;
  }
  return out as unknown as Page;
}

const camel = (key: string): string => key.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const camelAll = (object: Written): Written => Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]));

function intentOf(value: unknown): Intent {
  if (typeof value === 'string') return { name: value as IntentName, bound: BOUNDS[value as IntentName] };
  const bound = /1 in (\d+)/.exec(String((value as Written)['wanted-mail-stopped']));
  return { name: 'own-bound', bound: 1 / Number(bound?.[1]) };
}

function entryOf(entry: Written, lists: Readonly<Record<string, readonly string[]>>): ListEntry {
  const common = { because: (entry['because'] as string | undefined) ?? null, lastDay: (entry['last-day'] as string | undefined) ?? null, place: PLACE };
  if (entry['sender'] !== undefined) return { by: 'sender', sender: String(entry['sender']), ...common };
  if (entry['list'] !== undefined) return { by: 'list', file: String(entry['list']), column: null, addresses: lists[String(entry['list'])] ?? [], ...common };
  const by = entry['words'] === undefined ? 'exact-words' : 'words';
  return { by, words: [entry[by]].flat().map(String), ...common };
}

export function set(...pages: readonly (string | Page)[]): PolicySet {
  return buildPolicySet(pages.map((one) => (typeof one === 'string' ? page(one) : one)), DEFAULTS, '0123456789ab');
}

/** Threshold 1 − 10·bound, but never below 0.5: never-miss 0.999, balanced 0.99, clean 0.9; certain spam ten times nearer to 1. */
export function calibration(proven: (bound: number) => boolean = () => true): Calibration {
  return {
    thresholdFor(bound: number): Threshold {
      return { threshold: Math.max(0.5, 1 - 10 * bound), estimatedShare: bound, conservativeShare: proven(bound) ? bound : 1, proven: proven(bound), lacking: proven(bound) ? 0 : Math.ceil(3 / bound) };
    },
  };
}

export const SPAM = { kind: 'spam', score: 0.995 } as const;
export const CERTAIN = { kind: 'spam', score: 0.99999 } as const;
export const NEWSLETTER = { kind: 'newsletter', score: 0.3 } as const;
export const DANGER = { kind: 'dangerous', score: 0.9999 } as const;
export const PASS = { author: { state: 'pass', by: 'dkim' } } as const;
export const FAIL = { author: { state: 'fail', policy: 'reject' } } as const;
export const UNKNOWN = { author: { state: 'unknown', reason: 'timeout' } } as const;

export function facts(some: Partial<MessageFacts> = {}): MessageFacts {
  return {
    kind: 'wanted', score: 0.01, proof: null, newsletter: false, authors: ['someone@elsewhere.example'], fromOurDomain: false,
    author: { state: 'none' }, unopened: [], subject: 'Hello', text: 'A few words.', language: 'en', utf8Replies: false, ...some,
  };
}

export type Some = Partial<MessageFacts> & Partial<RecipientFacts> & { readonly to?: string; readonly now?: string; readonly proven?: (bound: number) => boolean };

export function verdict(policies: PolicySet, some: Some = {}): Verdict {
  const { to = 'info@example.com', now, proven, knownRelation = false, retry = 'first', ...message } = some;
  return decide(policies, facts(message), { recipient: to, knownRelation, retry }, calibration(proven), now === undefined ? NOON : Date.parse(now));
}

/** `action reason qualifier qualifier`: what a case asserts. */
export function said(policies: PolicySet, some: Some = {}): string {
  const { action, reason, qualifiers } = verdict(policies, some);
  return [action, reason, ...qualifiers].join(' ');
}
