/** Domains as people and registries see them. */
import { getDomain, parse } from 'tldts';
import { signals as bounds } from '../message/limits.ts';
import { Kept } from './kept.ts';

// Private suffixes count: one tenant of github.io is not another.
const HOST_MAX_CHARS = 255;
const OPTIONS = Object.freeze({ allowPrivateDomains: true });

/** The registrable domain (public suffix plus one label) in lower case, or null for addresses and bare suffixes. */
export function registrableDomain(host: string): string | null {
  return registrable.get(host);
}
const registrable = new Kept<string | null>((host) => getDomain(host, OPTIONS), bounds.hostsKeptMax, HOST_MAX_CHARS);

/** Whether a name ends in a suffix that exists, so that `file.txt` is no host. */
export function hasPublicSuffix(host: string): boolean {
  return suffixed.get(host);
}
const suffixed = new Kept<boolean>(endsInSuffix, bounds.hostsKeptMax, HOST_MAX_CHARS);

function endsInSuffix(host: string): boolean {
  const { domain, isIcann, isPrivate } = parse(host, OPTIONS);
  return domain !== null && (isIcann === true || isPrivate === true);
}

/** Whether two hosts belong to one owner, as far as names can tell. False when either has no registrable domain. */
export function sameOwner(a: string, b: string): boolean {
  if (a === b) return a !== '' && registrableDomain(a) !== null;
  const domain = registrableDomain(a);
  return domain !== null && domain === registrableDomain(b);
}

/** Whether `host` is `domain` or below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Whether `host` is one of the domains or below it. */
export function isWithinOne(host: string, domains: ReadonlySet<string>): boolean {
  for (const domain of domains) if (isWithin(host, domain)) return true;
  return false;
}
