/** The name that a reader sees in From, against the address behind it. */
import { signals as bounds } from '../message/limits.ts';
import { borrowedBrand, brandInHost } from './brands.ts';
import { isWithinOne, sameOwner } from './domains.ts';
import { domainOf, family } from './family.ts';
import { isFreeMail } from './freemail.ts';
import { hasDirectionOverride, hasInvisible, hasMixedWord, skeleton } from './scripts.ts';
import type { SignalInput } from './signal.ts';

const ADDRESS = /[^\s<>()"',;:@]+@([^\s<>()"',;:@]+\.[a-z0-9-]{2,})/i;

export const names = family(
  'names',
  {
    'name-other-address': 'The name shown is an address of another domain than the real one.',
    'name-brand': "The name shown is a well-known company's, the address is not; the value is the name.",
    'address-brand': "The author's domain contains a well-known name that is not its own; the value is the name.",
    'name-our-domain': 'The name shown mentions one of our own domains, the address is from elsewhere.',
    'from-our-domain': 'The author claims to be of one of our own domains.',
    'name-mixed-letters': 'The name mixes letters of different alphabets that look alike.',
    'name-invisible': 'Characters that nobody sees stand in the name.',
    'name-missing': 'The author gives an address but no name.',
    'name-shouting': 'The name shown is written in capitals only.',
    'name-odd-characters': 'The name contains symbols that names do not have.',
    'address-random': 'The part before the @ looks made by a machine.',
    'address-punycode': 'The domain of the author is written in an encoded foreign script.',
    'free-mail': 'The author uses a free mailbox.',
  },
  look,
);

function look({ message, ourDomains }: SignalInput) {
  const author = message.from[0];
  const name = (author?.name ?? '').slice(0, bounds.nameMaxChars);
  const address = author?.address ?? '';
  const domain = domainOf(address);
  const shown = name.includes('@') ? (ADDRESS.exec(name)?.[1]?.toLowerCase() ?? null) : null;
  const isOurs = isWithinOne(domain, ourDomains);
  const local = address.slice(0, Math.max(0, address.lastIndexOf('@')));
  return {
    'name-other-address': shown !== null && domain !== '' && shown !== domain && !sameOwner(shown, domain),
    'name-brand': name === '' || domain === '' ? null : borrowedBrand(skeletonIfMixed(name), domain),
    'address-brand': domain === '' ? null : brandInHost(domain),
    'name-our-domain': !isOurs && ourDomains.size > 0 && mentionsOne(name.toLowerCase(), ourDomains),
    'from-our-domain': isOurs,
    'name-mixed-letters': hasMixedWord(name),
    'name-invisible': hasInvisible(name) || hasDirectionOverride(name),
    'name-missing': name === '' && address !== '',
    'name-shouting': name.length > 5 && !/[a-z]/.test(name) && /^[\P{L}]*\p{Lu}[\p{Lu}\P{L}]{5,}$/u.test(name) && /\p{Lu}{4}/u.test(name),
    'name-odd-characters': /[\p{So}\p{Sc}$%*!?=#^~|{}<>]/u.test(name),
    'address-random': looksRandom(local),
    'address-punycode': domain.includes('xn--') && domain.split('.').some((label) => label.startsWith('xn--')),
    'free-mail': isFreeMail(domain),
  };
}

function mentionsOne(name: string, domains: ReadonlySet<string>): boolean {
  for (const domain of domains) if (name.includes(domain)) return true;
  return false;
}

const skeletonIfMixed = (name: string): string => (hasMixedWord(name) ? skeleton(name) : name);

/** Long runs without vowels, or many changes between letters and digits. */
function looksRandom(local: string): boolean {
  if (local.length < 8 || local.includes('=')) return false;
  const changes = /\d/.test(local) ? (local.match(/[a-z](?=\d)|\d(?=[a-z])/gi)?.length ?? 0) : 0;
  return changes >= 4 || /[bcdfghjklmnpqrstvwxz]{7}/i.test(local);
}
