/** ARC sets as nearly all are written (RFC 8617 section 4.1): where their keys stand, told without mailauth's general reader. */
import type { Message } from '../message/message.ts';
import { splitTags } from './dkim-tags.ts';

export interface SealKeys {
  /** Names in the DNS, the oldest set first. */
  readonly seals: readonly string[];
  /** Of the newest set's signature over the message. */
  readonly signature: string;
}

type Tags = ReadonlyMap<string, string>;

interface ArcSet {
  'arc-seal': Tags | null;
  'arc-message-signature': Tags | null;
  'arc-authentication-results': true | null;
}

const RESULTS_INSTANCE = /^[ \t\r\n]*i[ \t]*=[ \t]*([1-9]\d?)[ \t]*;/;
const INSTANCE = /^[1-9]\d?$/;
const TIME = /^\d{1,12}$/;
const NAME = /^[\w.-]+$/;
const INSTANCE_MAX = 50;
const ALGORITHMS: ReadonlySet<string | undefined> = new Set(['rsa-sha256', 'ed25519-sha256']);
const OF_SEAL = ['a', 'b', 'd', 's'], OF_SIGNATURE = ['a', 'b', 'bh', 'd', 'h', 's'];

/** @returns null unless the sets make a chain (RFC 8617 section 5.2, steps 1 to 3) in whose form nothing is odd */
export function keysOfPlainSets(message: Message, bytes: Buffer): SealKeys | null {
  const sets = plainSets(message, bytes);
  if (sets === null || sets.length === 0) return null;
  const seals: string[] = [];
  for (let i = 0; i < sets.length; i++) {
    const set = sets[i], seal = set?.['arc-seal'], signature = set?.['arc-message-signature'];
    if (!seal || !signature || set?.['arc-authentication-results'] !== true) return null;
    if (!has(seal, OF_SEAL) || seal.has('h') || seal.get('cv') !== (i === 0 ? 'none' : 'pass') || !isTime(seal.get('t'))) return null;
    if (!ALGORITHMS.has(seal.get('a')) || !ALGORITHMS.has(signature.get('a')) || signature.get('h')?.toLowerCase().includes('arc-seal') === true) return null;
    seals.push(keyName(seal));
  }
  const newest = sets.at(-1)?.['arc-message-signature'];
  if (!newest || !has(newest, OF_SIGNATURE) || newest.has('l') || !isTime(newest.get('t')) || !isTime(newest.get('x'))) return null;
  const signature = keyName(newest);
  return signature === '' || seals.includes('') ? null : { seals, signature };
}

/** By instance; null where one stands twice or a field is not plain. */
function plainSets({ header }: Message, bytes: Buffer): readonly (ArcSet | undefined)[] | null {
  const sets: (ArcSet | undefined)[] = [];
  for (const { key, name, start, end } of header) {
    if (key !== 'arc-seal' && key !== 'arc-message-signature' && key !== 'arc-authentication-results') continue;
    const text = bytes.toString('latin1', start + name.length + 1, end - 2);
    const tags = key === 'arc-authentication-results' ? null : splitTags(text);
    const instance = key === 'arc-authentication-results' ? RESULTS_INSTANCE.exec(text)?.[1] : tags?.get('i');
    if (instance === undefined || !INSTANCE.test(instance) || Number(instance) > INSTANCE_MAX) return null;
    const set = (sets[Number(instance) - 1] ??= { 'arc-seal': null, 'arc-message-signature': null, 'arc-authentication-results': null });
    if (set[key] !== null) return null;
    if (key === 'arc-authentication-results') set[key] = true;
    else set[key] = tags;
  }
  return sets;
}

const has = (tags: Tags, names: readonly string[]): boolean => names.every((name) => tags.has(name));
const isTime = (value: string | undefined): boolean => value === undefined || TIME.test(value);

/** '' where the names are not plain. */
function keyName(tags: Tags): string {
  const selector = tags.get('s') ?? '', domain = tags.get('d') ?? '';
  return NAME.test(selector) && NAME.test(domain) ? `${selector}._domainkey.${domain}` : '';
}
