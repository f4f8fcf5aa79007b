/** PURE. What we offer in reply to EHLO or LHLO: what the next hop has, our own limits, and what the peer may use. */
import type { Capabilities } from './door.ts';

/** Offered while the next hop was never reached: MAIL is answered 451 then, while a missing keyword could make a sender give up. */
export const assumedCapabilities: Capabilities = Object.freeze({ pipelining: true, eightBitMime: true, smtpUtf8: true, dsn: true, enhancedStatusCodes: true, sizeMaxBytes: 0 });

/** The smaller of both limits; null: SIZE is not offered. */
export function offeredBy(nextHop: Capabilities | null, messageMaxBytes: number): Capabilities {
  const has = nextHop ?? assumedCapabilities;
  const sizeMaxBytes = has.sizeMaxBytes === null ? null : has.sizeMaxBytes === 0 ? messageMaxBytes : Math.min(has.sizeMaxBytes, messageMaxBytes);
  return Object.freeze({ ...has, sizeMaxBytes });
}

export interface OfferOptions {
  readonly startTls: boolean;
  /** XCLIENT and XFORWARD. */
  readonly forward: boolean;
}

/** Keyword lines of the reply, RFC 5321 section 4.1.1.1. */
export function keywords(offered: Capabilities, options: OfferOptions): readonly string[] {
  const list: string[] = [];
  if (offered.pipelining) list.push('PIPELINING');
  if (offered.sizeMaxBytes !== null) list.push(`SIZE ${offered.sizeMaxBytes}`);
  if (options.startTls) list.push('STARTTLS');
  if (offered.enhancedStatusCodes) list.push('ENHANCEDSTATUSCODES');
  if (offered.eightBitMime) list.push('8BITMIME');
  if (offered.dsn) list.push('DSN');
  if (offered.smtpUtf8) list.push('SMTPUTF8');
  if (options.forward) list.push('XCLIENT NAME ADDR PORT PROTO HELO LOGIN', 'XFORWARD NAME ADDR PORT PROTO HELO IDENT SOURCE');
  return list;
}
