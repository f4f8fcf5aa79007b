/** Phishing: whom a message pretends to be, against whose domains it comes from and leads to; and what it frightens people with. */
import { signals as bounds } from '../message/limits.ts';
import type { Link } from '../message/message.ts';
import { borrowedBrand, homelessBrand } from './brands.ts';
import { isWithinOne, registrableDomain, sameOwner } from './domains.ts';
import { domainOf, family, field } from './family.ts';
import { linkFacts } from './link-facts.ts';
import { subjectBeside } from './invitation.ts';
import { imitatedBrand, imitatedOwn } from './lookalike.ts';
import { asksToSignIn, luresIn } from './lures.ts';
import { isMasked, skeleton } from './scripts.ts';
import type { SignalInput } from './signal.ts';

export const deceit = family(
  'deceit',
  {
    'brand-subject': 'The subject names a well-known company, the author is not from there; the value is the name.',
    'brand-text': 'The text begins with a well-known company, and neither the author nor any link is from there; the value is the name.',
    'brand-without-link': "The name shown is a well-known company's, and neither the author nor any link is from there; the value is the name.",
    'author-imitates-brand': "The author's domain differs from a well-known one by a letter or by letters that look alike; the value is the name.",
    'author-imitates-ours': "The author's domain differs from one of our own by a letter or by letters that look alike.",
    'link-imitates-brand': 'A link leads to a domain that differs from a well-known one by a letter or by letters that look alike; the value is the name.',
    'link-imitates-ours': 'A link leads to a domain that differs from one of our own by a letter or by letters that look alike.',
    'speaks-as-ours': 'Somebody from elsewhere speaks as our own mail desk: the name or the subject names our domain or its first part.',
    'lure-mailbox': 'The message says that a mailbox is full or about to be closed, as forged notices do.',
    'lure-account': 'The message says that an account is locked or must be confirmed, as forged notices do.',
    'lure-parcel': 'The message says that a parcel waits for a payment or an address, as forged notices do.',
    'link-asks': "The text of a link asks to sign in, confirm or unlock, and leads neither to the author's domain nor to ours.",
  },
  look,
);

function look({ message, envelope, ourDomains }: SignalInput) {
  const author = message.from[0];
  const from = domainOf(author?.address ?? '');
  const name = unmasked((author?.name ?? '').slice(0, bounds.nameMaxChars));
  const subject = unmasked(subjectBeside(message).slice(0, bounds.nameMaxChars));
  const start = message.text.slice(0, bounds.lureTextMaxChars);
  const targets = targetsOf(message.links);
  const hosts = [...targets.keys()];
  const asks = hosts.length > 0 || message.attachedHtml !== null;
  const lures = asks ? luresIn(unmasked(`${subject} ${start}`)) : NO_LURES;
  const isOurs = isWithinOne(from, ourDomains);
  const known = from === '' ? hosts : [from, ...hosts];
  return {
    'brand-subject': from === '' ? null : borrowedBrand(subject, from),
    // On lists people speak of all companies.
    'brand-text': hosts.length > 0 && from !== '' && field(message, 'list-post') === undefined ? homelessBrand(start.slice(0, bounds.brandTextMaxChars), known) : null,
    'brand-without-link': asks && name !== '' && from !== '' ? homelessBrand(name, known) : null,
    'author-imitates-brand': from === '' ? null : imitatedBrand(from),
    'author-imitates-ours': !isOurs && imitatedOwn(from, ourDomains) !== null,
    'link-imitates-brand': first(hosts, imitatedBrand),
    'link-imitates-ours': hosts.some((host) => imitatedOwn(host, ourDomains) !== null),
    'speaks-as-ours': !isOurs && speaksAsOurs(`${name} ${subject}`.toLowerCase(), ourDomains.size > 0 ? [...ourDomains] : envelope.recipients.slice(0, 1).map(({ address }) => address.domain)),
    'lure-mailbox': lures.has('mailbox'),
    'lure-account': lures.has('account'),
    'lure-parcel': lures.has('parcel'),
    'link-asks': hosts.some((host) => !sameOwner(host, from) && targets.get(host)?.some(({ text }) => asksToSignIn(text.trim().toLowerCase().slice(0, 100))) === true && !isWithinOne(host, ourDomains)),
  };
}

const NO_LURES: ReadonlySet<never> = new Set<never>();
/** Letters that look like others, styled letters and marks that nobody sees, made plain; ordinary text stays as it is. */
const unmasked = (text: string): string => (isMasked(text) ? skeleton(text) : text);

function first<T>(all: readonly string[], find: (each: string) => T | null): T | null {
  for (const each of all) {
    const found = find(each);
    if (found !== null) return found;
  }
  return null;
}

/** Hosts of web links, each with the links that lead there and say something else. */
function targetsOf(links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const targets = new Map<string, Link[]>();
  for (const link of links) {
    if (targets.size >= bounds.linkHostsMax) break;
    const { host, scheme } = linkFacts(link);
    if (host === '' || (scheme !== 'http' && scheme !== 'https')) continue;
    let texts = targets.get(host);
    if (texts === undefined) targets.set(host, (texts = []));
    if (texts.length < bounds.linkTextsMax && link.text !== link.url) texts.push(link);
  }
  return targets;
}

/** Our domain, or its first part as a word beside what an office is called; where nobody said which are ours, the recipient's counts. */
function speaksAsOurs(text: string, domains: readonly string[]): boolean {
  return domains.some((domain) => {
    if (domain.length < 4) return false;
    if (text.includes(domain)) return true;
    const label = (registrableDomain(domain) ?? domain).split('.', 1)[0] ?? '';
    return label.length >= 4 && text.includes(label) && new RegExp(`(?<![\\p{L}\\p{N}])${label.replace(/[^\p{L}\p{N}]/gu, '\\$&')}(?![\\p{L}\\p{N}])`, 'u').test(text) && OFFICE.test(text);
  });
}
const OFFICE = /\b(?:it|e-?mail|mail|web-?mail|support|help ?desk|admin\w*|security|system|server|hr|payroll|team|service|desk|account|notification|notice|password|mailbox|bilgi işlem|destek|güvenlik|yönetici|postfach|abteilung|sicherheit|поддержк\S*|администратор\S*|безопасност\S*)(?![\p{L}\p{N}])/u;
