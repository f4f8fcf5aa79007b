/** PURE. How the addresses of links are made, never which site or page it is. */
import { linkFacts } from '../../signals/link-facts.ts';
import type { Link, Message } from '../../message/message.ts';
import type { FeatureBuilder } from './builder.ts';
import { bin } from './shape.ts';

const LINKS_MAX = 60;

/** Links of the text itself: those that only stand in lines which lists and programs add are left out. */
export function ownLinks(message: Message, bare: string): readonly Link[] {
  // Links come in the order of the text: the next is looked for behind the last.
  let from = 0;
  return message.links.filter(({ where, url }) => {
    if (where === 'html') return true;
    const at = bare.indexOf(url, from);
    if (at < 0) return bare.lastIndexOf(url, from) >= 0;
    from = at;
    return true;
  });
}

export function linkFeatures(add: FeatureBuilder, links: readonly Link[]): void {
  const seen = new Set<string>();
  const hosts = new Set<string>();
  for (const link of links) {
    if (seen.size >= LINKS_MAX) break;
    if (seen.has(link.url)) continue;
    seen.add(link.url);
    const { scheme, host, domain, path, isAddress, port } = linkFacts(link);
    if (scheme !== 'http' && scheme !== 'https') {
      add.add('scheme', scheme);
      continue;
    }
    hosts.add(domain);
    shape(add, { host, domain, path, isAddress, port });
  }
  add.add('hosts', bin(hosts.size, 5));
}

function shape(add: FeatureBuilder, { host, domain, path, isAddress, port }: { host: string; domain: string; path: string; isAddress: boolean; port: string }): void {
  if (isAddress) return add.add('host-number');
  if (port !== '') add.add('port');
  const name = domain.slice(0, Math.max(0, domain.indexOf('.')));
  add.add('host-labels', Math.min(6, 1 + count(host, '.')));
  add.add('name-length', bin(name.length, 6));
  if (/\d/.test(name)) add.add('name-digits');
  const hyphens = count(name, '-');
  if (hyphens > 0) add.add('name-hyphens', Math.min(3, hyphens));
  if (/[bcdfghjklmnpqrstvwxz]{5}/.test(name)) add.add('name-unspeakable');
  const end = path.search(/[?#]/);
  const file = end < 0 ? path : path.slice(0, end);
  add.add('path-depth', Math.min(5, count(file, '/')));
  add.add('path-length', bin(path.length, 9));
  if (end >= 0) add.add(path[end] === '?' ? 'query' : 'fragment');
  const ending = /\.([a-z]{2,5})$/i.exec(file)?.[1]?.toLowerCase();
  if (ending !== undefined) add.add('ending', ending);
  if (/[0-9a-f]{16}|[A-Za-z0-9_-]{32}/.test(path)) add.add('token-in-path');
}

function count(text: string, sign: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at >= 0; at = text.indexOf(sign, at + 1)) found++;
  return found;
}
