/**
 * DKIM (RFC 6376, RFC 8301, RFC 8463) by mailauth's verifier in strict mode. We enter below its stream interface,
 * because that walks header and body byte by byte in JavaScript; what is signed and what counts stays its decision.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';
import type { Headers, KeyCache, SignatureHeader, SignatureResult } from 'mailauth/lib/dkim/dkim-verifier.js';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import { dkim as bounds } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import type { DnsFailure } from '../platform/resolver.ts';
import { WholeBodyHasher } from './dkim-body.ts';
import { judgeDirectly } from './dkim-direct.ts';
import { findKey } from './dkim-keys.ts';
import { fields as fieldsOf } from './family.ts';
import { headerRows } from './header-rows.ts';
import { readable } from './signature-field.ts';
import type { Asker, MailauthResolver } from './lookups.ts';

export interface DkimSignature {
  /** Lower-case `d=`. */
  readonly domain: string;
  readonly result: SignatureResult['status']['result'];
  /** Part of the body is not covered (`l=`, RFC 6376 section 8.2): anybody could have added it. */
  readonly partial: boolean;
}

export interface DkimOutcome {
  /** One for each signature looked at, in the order of the message; empty: not signed. */
  readonly signatures: readonly DkimSignature[];
  /** Rows for Authentication-Results. */
  readonly results: readonly string[];
  readonly failure: DnsFailure | null;
  /** Signatures beyond the bound, which were not looked at. */
  readonly ignored: number;
}

const NOT_SIGNED: DkimOutcome = Object.freeze({ signatures: [], results: ['dkim=none'], failure: null, ignored: 0 });

/** Which signatures are looked at. */
type Wanted = 'dkim' | 'arc';

class Verifier extends DkimVerifier {
  readonly #resolver: MailauthResolver;
  readonly #isWhole: boolean;
  readonly #wanted: Wanted;

  constructor(resolver: MailauthResolver, sender: string, isWhole: boolean, wanted: Wanted) {
    super({ resolver, strict: true, minBitLength: bounds.keyMinBits, sender });
    this.#resolver = resolver;
    this.#isWhole = isWhole;
    this.#wanted = wanted;
  }

  /** Hands on only the signatures within the bound; ARC sets apart from them, because they prove nothing about the author. */
  override async messageHeaders(headers: Headers): Promise<void> {
    let signatures = 0;
    const parsed = headers.parsed.filter(({ key }) =>
      this.#wanted === 'arc' ? key !== 'dkim-signature' : !key?.startsWith('arc-') && (key !== 'dkim-signature' || ++signatures <= bounds.signaturesMax));
    await super.messageHeaders({ ...headers, parsed: parsed.map(readable) });
    this.headers = headers;
  }

  override addBodyHash(bodyCanon: string, hashAlgo: string, maxBodyLength: number | ''): string {
    if (!this.#isWhole || maxBodyLength !== '' || (bodyCanon !== 'relaxed' && bodyCanon !== 'simple')) {
      return super.addBodyHash(bodyCanon, hashAlgo, maxBodyLength);
    }
    const key = `${bodyCanon}:${hashAlgo}:`;
    if (!this.bodyHashes.has(key)) this.bodyHashes.set(key, new WholeBodyHasher(bodyCanon, hashAlgo));
    return key;
  }

  override verifySignature(signatureHeader: SignatureHeader, fallback?: boolean): Promise<SignatureResult> {
    // Signatures are verified one after the other, so the cache may know which of them is asking.
    const keyCache: KeyCache = {
      get: (_type, name, _bits, { hashAlgo }) => findKey(this.#resolver, name, signatureHeader.signAlgo, hashAlgo ?? 'sha256'),
    };
    this.keyCache = keyCache;
    return super.verifySignature(signatureHeader, fallback);
  }
}

/**
 * @param bytes the whole message, lines ended by CRLF
 * @param sender MAIL FROM; only reported
 */
export async function checkDkim(message: Message, bytes: Buffer, sender: string, asker: Asker): Promise<DkimOutcome> {
  const fields = fieldsOf(message, 'dkim-signature');
  if (fields.length === 0) return NOT_SIGNED;
  const ignored = Math.max(0, fields.length - bounds.signaturesMax);
  const judged = await judgeDirectly(message, bytes, ignored === 0 ? fields : fields.slice(0, bounds.signaturesMax), asker);
  if (judged !== null) {
    return { signatures: judged.signatures.map(({ domain, result }) => ({ domain, result, partial: false })), results: judged.signatures.map(({ row }) => row), failure: judged.failure, ignored };
  }
  const verifier = await verified(message, bytes, sender, asker, 'dkim');
  return {
    signatures: verifier.results.filter(({ status }) => status.result !== 'none').map(toSignature),
    results: verifier.results.map(({ status }) => formatAuthHeaderRow('dkim', status, { strict: true })),
    failure: asker.failure(),
    ignored,
  };
}

/** Runs mailauth's verifier over the message; of ARC it then holds the chain, whose seals `arc.ts` has checked. */
export async function verified(message: Message, bytes: Buffer, sender: string, asker: Asker, wanted: Wanted): Promise<DkimVerifier> {
  const { bodyStart } = message.root;
  const body = bytes.subarray(bodyStart);
  const isWhole = body.length <= bounds.wholeBodyMaxBytes;
  const verifier = new Verifier(asker.resolve, sender, isWhole, wanted);
  await verifier.messageHeaders(headerRows(bytes.subarray(0, bodyStart)));
  if (isWhole) await verifier.nextChunk(body);
  else {
    for (let start = 0; start < body.length; start += bounds.pieceBytes) {
      await verifier.nextChunk(body.subarray(start, start + bounds.pieceBytes));
      await nextTurn();
    }
  }
  await verifier.finalChunk();
  return verifier;
}

function toSignature({ signingDomain = '', status }: SignatureResult): DkimSignature {
  return { domain: signingDomain.toLowerCase(), result: status.result, partial: (status.underSized ?? 0) > 0 };
}
