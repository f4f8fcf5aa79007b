/** DKIM public keys: read once, kept as key objects. Importing an RSA key costs more than verifying with it. */
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { getPublicKey } from 'mailauth/lib/tools.js';
import { dkim as bounds } from '../message/limits.ts';
import type { MailauthResolver } from './lookups.ts';

interface Key {
  readonly publicKey: KeyObject;
  readonly keyType: string;
  /** Of the record (`t=`), lower case. */
  readonly flags: readonly string[];
}

/** By the text of the record, so that a changed record is a different entry; what was wrong with it is kept too. */
const parsed = new Map<string, Promise<Key>>();

async function parse(record: unknown, name: string, hashAlgorithm: string): Promise<Key> {
  const key = await getPublicKey('DKIM', name, bounds.keyMinBits, async () => [record], { strict: true, hashAlgo: hashAlgorithm });
  const { publicKey } = key;
  const text = Buffer.isBuffer(publicKey) ? publicKey : String(publicKey);
  return Object.assign(key, { publicKey: createPublicKey(text) });
}

function remember(record: unknown, name: string, hashAlgorithm: string): Promise<Key> {
  const text = Array.isArray(record) ? record.join('') : String(record);
  // No key is that long; who publishes one pays for it each time.
  if (text.length > bounds.keyCacheRecordMaxChars) return parse(record, name, hashAlgorithm);
  const id = `${hashAlgorithm} ${text}`;
  let key = parsed.get(id);
  if (key === undefined) {
    if (parsed.size >= bounds.keyCacheEntriesMax) parsed.delete(parsed.keys().next().value ?? '');
    key = parse(record, name, hashAlgorithm);
    parsed.set(id, key);
  }
  return key;
}

/**
 * The key for a signature. Where several records stand at one name (which RFC 6376 section 3.6.2.2 leaves undefined),
 * the one of the signature's algorithm counts, so that a domain may publish an RSA and an Ed25519 key side by side.
 * Throws as mailauth's getPublicKey does: with a `code` that says whether the DNS failed or the key is unusable.
 */
export async function findKey(resolver: MailauthResolver, name: string, algorithm: string, hashAlgorithm: string): Promise<Key> {
  const records = (await resolver(name, 'TXT')).slice(0, bounds.signaturesMax);
  const found = await Promise.allSettled(records.map((record) => remember(record, name, hashAlgorithm)));
  const keys = found.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  const key = keys.find(({ keyType }) => keyType === algorithm) ?? keys[0];
  if (key !== undefined) return key;
  throw found.find((result) => result.status === 'rejected')?.reason ?? Object.assign(new Error('no key'), { code: 'ENODATA' });
}
