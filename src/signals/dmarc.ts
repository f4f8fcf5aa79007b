/** Whether the author's address (From) is authentic: DMARC (RFC 9989, formerly 7489), or alignment alone without a record. */
import { evaluateDmarc } from 'mailauth/lib/dmarc/index.js';
import type { DmarcResponse } from 'mailauth/lib/dmarc/index.js';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import { names } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import type { DnsFailure } from '../platform/resolver.ts';
import type { DkimOutcome } from './dkim.ts';
import { sameOwner } from './domains.ts';
import { fields } from './family.ts';
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

/** What the record says of the identifiers, with its row for Authentication-Results. */
interface Evaluated {
  readonly response: DmarcResponse | false;
  readonly row: string;
  /** Why the record could not be read; null: it could, or mailauth gave up. */
  readonly failure: DnsFailure | null;
}

const outcomes = new Remembered<Evaluated>();

/** One author at a domain as nearly all are: of the address nothing but the domain decides. */
const PLAIN_AUTHOR = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9]))$/i;
/** With `_dmarc.` in front, what a name may have (RFC 1035 section 2.3.4). */
const DOMAIN_MAX_CHARS = 246;

function evaluate(message: Message, spfDomains: readonly string[], dkimDomains: readonly string[], asker: Asker): Evaluated | Promise<Evaluated> {
  const fromFields = fields(message, 'from').length;
  const domain = message.from.length === 1 && fromFields === 1 ? PLAIN_AUTHOR.exec(message.from[0]?.address ?? '')?.[1]?.toLowerCase() : undefined;
  const author = domain === undefined || domain.length > DOMAIN_MAX_CHARS ? null : domain;
  const answer = author === null ? null : asker.known(`_dmarc.${author}`, 'TXT');
  if (answer !== null && answer.state !== 'answer' && answer.state !== 'absent' && answer.state !== 'empty') {
    // The first question failed, so nobody knows whether there is a record.
    return { response: { status: { result: 'temperror' } }, row: `dmarc=temperror header.from=${author}`, failure: answer.state };
  }
  const headerFrom = message.from.map(({ address }) => ofDomainAtMost(address));
  const key = JSON.stringify([author ?? [headerFrom, fromFields], spfDomains, dkimDomains]);
  return outcomes.recall(key, asker, async () => {
    const { response } = await evaluateDmarc({ headerFrom, fromFields, spfDomains, dkimDomains: dkimDomains.map((domain, index) => ({ domain, id: String(index) })), strict: true, resolver: asker.resolve });
    return { response, row: response === false ? 'dmarc=none' : formatAuthHeaderRow('dmarc', { ...response.status, comment: undefined }, { strict: true }), failure: null };
  });
}

/** Whoever is aligned with it is so by its end; mailauth writes it in ASCII, which takes the square of its length. */
function ofDomainAtMost(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return domain.length <= names.authorDomainMaxChars ? address : `author@${domain.slice(-names.authorDomainMaxChars)}`;
}

export async function checkDmarc(message: Message, spf: SpfOutcome, dkim: DkimOutcome, asker: Asker): Promise<DmarcOutcome> {
  const spfDomains = spf.result === 'pass' ? [spf.domain] : [];
  const dkimDomains = speaking(dkim);
  const { response, row, failure } = await evaluate(message, spfDomains, dkimDomains, asker);
  if (response === false) return { author: { state: 'none' }, dkimAligned: false, result: 'none', reason: null, row };
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
      const reason = failure ?? asker.failure() ?? 'too-many-lookups';
      return { ...withoutRecord(message, spfDomains, dkimDomains, reason), result: 'unknown', reason, row };
    }
    default:
      return { ...withoutRecord(message, spfDomains, dkimDomains, uncertain), result: 'none', reason: null, row };
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
