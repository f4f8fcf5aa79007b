/** PURE. How the addresses of links are made and which words their paths hold, never which site it is. */
import { linkFacts, type LinkFacts } from '../../signals/link-facts.ts';
import type { Link, Message } from '../../message/message.ts';
import type { FeatureBuilder } from './builder.ts';
import { bin } from './shape.ts';

const LINKS_MAX = 60;
const PATH_WORDS_MAX = 120;
const PATH_CHARS_MAX = 300;

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

/** Each address once. */
function* distinct(links: readonly Link[]): Generator<LinkFacts> {
  const seen = new Set<string>();
  for (const link of links) {
    if (seen.size >= LINKS_MAX) return;
    if (seen.has(link.url)) continue;
    seen.add(link.url);
    yield linkFacts(link);
  }
}

const isWeb = ({ scheme }: LinkFacts): boolean => scheme === 'http' || scheme === 'https';

export function linkFeatures(add: FeatureBuilder, links: readonly Link[]): void {
  const hosts = new Set<string>();
  for (const facts of distinct(links)) {
    if (!isWeb(facts)) {
      add.add('scheme', facts.scheme);
      continue;
    }
    hosts.add(facts.domain);
    shape(add, facts);
  }
  add.add('hosts', bin(hosts.size, 5));
}

/** Words of paths, and of hosts below the registrable domain, where `login.` and `click.` stand. Never the site's own name. */
export function pathFeatures(add: FeatureBuilder, links: readonly Link[]): void {
  let words = 0;
  for (const facts of distinct(links)) {
    if (!isWeb(facts)) continue;
    const { host, domain, path } = facts;
    for (const word of path.slice(0, PATH_CHARS_MAX).toLowerCase().match(/[a-z]{3,16}/g) ?? []) if (words++ < PATH_WORDS_MAX) add.add('path', word);
    for (const label of host.slice(0, Math.max(0, host.length - domain.length)).split(/[.-]/)) if (/^[a-z]{2,16}$/.test(label)) add.add('host', label);
  }
}

function shape(add: FeatureBuilder, { host, domain, path, isAddress, port }: LinkFacts): void {
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
