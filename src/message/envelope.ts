/**
 * The envelope: what the SMTP conversation said about a message, apart from the message itself (RFC 5321 section 2.3.1).
 */
import { domainToASCII } from 'node:url';
import { isEndless, withFewMarks } from './names.ts';

/** An address as it was received, and the form in which policies compare it. */
export interface MailAddress {
  /** As received between the angle brackets; '' is the null reverse-path. Goes onward unchanged. */
  readonly raw: string;
  /** Lower-case local part, without quotes where it would mean the same without (RFC 5321 section 4.1.2). */
  readonly local: string;
  /** Lower-case A-labels (RFC 5890); '' when there is none. */
  readonly domain: string;
  /** `local@domain`, both as above: what policies, lists and the database compare. */
  readonly key: string;
}

/** One accepted RCPT. The same address may come twice; each is answered on its own. */
export interface EnvelopeRecipient {
  readonly address: MailAddress;
  /** ESMTP parameters as received, e.g. `NOTIFY=FAILURE`; go onward unchanged. */
  readonly parameters: readonly string[];
}

/** Who handed the message over to us, or to the outermost of our relays. */
export interface Client {
  /** IP address without prefix or brackets; null when it cannot be known (see unknownReason). */
  readonly ip: string | null;
  /** Why ip is null: `relay` (a gateway of ours that did not say whom it had it from). */
  readonly unknownReason: string | null;
  /** Name from reverse DNS, as far as somebody told us; null otherwise. */
  readonly name: string | null;
  /** Argument of HELO, EHLO or LHLO. */
  readonly helo: string;
}

export type Door = 'smtp' | 'lmtp' | 'milter' | 'command';

/** `in`: filtered. `out`: from our networks or an authenticated user; passes unfiltered. */
export type Direction = 'in' | 'out';

export interface Envelope {
  /** Our id for this transaction: sorts by time, safe in headers, file names and replies. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly door: Door;
  readonly direction: Direction;
  readonly client: Client;
  /** Protocol and cipher, e.g. `TLSv1.3 TLS_AES_256_GCM_SHA384`; null without TLS. */
  readonly tls: string | null;
  /** Authenticated user as reported by a trusted MTA; null otherwise. */
  readonly user: string | null;
  readonly sender: MailAddress;
  /** ESMTP parameters of MAIL as received. */
  readonly parameters: readonly string[];
  readonly recipients: readonly EnvelopeRecipient[];
  /** The MTA's own name for it, where it told us (milter). */
  readonly queueId?: string;
}

/** What a front door hands to the pipeline. */
export interface Transaction {
  readonly envelope: Envelope;
  /** The message as received, dots unstuffed, every line ended by CRLF; without our own Received field. */
  readonly bytes: Buffer;
}

/** Most names: their form is normal, and need not be asked for. */
const ASCII = /^[\x00-\x7f]*$/;

/** Reads `local@domain`, `<local@domain>` or ''. Never fails: what has no `@` has an empty domain. */
export function mailAddress(received: string): MailAddress {
  const raw = received.startsWith('<') && received.endsWith('>') ? received.slice(1, -1) : received;
  const at = raw.lastIndexOf('@');
  const lower = unquoted(at < 0 ? raw : raw.slice(0, at)).toLowerCase();
  const local = ASCII.test(lower) ? lower : withFewMarks(lower).normalize('NFC');
  const domain = at < 0 ? '' : asciiDomain(raw.slice(at + 1));
  return Object.freeze({ raw, local, domain, key: at < 0 ? local : `${local}@${domain}` });
}

/** `"bob"` and `"b\ob"` are bob: written so, they must not get past the policies for bob. */
function unquoted(local: string): string {
  if (!local.startsWith('"')) return local;
  const bare = local.replace(/^"|"$/g, '').replace(/\\(.)/gsu, '$1');
  return /^[^\s"<>@,;:\\()[\]]+$/.test(bare) ? bare : local;
}

/** Lower-case A-labels of a domain without final dot; an unusable one comes back in lower case as it is. */
export function asciiDomain(domain: string): string {
  const bare = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  // Most domains are plain ASCII already; the URL parser costs ten times the test.
  if (/^[a-z0-9.-]*$/.test(bare)) return bare;
  if (bare.startsWith('[')) return bare.toLowerCase();
  return (isEndless(bare) ? '' : domainToASCII(bare)) || bare.toLowerCase();
}
