/** One link taken apart, and what the name of its host says. */
import { isIP } from 'node:net';
import { signals as bounds } from '../message/limits.ts';
import type { Link } from '../message/message.ts';
import { parseUrl } from '../message/names.ts';
import { brandInHost } from './brands.ts';
import { hasPublicSuffix, registrableDomain } from './domains.ts';
import { Kept } from './kept.ts';
import { hasOddSuffix, isFreeHosting, isShortener } from './link-hosts.ts';

export interface LinkFacts {
  readonly scheme: string;
  /** Lower-case A-labels, without brackets; '' for schemes without a host and for what cannot be read. */
  readonly host: string;
  /** Registrable domain, or the host itself where there is none. */
  readonly domain: string;
  readonly isAddress: boolean;
  readonly hasUser: boolean;
  readonly port: string;
  readonly path: string;
  readonly isReadable: boolean;
  /** Host as written, before it was turned into A-labels. */
  readonly written: string;
  readonly about: HostFacts;
}

/** What a host's name alone says. */
export interface HostFacts {
  /** Registrable domain; null where there is none. */
  readonly domain: string | null;
  readonly isPunycode: boolean;
  readonly isShortener: boolean;
  readonly isFreeHosting: boolean;
  readonly hasOddSuffix: boolean;
  /** Three hyphens or more, or very long. */
  readonly isManyHyphened: boolean;
  /** Five labels or more. */
  readonly isDeep: boolean;
  /** A well-known name in it that is not its own. */
  readonly brand: string | null;
}

const hosts = new Kept<HostFacts>(aboutHost, bounds.hostsKeptMax, 255);

function aboutHost(host: string): HostFacts {
  const domain = registrableDomain(host);
  return {
    domain,
    isPunycode: /(^|\.)xn--/.test(host),
    isShortener: isShortener(domain ?? host),
    isFreeHosting: isFreeHosting(host),
    hasOddSuffix: hasOddSuffix(host),
    isManyHyphened: (host.replaceAll('xn--', '').match(/-/g)?.length ?? 0) >= 3 || host.length > 50,
    isDeep: host.split('.').length >= 5,
    brand: brandInHost(host),
  };
}

const UNREADABLE: LinkFacts = Object.freeze({ scheme: '', host: '', domain: '', isAddress: false, hasUser: false, port: '', path: '', isReadable: false, written: '', about: aboutHost('') });
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Web addresses that need no cleaning up: the URL parser costs ten times this expression. */
const PLAIN = /^(https?):\/\/([a-z0-9][a-z0-9.-]*[a-z])(?::(\d+))?([/?#][^\\\s]*)?$/;

/** Never throws; an unreadable link says so. Browsers drop white space and controls inside and before a URL; so do we. */
export function linkFacts(link: Link): LinkFacts {
  let facts = known.get(link);
  if (facts === undefined) {
    facts = takenApart(link);
    known.set(link, facts);
  }
  return facts;
}

/** Several families ask about the same link. */
const known = new WeakMap<Link, LinkFacts>();

function takenApart({ url }: Link): LinkFacts {
  const plain = PLAIN.exec(url);
  if (plain !== null) {
    const [, scheme = '', host = '', port = '', path = ''] = plain;
    const about = hosts.get(host);
    return { scheme, host, domain: about.domain ?? host, isAddress: false, hasUser: false, port, path, isReadable: true, written: host, about };
  }
  // oxlint-disable-next-line no-control-regex
  const cleaned = url.trim().replace(/[\0-\x20]/g, '');
  const text = cleaned.startsWith('//') ? `http:${cleaned}` : HAS_SCHEME.test(cleaned) && !/^[\w-]+(\.[\w-]+)+:\d/.test(cleaned) ? cleaned : `http://${cleaned}`;
  const parsed = parseUrl(text.slice(0, 4096));
  if (parsed === null) return UNREADABLE;
  const host = parsed.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '').toLowerCase();
  const isAddress = isIP(host) !== 0, about = hosts.get(host);
  const written = /^[a-z][a-z0-9+.-]*:[/\\]*(?:[^/\\?#]*@)?([^/\\?#:]*)/i.exec(text)?.[1] ?? '';
  return {
    scheme: parsed.protocol.slice(0, -1),
    host,
    domain: isAddress ? host : (about.domain ?? host),
    isAddress,
    hasUser: parsed.username !== '' || parsed.password !== '',
    port: parsed.port,
    path: `${parsed.pathname}${parsed.search}${parsed.hash}`,
    isReadable: true,
    written,
    about,
  };
}

/** The host that a link's visible text names, when it looks like an address of the web; null otherwise. */
export function hostInText(text: string): string | null {
  if (!text.includes('.')) return null;
  const match = /^\s*(?:https?:\/\/)?(?:[^\s/@]*@)?((?:[\p{L}\p{N}-]+\.)+[a-z]{2,})(?:[:/?#]\S*)?\s*$/iu.exec(text.slice(0, 500));
  const host = match?.[1]?.toLowerCase() ?? null;
  return host === null || !hasPublicSuffix(host) ? null : host;
}
