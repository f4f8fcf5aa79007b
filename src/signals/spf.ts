/** SPF (RFC 7208) by mailauth in strict mode, for MAIL FROM and for HELO. */
import { isIP } from 'node:net';
import { spf } from 'mailauth/lib/spf/index.js';
import type { SpfResult } from 'mailauth/lib/spf/index.js';
import { formatAuthHeaderRow } from 'mailauth/lib/tools.js';
import type { Envelope } from '../message/envelope.ts';
import type { Asker, Question } from './lookups.ts';
import { Remembered } from './remembered.ts';

export interface SpfOutcome {
  readonly result: SpfResult['status']['result'] | 'unknown';
  /** Why the result is `unknown` or `temperror`. */
  readonly reason: string | null;
  /** Domain that was checked, lower case. */
  readonly domain: string;
  /** The sender domain's own words about a failure (RFC 7208 section 6.2); third party text. */
  readonly explanation: string | null;
  /** Row for Authentication-Results. */
  readonly row: string;
}

/** Checks one identity. @param sender address for MAIL FROM; '' checks HELO (RFC 7208 section 2.4) */
function check(ip: string, helo: string, sender: string, asker: Asker): SpfOutcome | Promise<SpfOutcome> {
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  return outcomes.recall(JSON.stringify([ip, helo, sender === '', domain]), asker, () => judge(ip, helo, sender, asker), (asked) => !asked.some(usesMacros));
}

/** The local part decides nothing where no record has a macro (RFC 7208 section 7), and most do not. */
const outcomes = new Remembered<SpfOutcome>();

function usesMacros({ answer }: Question): boolean {
  return answer.state === 'answer' && answer.records.some((record) => Array.isArray(record) && record.join('').includes('%'));
}

async function judge(ip: string, helo: string, sender: string, asker: Asker): Promise<SpfOutcome> {
  const { domain, status, explanation } = await spf({ ip, helo, sender, mta: 'unknown', strict: true, resolver: asker.resolve });
  const reason = status.result === 'temperror' ? (asker.failure() ?? 'servfail') : null;
  // Without mailauth's comment: what it says stands in the properties.
  const row = formatAuthHeaderRow('spf', { ...status, comment: undefined }, { strict: true });
  return { result: status.result, reason, domain, explanation: explanation ?? null, row };
}

const unknownOutcome = (reason: string): SpfOutcome => ({
  result: 'unknown', reason, domain: '', explanation: null, row: `spf=temperror reason="${reason}"`,
});

/** The MAIL FROM identity; with a null reverse-path that is postmaster@HELO. */
export function checkMailFrom({ client, sender }: Envelope, asker: Asker): SpfOutcome | Promise<SpfOutcome> {
  if (client.ip === null) return unknownOutcome(client.unknownReason ?? 'no-client');
  // The local part as received (macros may use it), the domain in A-labels.
  const local = sender.raw.slice(0, Math.max(0, sender.raw.lastIndexOf('@')));
  return check(client.ip, client.helo, sender.domain === '' ? sender.raw : `${local}@${sender.domain}`, asker);
}

/** The HELO identity; null where it says nothing beyond MAIL FROM (the same domain, null reverse-path) or is no name. */
export function checkHelo({ client, sender }: Envelope, asker: Asker): SpfOutcome | null | Promise<SpfOutcome> {
  if (client.ip === null || sender.raw === '') return null;
  const helo = client.helo.toLowerCase();
  if (helo === sender.domain) return null;
  if (!helo.includes('.') || helo.startsWith('[') || isIP(helo) !== 0) return null;
  return check(client.ip, client.helo, '', asker);
}
