/** DKIM public keys: read once, kept as key objects. Importing an RSA key costs more than verifying with it. */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { getPublicKey } from 'mailauth/lib/tools.js';
import { dkim as bounds } from '../message/limits.ts';
import type { MailauthResolver } from './lookups.ts';

export interface Key {
  readonly publicKey: KeyObject;
  readonly keyType: string;
  /** Of the record (`t=`), lower case. */
  readonly flags: readonly string[];
}

/** A key, or why the record gives none: mailauth's error, with a `code`. */
export type KeyFound = { readonly key: Key; readonly error: null } | { readonly key: null; readonly error: unknown };

/** By the text of the record, so that a changed record is a different entry; what was wrong with it is kept too. */
const parsed = new Map<string, KeyFound | Promise<KeyFound>>();

const NO_KEY: KeyFound = { key: null, error: Object.assign(new Error('no key'), { code: 'ENODATA' }) };

async function parse(record: unknown, name: string, hashAlgorithm: string): Promise<KeyFound> {
  try {
    const key = await getPublicKey('DKIM', name, bounds.keyMinBits, async () => [record], { strict: true, hashAlgo: hashAlgorithm });
    const { publicKey } = key;
    const text = Buffer.isBuffer(publicKey) ? publicKey : String(publicKey);
    return { key: Object.assign(key, { publicKey: createPublicKey(text) }), error: null };
  } catch (error) {
    return { key: null, error };
  }
}

function remember(record: unknown, name: string, hashAlgorithm: string): KeyFound | Promise<KeyFound> {
  const text = Array.isArray(record) ? record.join('') : String(record);
  // No key is that long; who publishes one pays for it each time.
  if (text.length > bounds.keyCacheRecordMaxChars) return parse(record, name, hashAlgorithm);
  const id = `${hashAlgorithm} ${text}`;
  const known = parsed.get(id);
  if (known !== undefined) return known;
  if (parsed.size >= bounds.keyCacheEntriesMax) parsed.delete(parsed.keys().next().value ?? '');
  const found = parse(record, name, hashAlgorithm);
  parsed.set(id, found);
  void found.then((settled) => {
    if (parsed.get(id) === found) parsed.set(id, settled);
  });
  return found;
}

/**
 * The key among the records at one name. Where several stand there (which RFC 6376 section 3.6.2.2 leaves undefined),
 * the one of the signature's algorithm counts, so that a domain may publish an RSA and an Ed25519 key side by side.
 * @returns at once where the records are known
 */
export function keyAmong(records: readonly unknown[], name: string, algorithm: string, hashAlgorithm: string): KeyFound | Promise<KeyFound> {
  const found = records.slice(0, bounds.signaturesMax).map((record) => remember(record, name, hashAlgorithm));
  return found.some((each) => each instanceof Promise) ? Promise.all(found).then((settled) => choose(settled, algorithm)) : choose(found as readonly KeyFound[], algorithm);
}

function choose(found: readonly KeyFound[], algorithm: string): KeyFound {
  const keys = found.filter(({ key }) => key !== null);
  return keys.find(({ key }) => key?.keyType === algorithm) ?? keys[0] ?? found[0] ?? NO_KEY;
}

/** As mailauth asks for a key. Throws as its getPublicKey does: with a `code` that says whether the DNS failed or the key is unusable. */
export async function findKey(resolver: MailauthResolver, name: string, algorithm: string, hashAlgorithm: string): Promise<Key> {
  const { key, error } = await keyAmong(await resolver(name, 'TXT'), name, algorithm, hashAlgorithm);
  if (key !== null) return key;
  throw error;
}
