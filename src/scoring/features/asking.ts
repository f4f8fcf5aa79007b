/**
 * PURE. Whether a message wants anything that unsolicited mail lives by: a link or a picture to be followed, answers led elsewhere,
 * something hidden in a file, an offer. A letter from one person to another mostly does not, whatever its form; the mail of a shop
 * or an office leads to its own pages alone, and a letterhead names its home page.
 */
import type { Link, Message } from '../../message/message.ts';
import { registrableDomain } from '../../signals/domains.ts';
import { domainOf } from '../../signals/family.ts';
import { isFreeMail } from '../../signals/freemail.ts';
import { linkFacts } from '../../signals/link-facts.ts';
import type { Signal } from '../../signals/signal.ts';

/** `own`: it offers nothing, and leads to pages of its author's own site alone. */
export type Asking = 'nothing' | 'little' | 'own' | 'something';

/** What a signal says of it, one bit each. Answers that go to a third company say nothing: ticket systems and head offices are everyday. */
const ASKS = 1, TO_FREE_MAIL = 2, DISOWNED = 4;
const SAYS: ReadonlyMap<string, number> = new Map([
  ...['reply-other-free-mail', 'reply-lookalike', 'attachment-archive', 'attachment-only', 'attachment-page'].map((name) => [name, ASKS] as const),
  // So does fraud, and so does every form on a website by which a customer writes.
  ['reply-to-free-mail', TO_FREE_MAIL],
  // Only there when the message failed what its author's domain has published.
  ['dmarc-policy', DISOWNED],
]);
/** A home page, perhaps in one of several languages. */
const HOME = /^\/?(?:[a-z]{2}\/?)?$/;

/** @param offers see offers.ts */
export function askingOf(message: Message, signals: readonly Signal[], offers: number): Asking {
  let said = 0;
  for (const { name, state } of signals) if (state === 'present') said |= SAYS.get(name) ?? 0;
  if (offers > 1 || (message.html !== null && message.html.forms > 0) || (said & ASKS) !== 0) return 'something';
  // The site of an author whose name was borrowed is not the writer's own.
  const asking = byItself(message, offers, (said & DISOWNED) !== 0);
  if ((said & TO_FREE_MAIL) === 0) return asking;
  return asking === 'nothing' ? 'little' : 'something';
}

function byItself(message: Message, offers: number, isForged: boolean): Asking {
  const { html, links } = message;
  if (links.some(leadsToPage)) {
    const leading = isForged ? 'something' : leadingTo(message);
    // A letterhead says no more than a letter without one; what is offered on one's own pages is an offer.
    if (leading !== 'nothing') return offers === 0 ? leading : 'something';
  } else if (html !== null && html.remoteImages + html.inlineImages > 0) return 'something';
  return offers === 0 ? 'nothing' : 'little';
}

/** Schemes that lead to no page. */
const NO_PAGES = new Set(['mailto', 'tel', 'sms', 'fax', 'callto', 'cid', 'mid']);

/** Whatever programs make of it when it is clicked: `www.example.com`, `//example.com` and `data:` are followed like any other address. */
const leadsToPage = (link: Link): boolean => !NO_PAGES.has(linkFacts(link).scheme);

/** Where companies have a page beside their own. An address with a question mark may lead on to anywhere. */
const PROFILES = new Set(['linkedin.com', 'xing.com', 'facebook.com', 'instagram.com', 'twitter.com', 'x.com', 'youtube.com', 'vk.com']);

/** Where the links of a message lead that has some and offers nothing. */
function leadingTo({ from, links, html, defects }: Message): Asking {
  const domain = domainOf(from[0]?.address ?? ''), own = registrableDomain(domain);
  // What comes behind too many links was not looked at.
  if (own === null || isFreeMail(domain) || from.length > 1 || defects.some(({ code }) => code === 'links-too-many')) return 'something';
  // A logo that comes along is part of the letterhead; pictures that are fetched are not.
  let isLetterhead = html === null || html.remoteImages === 0, ownLinks = 0;
  for (const link of links) {
    const { scheme, domain: target, path, hasUser, about } = linkFacts(link);
    if (NO_PAGES.has(scheme) || (PROFILES.has(target) && !path.includes('?'))) continue;
    // Where anybody puts up pages, and where links are shortened, the site is everybody's.
    if (target !== own || hasUser || about.isFreeHosting || about.isShortener) return 'something';
    ownLinks++;
    isLetterhead &&= HOME.test(path);
  }
  return ownLinks === 0 ? 'something' : isLetterhead ? 'nothing' : 'own';
}
