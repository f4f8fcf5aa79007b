/** How mail goes on to the next hop: `deliver-to` and what `next-hop` says of TLS. PURE. */
import ipaddr from 'ipaddr.js';
import { resolve } from 'node:path';
import { readDeliverTo, type DeliverTo, type ListenAddress } from './config-values.ts';

/** TLS towards the next hop (STARTTLS). */
export interface NextHopTls {
  readonly use: 'never' | 'when-offered' | 'required';
  /** Whom its certificate must name, where TLS is required; null: nobody in particular. */
  readonly name: string | null;
  /** Absolute path of a PEM file; null: the authorities that Node brings. */
  readonly authoritiesFile: string | null;
}

interface Written {
  readonly tls?: NextHopTls['use'];
  readonly 'tls-name'?: string;
  readonly 'tls-authorities'?: string;
}

type Complain = (key: string, sentence: string) => void;

/** @param text null: mail stays here, in Maildirs below `dataDir` */
export function readNextHop(text: string | null, base: string, dataDir: string, complain: Complain): DeliverTo {
  const local: DeliverTo = { protocol: 'maildir', dir: resolve(dataDir, 'mail') };
  if (text === null) return local;
  const target = readDeliverTo(text, base);
  if (!target) complain('deliver-to', `"${text}" is not a next hop; write smtp://host:port, lmtp://host:port, lmtp+unix:/path or maildir:DIR.`);
  return target ?? local;
}

/**
 * Beyond this machine TLS is the default where it is offered, as with the mail servers around: whoever listens on the way
 * then reads nothing, and where it fails mail goes on as before. On the machine itself nobody listens who could not read the
 * memory as well; there it would only take time.
 */
export function readNextHopTls(written: Written, deliverTo: DeliverTo, base: string, complain: Complain): NextHopTls {
  const address = deliverTo.protocol === 'maildir' ? null : deliverTo.address;
  const host = address !== null && 'host' in address ? address.host : null;
  const use = written.tls ?? (address === null || staysHere(address) ? 'never' : 'when-offered');
  const name = written['tls-name'] ?? host;
  if (use === 'required' && address !== null && name === null) complain('next-hop.tls', 'a unix socket has no name that a certificate could prove; write next-hop.tls-name, too.');
  return { use, name, authoritiesFile: written['tls-authorities'] === undefined ? null : resolve(base, written['tls-authorities']) };
}

function staysHere(address: ListenAddress): boolean {
  if ('path' in address) return true;
  return ipaddr.isValid(address.host) ? ipaddr.process(address.host).range() === 'loopback' : /(?:^|\.)localhost\.?$/i.test(address.host);
}
