/** Forward-confirmed reverse DNS: the name of the client's address, and whether that name leads back (RFC 8601 section 2.7.3). */
import ipaddr from 'ipaddr.js';
import { reverseDns as bounds } from '../message/limits.ts';
import type { DnsFailure } from '../platform/resolver.ts';
import { Kept } from './kept.ts';
import type { Lookups } from './lookups.ts';
import { probe, Unknown } from './probe.ts';
import type { Asked, Probe } from './probe.ts';

const MEANINGS = {
  'reverse-dns': 'The address of the server has a name that leads back to it; the value is the name.',
  'reverse-dns-missing': 'The address of the server has no name.',
  'reverse-dns-unconfirmed': 'The address of the server has a name that does not lead back to it.',
  'reverse-dns-generic': 'The name of the server is made from its address, as access networks name their customers.',
} as const;

const ADDRESS_MAX_CHARS = 64;

export const fcrdns: Probe = probe('fcrdns', MEANINGS, ({ envelope: { client } }, { lookups }) => {
  if (client.ip === null) return { answers: new Unknown(client.unknownReason ?? 'no-client') };
  const address = outside.get(client.ip);
  // Inside one's own network names are not kept with such care.
  return address === null ? { answers: null } : ask(address, lookups);
});

async function ask(address: Address, lookups: Lookups): Promise<Asked<keyof typeof MEANINGS>> {
  const answer = await lookups.resolve(reversed(address, 'arpa'), 'PTR');
  if (answer.state === 'absent' || answer.state === 'empty') return { answers: { ...NOTHING, 'reverse-dns-missing': true } };
  if (answer.state !== 'answer') return { answers: new Unknown(answer.state) };
  const names = answer.records.slice(0, bounds.namesMax).map((name) => name.toLowerCase().replace(/\.$/, ''));
  const confirmed = await confirm(names, address, lookups);
  if (typeof confirmed === 'object' && confirmed !== null) return { answers: new Unknown(confirmed.failure) };
  const shown = confirmed ?? names[0] ?? '';
  return { answers: { ...NOTHING, 'reverse-dns': confirmed, 'reverse-dns-unconfirmed': confirmed === null, 'reverse-dns-generic': isGeneric(shown, address) } };
}

/** null: no address, or one that is of no use outside its own network. */
const outside = new Kept((ip): Address | null => {
  const address = ipaddr.isValid(ip) ? ipaddr.process(ip) : null;
  return address === null || isInside(address) ? null : address;
}, bounds.addressesKeptMax, ADDRESS_MAX_CHARS);

const NOTHING = { 'reverse-dns': null, 'reverse-dns-missing': null, 'reverse-dns-unconfirmed': null, 'reverse-dns-generic': null } as const;
type Address = ReturnType<typeof ipaddr.process>;

const INSIDE: ReadonlySet<string> = new Set(['private', 'loopback', 'linkLocal', 'uniqueLocal', 'carrierGradeNat', 'unspecified']);
/** Whether an address is of no use outside its own network. */
export const isInside = (address: Address): boolean => INSIDE.has(address.range());

/** Octets or nibbles backwards; with `arpa` the name in the reverse tree, else without a zone (RFC 1035 3.5, RFC 3596 2.5, RFC 5782 2.1). */
export function reversed(address: Address, zone: 'arpa' | null): string {
  const bytes = address.toByteArray();
  if (address.kind() === 'ipv4') return `${bytes.toReversed().join('.')}${zone === null ? '' : '.in-addr.arpa'}`;
  const nibbles = bytes.flatMap((byte) => [byte >> 4, byte & 15]).reverse().map((nibble) => nibble.toString(16));
  return `${nibbles.join('.')}${zone === null ? '' : '.ip6.arpa'}`;
}

async function confirm(names: readonly string[], address: Address, lookups: Lookups): Promise<string | null | { readonly failure: DnsFailure }> {
  let failure: DnsFailure | null = null;
  for (const name of names) {
    const answer = await lookups.resolve(name, address.kind() === 'ipv4' ? 'A' : 'AAAA');
    if (answer.state === 'answer') {
      if (answer.records.some((record) => ipaddr.isValid(record) && ipaddr.process(record).toNormalizedString() === address.toNormalizedString())) return name;
    } else if (answer.state !== 'absent' && answer.state !== 'empty') failure = answer.state;
  }
  return failure === null ? null : { failure };
}

/** At least three octets of the address in the name, in either order; or what access networks call their customers. */
function isGeneric(name: string, address: Address): boolean {
  const labels = name.split('.').slice(0, -2).join('.');
  if (/(?:^|[.-])(?:dyn(?:amic)?|dial-?up|dhcp|pool|ppp|a?dsl|cable|client|customer|broadband|cpe)(?:$|[.\d-])/.test(labels)) return true;
  if (address.kind() !== 'ipv4') return false;
  const numbers = new Set(labels.match(/\d{1,3}/g)?.map(Number) ?? []);
  return new Set(address.toByteArray()).size >= 3 && address.toByteArray().filter((byte) => numbers.has(byte)).length >= 3;
}
