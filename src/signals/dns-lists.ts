/** What lists in the DNS say of the client, of the author's domain and of the domains that links lead to. Off unless configured. */
import ipaddr from 'ipaddr.js';
import { dnsLists as bounds } from '../message/limits.ts';
import { registrableDomain } from './domains.ts';
import type { DnsList, Listing } from './dns-list.ts';
import { domainOf } from './family.ts';
import { isInside, reversed } from './fcrdns.ts';
import { linkFacts } from './link-facts.ts';
import type { Lookups } from './lookups.ts';
import { probe, Unknown } from './probe.ts';
import type { Asked, Probe } from './probe.ts';
import type { SignalInput } from './signal.ts';

const MEANINGS = {
  'listed-client': 'A list in the DNS names the address of the server; the value is how much that says: slight, clear or strong.',
  'listed-author': "A list in the DNS names the domain of the author or of the envelope's sender; the value is how much that says.",
  'listed-link': 'A list in the DNS names a domain that a link leads to; the value is how much that says.',
  'listed-by': 'Which list, and what it means by it.',
  'welcomed-client': 'A list of senders with a good name holds the address of the server.',
} as const;

const ORDER = ['strong', 'clear', 'slight'] as const;

export function dnsListsProbe(lists: readonly DnsList[]): Probe {
  const ipLists = lists.filter(({ config }) => config.kind === 'ip');
  const domainLists = lists.filter(({ config }) => config.kind === 'domain');
  return probe('dns-lists', MEANINGS, (input, { lookups }) => (lists.length === 0 ? { answers: null } : askLists(ipLists, domainLists, input, lookups)));
}

async function askLists(ipLists: readonly DnsList[], domainLists: readonly DnsList[], input: SignalInput, lookups: Lookups): Promise<Asked<keyof typeof MEANINGS>> {
  const ourDomains = new Set([...input.ourDomains].map((domain) => registrableDomain(domain) ?? domain));
  const [client, author, link] = await Promise.all([
    askAll(ipLists, clientKeys(input), lookups),
    askAll(domainLists, authorDomains(input).filter((domain) => !ourDomains.has(domain)), lookups),
    askAll(domainLists, linkDomains(input).filter((domain) => !ourDomains.has(domain)), lookups),
  ]);
  const by = [...client, ...author, ...link].find((each) => each.state === 'listed' && each.strength !== 'welcome');
  return {
    answers: {
      'listed-client': strongest(client), 'listed-author': strongest(author), 'listed-link': strongest(link),
      'listed-by': by?.state === 'listed' ? `${by.zone}: ${by.meaning}` : null,
      'welcomed-client': client.some((each) => each.state === 'listed' && each.strength === 'welcome'),
    },
  };
}

async function askAll(lists: readonly DnsList[], keys: readonly string[], lookups: Lookups): Promise<readonly Listing[]> {
  return Promise.all(lists.flatMap((list) => keys.map((key) => list.ask(key, lookups))));
}

/** One listing counts, however many there are: lists copy from each other. */
function strongest(listings: readonly Listing[]): string | null | Unknown {
  for (const strength of ORDER) if (listings.some((each) => each.state === 'listed' && each.strength === strength)) return strength;
  const unknown = listings.find((each) => each.state === 'unknown');
  return unknown?.state === 'unknown' ? new Unknown(unknown.reason) : null;
}

function clientKeys({ envelope: { client } }: SignalInput): readonly string[] {
  if (client.ip === null || !ipaddr.isValid(client.ip)) return [];
  const address = ipaddr.process(client.ip);
  return isInside(address) ? [] : [reversed(address, null)];
}

function authorDomains({ message, envelope }: SignalInput): readonly string[] {
  return registrable([domainOf(message.from[0]?.address ?? ''), envelope.sender.domain]);
}

function linkDomains({ message }: SignalInput): readonly string[] {
  return registrable(message.links.map((link) => linkFacts(link).host)).slice(0, bounds.linkDomainsMax);
}

const registrable = (hosts: readonly string[]): readonly string[] => [...new Set(hosts.flatMap((host) => registrableDomain(host) ?? []))].filter((domain) => /^[a-z0-9.-]+$/.test(domain));
