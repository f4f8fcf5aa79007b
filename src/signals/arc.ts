/** ARC (RFC 8617) by mailauth: what servers on the way found, for those whom the operator trusts to say so. */
import { arc as verifySeals } from 'mailauth/lib/arc/index.js';
import { arc as arcBounds, dkim as keyBounds } from '../message/limits.ts';
import { verified } from './dkim.ts';
import { isWithin } from './domains.ts';
import { allOf, probe, Unknown } from './probe.ts';
import type { Probe } from './probe.ts';

const MEANINGS = {
  'arc': 'The seals of the servers that passed the message on: pass or fail. Anybody can seal, so by itself it proves nothing. Absent: there are none.',
  'arc-trusted': 'A server that we trust sealed the message and had found the author authentic; what failed since, failed by forwarding.',
} as const;

/** @param trustedSealers lower-case domains whose seal counts (`trusted-arc-sealers`) */
export function arcProbe(trustedSealers: readonly string[]): Probe {
  return probe('arc', MEANINGS, async ({ message, bytes, envelope }, { lookups }) => {
    const sets = message.header.reduce((count, { key }) => count + (key === 'arc-seal' ? 1 : 0), 0);
    if (sets === 0) return { answers: allOf(MEANINGS, null) };
    if (sets > arcBounds.setsMax) return { answers: allOf(MEANINGS, new Unknown('too-many')) };
    const asker = lookups.asker();
    const { arc: chain } = await verified(message, bytes, envelope.sender.raw, asker, 'arc');
    const { status, authenticationResults } = await verifySeals(chain, { resolver: asker.resolve, minBitLength: keyBounds.keyMinBits, strict: true });
    const failure = asker.failure();
    // A key that could not be fetched is no broken seal.
    if (status.result === 'fail' && failure !== null) return { answers: allOf(MEANINGS, new Unknown(failure)) };
    const sealer = (chain.lastEntry?.['arc-seal']?.parsed?.d?.value ?? '').toLowerCase();
    const isTrusted = status.result === 'pass' && sealer !== '' && trustedSealers.some((domain) => isWithin(sealer, domain));
    return { answers: { 'arc': status.result === 'none' ? null : status.result, 'arc-trusted': isTrusted && authenticationResults?.dmarc?.result === 'pass' } };
  });
}
