/**
 * PURE. Whether a message wants anything that unsolicited mail lives by: a link or a picture to be followed, answers led elsewhere,
 * something hidden in a file, an offer. A letter from one person to another mostly does not, whatever its form; the mail of a shop
 * or an office leads to its own pages alone, and a letterhead names its home page.
 */
import type { Message } from '../../message/message.ts';
import { registrableDomain } from '../../signals/domains.ts';
import { domainOf } from '../../signals/family.ts';
import { isFreeMail } from '../../signals/freemail.ts';
import { linkFacts } from '../../signals/link-facts.ts';
import type { Signal } from '../../signals/signal.ts';

/** `own`: it offers nothing, and leads to pages of its author's own site alone. */
export type Asking = 'nothing' | 'little' | 'own' | 'something';

/** Answers that go to a third company are everyday: ticket systems, forms on websites, head offices. */
const ASKS_BY_ITSELF = new Set(['reply-other-free-mail', 'reply-lookalike', 'attachment-archive', 'attachment-only', 'attachment-page']);
/** So does fraud, and so does every form on a website by which a customer writes. */
const TO_FREE_MAIL = 'reply-to-free-mail';
/** A home page, perhaps in one of several languages. */
const HOME = /^\/?(?:[a-z]{2}\/?)?$/;

/** @param offers see offers.ts */
export function askingOf(message: Message, signals: readonly Signal[], offers: number): Asking {
  const has = (isMeant: (name: string) => boolean): boolean => signals.some(({ name, state }) => state === 'present' && isMeant(name));
  if (offers > 1 || (message.html !== null && message.html.forms > 0) || has((name) => ASKS_BY_ITSELF.has(name))) return 'something';
  const asking = byItself(message, offers);
  if (asking === 'something' || !has((name) => name === TO_FREE_MAIL)) return asking;
  return asking === 'nothing' ? 'little' : 'something';
}

function byItself(message: Message, offers: number): Asking {
  const { html, links } = message;
  if (links.some(({ url }) => /^https?:/i.test(url))) return offers === 0 ? leadingTo(message) : 'something';
  if (html !== null && html.remoteImages + html.inlineImages > 0) return 'something';
  return offers === 0 ? 'nothing' : 'little';
}

/** Where companies have a page beside their own. An address with a question mark may lead on to anywhere. */
const PROFILES = new Set(['linkedin.com', 'xing.com', 'facebook.com', 'instagram.com', 'twitter.com', 'x.com', 'youtube.com', 'vk.com']);

/** Where the links of a message lead that has some and offers nothing. */
function leadingTo({ from, links, html }: Message): Asking {
  const domain = domainOf(from[0]?.address ?? ''), own = registrableDomain(domain);
  if (own === null || isFreeMail(domain)) return 'something';
  // A logo that comes along is part of the letterhead; pictures that are fetched are not.
  let isLetterhead = html === null || html.remoteImages === 0, ownLinks = 0;
  for (const link of links) {
    const { scheme, domain: target, path } = linkFacts(link);
    if (scheme === 'mailto' || scheme === 'tel' || (PROFILES.has(target) && !path.includes('?'))) continue;
    if (target !== own) return 'something';
    ownLinks++;
    isLetterhead &&= HOME.test(path);
  }
  return ownLinks === 0 ? 'something' : isLetterhead ? 'nothing' : 'own';
}
