/** Whether the author's address (From) is authentic: DMARC (RFC 9989, formerly 7489), or alignment alone without a record. */
import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import type { Message } from '../message/message.ts';
import type { DkimOutcome } from './dkim.ts';
import { sameOwner } from './domains.ts';
import type { Asker } from './lookups.ts';
import { Remembered } from './remembered.ts';
import type { Authenticity } from './signal.ts';
import type { SpfOutcome } from './spf.ts';

export interface DmarcOutcome {
  readonly author: Authenticity;
  readonly dkimAligned: boolean;
  /** `none`: no record, or no single author domain. */
  readonly result: 'pass' | 'fail' | 'none' | 'unknown';
  readonly reason: string | null;
  readonly row: string;
}

/** Signatures that speak for the whole message: what `l=` leaves open, anybody could have written. */
function speaking(dkim: DkimOutcome): readonly string[] {
  return dkim.signatures.filter(({ result, partial }) => result === 'pass' && !partial).map(({ domain }) => domain);
}

/** Why SPF or DKIM might have passed, had it been possible to check; null: both are certain. */
function doubt(spf: SpfOutcome, dkim: DkimOutcome): string | null {
  if (spf.result === 'unknown' || spf.result === 'temperror') return spf.reason ?? 'servfail';
  return dkim.signatures.some(({ result }) => result === 'temperror') ? (dkim.failure ?? 'servfail') : null;
}

function passedBy(bySpf: boolean, byDkim: boolean): Authenticity {
  return { state: 'pass', by: bySpf && byDkim ? 'both' : byDkim ? 'dkim' : 'spf' };
}

const outcomes = new Remembered<Awaited<ReturnType<typeof evaluateDmarc>>>();

export async function checkDmarc(message: Message, spf: SpfOutcome, dkim: DkimOutcome, asker: Asker): Promise<DmarcOutcome> {
  const headerFrom = message.from.map(({ address }) => address);
  const fromFields = message.header.reduce((count, { key }) => count + (key === 'from' ? 1 : 0), 0);
  const spfDomains = spf.result === 'pass' ? [spf.domain] : [];
  const dkimDomains = speaking(dkim).map((domain, index) => ({ domain, id: String(index) }));
  const { response } = await outcomes.recall(
    JSON.stringify([headerFrom, fromFields, spfDomains, dkimDomains]), asker,
    () => evaluateDmarc({ headerFrom, fromFields, spfDomains, dkimDomains, strict: true, resolver: asker.resolve }));
  if (response === false) return { author: { state: 'none' }, dkimAligned: false, result: 'none', reason: null, row: 'dmarc=none' };
  const row = formatAuthHeaderRow('dmarc', { ...response.status, comment: undefined }, { strict: true });
  const uncertain = doubt(spf, dkim);
  switch (response.status.result) {
    case 'pass': {
      const { alignment } = response;
      const byDkim = alignment?.dkim.result !== undefined;
      return { author: passedBy(alignment?.spf.result !== undefined, byDkim), dkimAligned: byDkim, result: 'pass', reason: null, row };
    }
    case 'fail':
      // What could not be checked might have aligned: a failed look-up is no forgery.
      if (uncertain !== null) {
        return { author: { state: 'unknown', reason: uncertain }, dkimAligned: false, result: 'unknown', reason: uncertain, row: 'dmarc=temperror' };
      }
      return { author: { state: 'fail', policy: response.policy ?? 'none' }, dkimAligned: false, result: 'fail', reason: null, row };
    case 'temperror': {
      const reason = asker.failure() ?? 'too-many-lookups';
      return { ...withoutRecord(message, spfDomains, speaking(dkim), reason), result: 'unknown', reason, row };
    }
    default:
      return { ...withoutRecord(message, spfDomains, speaking(dkim), uncertain), result: 'none', reason: null, row };
  }
}

/** No DMARC record, or none that could be read: identifiers of the author's own organisation still vouch for it. */
function withoutRecord(message: Message, spfDomains: readonly string[], dkimDomains: readonly string[], uncertain: string | null) {
  const address = message.from[0]?.address ?? '';
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  // A record that could not be read may ask for strict alignment; only the very same domain satisfies any record.
  const aligned = (identifier: string): boolean => identifier === domain || (uncertain === null && sameOwner(identifier, domain));
  const bySpf = spfDomains.some(aligned);
  const byDkim = dkimDomains.some(aligned);
  const author: Authenticity =
    bySpf || byDkim ? passedBy(bySpf, byDkim) : uncertain === null ? { state: 'none' } : { state: 'unknown', reason: uncertain };
  return { author, dkimAligned: byDkim };
}
