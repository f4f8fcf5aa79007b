/**
 * DKIM signatures as nearly all are written (the whole body, no odd syntax), judged without mailauth's general reader, which
 * takes three times as long. Whatever is not exactly of that form is mailauth's to judge; what is judged here, mailauth judges
 * alike, in the same words (a property test holds it to that).
 */
import { hash, verify } from 'node:crypto';
import { dkim as bounds } from '../message/limits.ts';
import type { HeaderField, Message } from '../message/message.ts';
import type { DnsAnswer, DnsFailure } from '../platform/resolver.ts';
import { canonicalBody } from './dkim-body.ts';
import { SignedHeader } from './dkim-header.ts';
import { keyAmong } from './dkim-keys.ts';
import type { Key } from './dkim-keys.ts';
import { dkimRow, invalid, KEY_COMMENTS, RESULTS } from './dkim-row.ts';
import type { Verdict } from './dkim-row.ts';
import { readSignature } from './dkim-signature.ts';
import type { Signature } from './dkim-signature.ts';
import { CODES } from './lookups.ts';
import type { Asker } from './lookups.ts';
import { isPlainHeader } from './plain-header.ts';

/** One signature: what Authentication-Results and DMARC ask of it. */
export interface JudgedSignature {
  readonly domain: string;
  readonly result: Verdict['result'];
  /** Row for Authentication-Results. */
  readonly row: string;
}

export interface Judged {
  readonly signatures: readonly JudgedSignature[];
  /** The first key that could not be fetched. */
  readonly failure: DnsFailure | null;
}

/**
 * @param fields the signatures to look at, in the order of the message
 * @returns null when one of them, or the message, is not of the usual form
 */
export async function judgeDirectly(message: Message, bytes: Buffer, fields: readonly HeaderField[], asker: Asker): Promise<Judged | null> {
  const body = bytes.subarray(message.root.bodyStart);
  if (body.length > bounds.wholeBodyMaxBytes || !isPlainHeader(message, bytes)) return null;
  const signatures: Signature[] = [];
  for (const field of fields) {
    const signature = readSignature(bytes.toString('latin1', field.start + field.name.length + 1, field.end - 2));
    if (signature === null) return null;
    signatures.push(signature);
  }
  const hashes = new BodyHashes(body);
  const judged: JudgedSignature[] = [];
  let header: SignedHeader | null = null, failure: DnsFailure | null = null;
  for (let i = 0; i < signatures.length; i++) {
    const signature = signatures[i] as Signature;
    const covered = (): string => (header ??= new SignedHeader(message.header, bytes)).coveredBy(signature, fields[i] as HeaderField);
    // Bodies first: a list's footer breaks them, and then no key has to be asked for.
    const verdict = signature.invalid !== null ? invalid(signature.invalid) : !hashes.match(signature) ? RESULTS.changedBody : await judge(signature, covered, asker);
    if (verdict === null) return null;
    failure ??= verdict.failure;
    judged.push({ domain: signature.domain.toLowerCase(), result: verdict.result, row: dkimRow(signature, verdict) });
  }
  return { signatures: judged, failure };
}

/** Each canonicalisation is made and hashed once. */
class BodyHashes {
  readonly #body: Buffer;
  readonly #hashes = new Map<string, string>();

  constructor(body: Buffer) {
    this.#body = body;
  }

  match({ bodyCanonicalization, hashAlgorithm, bodyHash }: Signature): boolean {
    const form = `${bodyCanonicalization} ${hashAlgorithm}`;
    let found = this.#hashes.get(form);
    if (found === undefined) this.#hashes.set(form, (found = hash(hashAlgorithm, canonicalBody(this.#body, bodyCanonicalization), 'base64')));
    return found === bodyHash;
  }
}

/** The body is as it was signed. null: mailauth asks again, of the same answers, and says what is wrong. */
async function judge(signature: Signature, covered: () => string, asker: Asker): Promise<Verdict | null> {
  // RFC 8301 section 3.1.
  if (signature.hashAlgorithm === 'sha1') return RESULTS.weakAlgorithm;
  const name = `${signature.selector}._domainkey.${signature.domain}`;
  let answer: DnsAnswer;
  try {
    answer = asker.known(name, 'TXT') ?? (await asker.answer(name, 'TXT'));
  } catch {
    return null;
  }
  if (answer.state === 'absent' || answer.state === 'empty') return RESULTS.noKey;
  if (answer.state !== 'answer') return { ...RESULTS.noAnswer, comment: `DNS failure: ${CODES[answer.state]}`, failure: answer.state };
  const asked = keyAmong(answer.records, name, signature.keyType, signature.hashAlgorithm);
  const { key, error } = asked instanceof Promise ? await asked : asked;
  return key === null ? ofUnusableKey(error) : ofKey(signature, key, covered);
}

function ofUnusableKey(error: unknown): Verdict | null {
  const code = (error as { code?: string } | null)?.code ?? '';
  if (code === 'ESHORTKEY') return RESULTS.weakKey;
  const comment = KEY_COMMENTS.get(code);
  return comment === undefined ? null : { ...RESULTS.noKey, comment };
}

function ofKey({ domain, identity, keyType, value, isExpired }: Signature, { publicKey, keyType: found, flags }: Key, covered: () => string): Verdict | null {
  if (found !== keyType) return RESULTS.otherKeyType;
  if (flags.includes('s') && !identity.toLowerCase().endsWith(`@${domain.toLowerCase()}`)) return RESULTS.otherDomain;
  const text = Buffer.from(covered(), 'latin1'), signature = Buffer.from(value, 'base64');
  try {
    // RFC 8463 section 3: Ed25519 signs the hash.
    const holds = keyType === 'rsa' ? verify('sha256', text, publicKey, signature) : verify(null, hash('sha256', text, 'buffer'), publicKey, signature);
    return !holds ? RESULTS.badSignature : isExpired ? RESULTS.expired : RESULTS.pass;
  } catch {
    return null;
  }
}
