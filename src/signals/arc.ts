/** ARC (RFC 8617) by mailauth: what servers on the way found, for those whom the operator trusts to say so. */
import { arc as verifySeals, getARChain } from 'mailauth/lib/arc/index.js';
import type { ArcSigned, ParsedHeader } from 'mailauth/lib/dkim/dkim-verifier.js';
import { arc as arcBounds, dkim as keyBounds } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import type { DnsFailure } from '../platform/resolver.ts';
import { keysOfPlainSets } from './arc-sets.ts';
import type { SealKeys } from './arc-sets.ts';
import { verified } from './dkim.ts';
import { isWithin } from './domains.ts';
import { fields } from './family.ts';
import type { Asker, Lookups } from './lookups.ts';
import { isHeaderCutOff, isPlainHeader } from './plain-header.ts';
import { probe, Unknown } from './probe.ts';
import { readable } from './signature-field.ts';
import type { Asked, Probe } from './probe.ts';
import type { SignalInput } from './signal.ts';

const MEANINGS = {
  'arc': 'The seals of the servers that passed the message on: pass or fail. Anybody can seal, so by itself it proves nothing. Absent: there are none.',
  'arc-trusted': 'A server that we trust sealed the message and had found the author authentic; what failed since, failed by forwarding.',
} as const;

type Answered = Asked<keyof typeof MEANINGS>;
const TOO_MANY: Answered = { answers: new Unknown('too-many') };
const TOO_LARGE: Answered = { answers: new Unknown('header-too-large') };
const BROKEN: Answered = { answers: { 'arc': 'fail', 'arc-trusted': false } };

/** @param trustedSealers lower-case domains whose seal counts (`trusted-arc-sealers`) */
export function arcProbe(trustedSealers: readonly string[]): Probe {
  return probe('arc', MEANINGS, (input, { lookups }) => {
    const sets = fields(input.message, 'arc-seal').length;
    if (sets === 0) return { answers: null };
    if (sets > arcBounds.setsMax) return TOO_MANY;
    // Fields of the chain may stand beyond what was read.
    if (isHeaderCutOff(input.message)) return TOO_LARGE;
    const asker = lookups.asker();
    return judgedEarly(input, asker) ?? verify(input, lookups, trustedSealers);
  });
}

async function verify({ message, bytes, envelope }: SignalInput, lookups: Lookups, trustedSealers: readonly string[]): Promise<Answered> {
  const asker = lookups.asker();
  const { arc: chain } = await verified(message, bytes, envelope.sender.raw, asker, 'arc');
  const { status, authenticationResults } = await verifySeals(chain, { resolver: asker.resolve, minBitLength: keyBounds.keyMinBits, strict: true });
  const failure = asker.failure();
  // A key that could not be fetched is no broken seal.
  if (status.result === 'fail' && failure !== null) return { answers: new Unknown(failure) };
  const sealer = (chain.lastEntry?.['arc-seal']?.parsed?.d?.value ?? '').toLowerCase();
  const isTrusted = status.result === 'pass' && sealer !== '' && trustedSealers.some((domain) => isWithin(sealer, domain));
  return { answers: { 'arc': status.result === 'none' ? null : status.result, 'arc-trusted': isTrusted && authenticationResults?.dmarc?.result === 'pass' } };
}

/** What needs neither the body nor the rest of the header: sets that fit nowhere, or seals whose keys all failed to come for the same reason. */
function judgedEarly({ message, bytes }: SignalInput, asker: Asker): Answered | null {
  if (!isPlainHeader(message, bytes)) return null;
  const keys = keysOfPlainSets(message, bytes) ?? keysRead(message, bytes);
  if (keys === 'broken') return BROKEN;
  // The signature's key is only asked for where the body is as signed; that makes no difference where the seals ask for the same.
  if (!keys.seals.includes(keys.signature)) return null;
  let failure: DnsFailure | null = null;
  for (const name of keys.seals) {
    const answer = asker.known(name, 'TXT');
    if (answer === null || answer.state === 'answer' || answer.state === 'absent' || answer.state === 'empty' || answer.state !== (failure ?? answer.state)) return null;
    failure = answer.state;
  }
  return failure === null ? null : { answers: new Unknown(failure) };
}

/** Read by mailauth, of the fields of the sets alone. `broken`: they make no chain (RFC 8617 section 5.2, steps 1 to 3). */
function keysRead({ header }: Message, bytes: Buffer): SealKeys | 'broken' {
  const parsed: ParsedHeader[] = [];
  for (const { key, start, end } of header) if (key.startsWith('arc-')) parsed.push(readable({ key, line: bytes.subarray(start, end - 2) }));
  try {
    const chain = getARChain({ parsed, original: bytes }, { strict: true }) || [];
    const seals = chain.map(({ 'arc-seal': seal }) => keyName(seal));
    const signature = keyName(chain.at(-1)?.['arc-message-signature']);
    return seals.includes('') ? NOT_TOLD : { seals, signature };
  } catch {
    return 'broken';
  }
}

const NOT_TOLD: SealKeys = { seals: [], signature: '' };

/** Where the key of a seal or signature stands; '' when it does not say in plain letters. */
function keyName(signed: ArcSigned | undefined): string {
  const selector = signed?.parsed?.s?.value ?? '', domain = signed?.parsed?.d?.value ?? '';
  return selector === '' || domain === '' || !/^[\x21-\x7e]+$/.test(selector + domain) ? '' : `${selector}._domainkey.${domain}`;
}
