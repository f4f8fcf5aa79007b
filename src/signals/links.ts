/** Links: what they say against where they lead, and addresses that hide who is behind them. */
import { signals as bounds } from '../message/limits.ts';
import type { Link } from '../message/message.ts';
import { borrowedBrand } from './brands.ts';
import { registrableDomain, sameOwner } from './domains.ts';
import { counted, domainOf, family } from './family.ts';
import { hostInText, linkFacts } from './link-facts.ts';
import type { LinkFacts } from './link-facts.ts';
import { carriesAddress } from './link-hosts.ts';
import { hasMixedWord } from './scripts.ts';
import type { SignalInput } from './signal.ts';

const MANY_DOMAINS = 8;

export const links = family(
  'links',
  {
    'link-text-differs': 'A link shows the address of one site and leads to another; the value is how many do.',
    'link-to-address': 'A link leads to a bare network address instead of a name.',
    'link-user': 'A link carries a user name, which makes it look as if it led elsewhere.',
    'link-port': 'A link uses an unusual port.',
    'link-punycode': 'The host of a link is written in an encoded foreign script.',
    'link-mixed-letters': 'The host of a link mixes letters of different alphabets that look alike.',
    'link-brand': 'The host of a link contains a well-known name that is not its own; the value is the name.',
    'link-brand-text': 'A link speaks of a well-known company and leads elsewhere; the value is the name.',
    'link-shortener': 'A link goes through a service that hides its target; the value is how many do.',
    'link-redirect': 'A link carries a second address inside it; the value is how many do.',
    'link-free-hosting': 'A link leads to a place where anybody can put up a page within minutes.',
    'link-odd-suffix': 'A link leads to a domain ending that is cheap and much abused.',
    'link-script': 'A link holds a script or data instead of an address.',
    'link-unreadable': 'A link cannot be read as an address.',
    'link-many-hyphens': 'The host of a link has three or more hyphens or is very long.',
    'link-deep-host': 'The host of a link has five or more labels.',
    'link-many-domains': 'The links lead to many different domains; the value is their number.',
    'link-only-foreign': "There are links, and none of them leads to the author's domain.",
    'link-single': "There is exactly one target, which is not the author's domain, and little text around it.",
    'link-unencrypted': 'A link leads to a page without encryption.',
    'link-carries-recipient': "A link carries the recipient's own address.",
    'link-none': 'The message has no links.',
  },
  look,
);

interface Examined {
  readonly link: Link;
  readonly facts: LinkFacts;
}

function look({ message, envelope }: SignalInput) {
  if (message.links.length === 0) return NO_LINKS;
  const examined = examine(message.links);
  const web = examined.filter(({ facts }) => facts.host !== '' && (facts.scheme === 'http' || facts.scheme === 'https'));
  const domains = new Set(web.map(({ facts }) => facts.domain));
  const from = domainOf(message.from[0]?.address ?? '');
  const fromDomain = registrableDomain(from);
  const traces = envelope.recipients.slice(0, bounds.recipientsExaminedMax).flatMap(({ address: { key } }) => (key.includes('@') ? [key, Buffer.from(key).toString('base64').replace(/=+$/, '')] : []));
  return {
    ...deceits(web),
    ...targets(web),
    'link-script': examined.some(({ facts: { scheme } }) => scheme !== 'https' && scheme !== 'http' && /^(?:javascript|vbscript|data|blob)$/.test(scheme)),
    'link-unreadable': examined.some(({ facts }) => !facts.isReadable),
    'link-many-domains': domains.size >= MANY_DOMAINS ? domains.size : null,
    'link-only-foreign': web.length > 0 && from !== '' && !web.some(({ facts: { about } }) => about.domain !== null && about.domain === fromDomain),
    // The mail of shops and offices leads to one site, their own.
    'link-single': domains.size === 1 && message.text.length < 400 && (fromDomain === null || !domains.has(fromDomain)),
    'link-carries-recipient': traces.length > 0 && web.some(({ facts: { path } }) => path.length > 5 && traces.some((trace) => path.includes(trace))),
    'link-none': false,
  };
}

const NO_LINKS = {
  'link-text-differs': null, 'link-to-address': null, 'link-user': null, 'link-port': null, 'link-punycode': null, 'link-mixed-letters': null, 'link-brand': null, 'link-brand-text': null, 'link-shortener': null,
  'link-redirect': null, 'link-free-hosting': null, 'link-odd-suffix': null, 'link-script': null, 'link-unreadable': null, 'link-many-hyphens': null, 'link-deep-host': null, 'link-many-domains': null,
  'link-only-foreign': null, 'link-single': null, 'link-unencrypted': null, 'link-carries-recipient': null, 'link-none': true,
} as const;

/** What the addresses say, each taken alone. */
function targets(web: readonly Examined[]) {
  let shorteners = 0, redirects = 0;
  let toAddress = false, hasUser = false, oddPort = false, punycode = false, freeHosting = false, oddSuffix = false, manyHyphens = false, deepHost = false, unencrypted = false;
  for (const { facts } of web) {
    const host = facts.about;
    if (host.isShortener) shorteners++;
    if (carriesAddress(facts.path)) redirects++;
    toAddress ||= facts.isAddress;
    hasUser ||= facts.hasUser;
    oddPort ||= facts.port !== '' && facts.port !== '80' && facts.port !== '443';
    punycode ||= host.isPunycode;
    freeHosting ||= host.isFreeHosting;
    oddSuffix ||= host.hasOddSuffix;
    manyHyphens ||= host.isManyHyphened;
    deepHost ||= host.isDeep && !facts.isAddress;
    unencrypted ||= facts.scheme === 'http';
  }
  return {
    'link-to-address': toAddress, 'link-user': hasUser, 'link-port': oddPort, 'link-punycode': punycode, 'link-shortener': counted(shorteners), 'link-redirect': counted(redirects),
    'link-free-hosting': freeHosting, 'link-odd-suffix': oddSuffix, 'link-many-hyphens': manyHyphens, 'link-deep-host': deepHost, 'link-unencrypted': unencrypted,
  };
}

/** Each pair of target and text once: what is repeated says nothing new. */
function examine(links: readonly Link[]): readonly Examined[] {
  const seen = new Map<string, Examined>();
  for (const link of links) {
    if (seen.size >= bounds.linksExaminedMax) break;
    const key = link.text === link.url ? link.url : `${link.url} ${link.text}`;
    if (!seen.has(key)) seen.set(key, { link, facts: linkFacts(link) });
  }
  return [...seen.values()];
}

function deceits(web: readonly Examined[]) {
  let differs = 0;
  let hostBrand: string | null = null;
  let textBrand: string | null = null;
  let isMixed = false;
  for (const { link, facts } of web) {
    if (link.where === 'html' && link.text !== link.url) {
      const shown = hostInText(link.text);
      if (shown !== null && !sameOwner(shown, facts.host)) differs++;
      if (shown === null && link.text.length < 100) textBrand ??= borrowedBrand(link.text, facts.host);
    }
    hostBrand ??= facts.about.brand;
    isMixed ||= hasMixedWord(facts.written);
  }
  return { 'link-text-differs': counted(differs), 'link-brand': hostBrand, 'link-brand-text': textBrand, 'link-mixed-letters': isMixed };
}
