/** What the next hop's EHLO or LHLO reply offers (RFC 5321 section 4.1.1.1). */
import type { Capabilities } from '../intake/door.ts';
import type { Reply } from '../pipeline.ts';

export interface RelayCapabilities extends Capabilities {
  /** Attributes that XFORWARD takes, in capitals; empty: not offered to us. */
  readonly xforward: readonly string[];
  readonly startTls: boolean;
}

/** Of a server that knows HELO only. */
export const noCapabilities: RelayCapabilities = readCapabilities([]);

/** All there are: where we deliver into Maildirs ourselves. SIZE is ours to enforce. */
export const allCapabilities: Capabilities = Object.freeze({
  pipelining: true, eightBitMime: true, smtpUtf8: true, dsn: false, enhancedStatusCodes: true, sizeMaxBytes: 0,
});

/** The first line is the server's greeting, the others one keyword each. */
export function capabilitiesOf(reply: Reply): RelayCapabilities {
  return readCapabilities(reply.text.split('\n').slice(1));
}

function readCapabilities(lines: readonly string[]): RelayCapabilities {
  const offered = new Map<string, readonly string[]>();
  for (const line of lines) {
    const [keyword = '', ...parameters] = line.trim().toUpperCase().split(/\s+/);
    offered.set(keyword, parameters);
  }
  const size = offered.get('SIZE');
  return Object.freeze({
    pipelining: offered.has('PIPELINING'),
    eightBitMime: offered.has('8BITMIME'),
    smtpUtf8: offered.has('SMTPUTF8'),
    dsn: offered.has('DSN'),
    enhancedStatusCodes: offered.has('ENHANCEDSTATUSCODES'),
    sizeMaxBytes: size === undefined ? null : sizeOf(size[0]),
    xforward: Object.freeze([...offered.get('XFORWARD') ?? []]),
    startTls: offered.has('STARTTLS'),
  });
}

/** RFC 1870 section 4: no number, or 0, is no fixed limit. */
function sizeOf(digits: string | undefined): number {
  const size = digits !== undefined && /^\d{1,20}$/.test(digits) ? Number(digits) : 0;
  return Number.isSafeInteger(size) ? size : 0;
}
