/** PURE. A digest: what was held for somebody, as one mail. Nothing in it acts by being opened, and nothing is fetched from elsewhere. */
import { digest as limits } from '../message/limits.ts';
import type { ResolvedQuarantine } from '../policy/resolved.ts';
import type { Purpose } from '../review/tokens.ts';
import type { Words } from '../words/words.ts';
import { digestHtml, itemHtml } from './digest-html.ts';
import { byLikelihoodOfMistake, whySentence, type DigestItem } from './digest-items.ts';
import type { ShownDigest, ShownItem } from './digest-shown.ts';
import { digestText } from './digest-text.ts';
import { plainText } from './plain-text.ts';

export interface DigestContents {
  /** Those that could be listed, in any order. */
  readonly items: readonly DigestItem[];
  /** All that wait, also beyond `items`. */
  readonly listable: number;
  /** Only counted. */
  readonly certain: number;
  readonly dangerous: number;
}

/** What the page of a held message says about its quarantine. */
export interface DigestPage {
  readonly title: string;
  readonly recipientsMay: ResolvedQuarantine['recipientsMay']['value'];
  readonly keepForDays: number;
  readonly afterThat: ResolvedQuarantine['afterThat']['value'];
}

export interface DigestSettings {
  /** To whom it goes. */
  readonly address: string;
  readonly language: string;
  /** IANA name. */
  readonly timezone: string;
  /** Chosen by the recipient; null: none yet. */
  readonly phrase: string | null;
  /** Name of the host that sends it. */
  readonly host: string;
  /** Title of the policy whose mail it lists, for owners and lists; null: it lists the recipient's own mail. */
  readonly policyTitle: string | null;
  readonly pageOf: (policy: string) => DigestPage;
  readonly links: DigestLinks;
}

export interface DigestLinks {
  /** Page that asks before it acts on one held message. */
  readonly act: (purpose: Purpose, id: string) => string;
  readonly home: string;
  readonly settings: string;
  readonly stop: string;
}

export interface RenderedDigest {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Ids of the messages that it lists, likeliest mistakes first. */
  readonly listed: readonly string[];
}

/** As many items as fit into the bounds of a mail that every program shows whole; the others wait for the next one. */
export function renderDigest(contents: DigestContents, settings: DigestSettings, words: Words): RenderedDigest {
  const say: Say = (key, values) => words(settings.language, `digest.${key}`, values);
  const listed: string[] = [];
  const items: ShownItem[] = [];
  let chars = 0;
  for (const item of contents.items.toSorted(byLikelihoodOfMistake)) {
    const shown = shownItem(item, settings, say, words);
    chars += itemHtml(shown).length;
    if (listed.length >= limits.itemsMax || (listed.length > 0 && chars > limits.itemsMaxChars)) break;
    listed.push(item.id);
    items.push(shown);
  }
  const shown = shownDigest(contents, items, settings, say);
  return { subject: shown.subject, text: digestText(shown), html: digestHtml(shown), listed };
}

type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string;

function shownDigest(contents: DigestContents, items: readonly ShownItem[], settings: DigestSettings, say: Say): ShownDigest {
  const { links, phrase, policyTitle } = settings;
  const count = contents.listable;
  const isCountOnly = count === 0;
  const stopped = contents.certain + contents.dangerous;
  return {
    language: settings.language, items,
    subject: isCountOnly ? say('subject.counted', { count: stopped }) : policyTitle === null ? say('subject', { count }) : say('subject.others', { count, title: plainText(policyTitle, 60) }),
    title: isCountOnly ? say('title.counted') : say('title', { count }),
    intro: isCountOnly ? say('intro.counted') : say(policyTitle === null ? 'intro' : 'intro.others', { count }),
    phrase: phrase === null
      ? { says: say('phrase.choose'), why: say('phrase.choose.why'), url: links.settings }
      : { says: say('phrase', { phrase: plainText(phrase, 80) }), why: say('phrase.why'), url: null },
    others: othersOf(contents, count - items.length, say),
    all: { says: say('all'), url: links.home },
    notes: [...(isCountOnly ? [] : [say('safe')]), ...keptNote(contents.items, settings, say), say('sent', { host: settings.host, address: settings.address })],
    settings: { says: say('settings'), url: links.settings },
    stop: { says: say('stop'), url: links.stop },
  };
}

function othersOf({ certain, dangerous, listable }: DigestContents, more: number, say: Say): readonly string[] {
  const counted = [...(certain > 0 ? [say('counted.certain', { count: certain })] : []), ...(dangerous > 0 ? [say('counted.dangerous', { count: dangerous })] : [])];
  const [first, second] = counted;
  const sentence = first === undefined ? [] : [say(listable === 0 ? 'counted.only' : 'counted', { both: second === undefined ? 'no' : 'yes', first, second: second ?? '' })];
  return [...(more > 0 ? [say('more', { count: more })] : []), ...sentence];
}

/** Where several pages hold mail of one person, the shortest time is told: nobody comes too late by it. */
function keptNote(items: readonly DigestItem[], { pageOf }: DigestSettings, say: Say): readonly string[] {
  const pages = [...new Set(items.map(({ policy }) => policy))].map(pageOf).toSorted((a, b) => a.keepForDays - b.keepForDays);
  const [page] = pages;
  return page === undefined ? [] : [say(`kept.${page.afterThat}`, { days: page.keepForDays })];
}

function shownItem(item: DigestItem, settings: DigestSettings, say: Say, words: Words): ShownItem {
  const page = settings.pageOf(item.policy);
  const isOwn = settings.policyTitle === null;
  const beside = [
    ...(item.name === '' ? [] : [say('name', { name: item.name })]),
    ...(item.isReply ? [say('reply')] : item.isKnown && isOwn ? [say('known')] : item.isKnownHere ? [say('known-here')] : []),
    ...(item.recipient === settings.address ? [] : [say('for', { recipient: plainText(item.recipient, 120) })]),
    ...(item.count > 1 ? [say('again', { count: item.count })] : []),
  ];
  return {
    address: item.address === '' ? '–' : item.address, proof: say(`sender.${item.proof}`), isConfirmed: item.proof === 'confirmed', isForged: item.proof === 'failed', beside,
    subject: item.subject === '' ? say('no-subject') : item.subject,
    when: timeOf(item.at, settings), why: whySentence(item, plainText(page.title, 60), settings.language, words),
    links: linksOf(item, page, isOwn, settings.links, say),
  };
}

function linksOf({ id, proof }: DigestItem, { recipientsMay }: DigestPage, isOwn: boolean, { act }: DigestLinks, say: Say): ShownItem['links'] {
  const look = { says: say('act.look'), url: act('look', id), role: 'look' as const };
  // Nobody is invited to let a forger in: it is one button among others then.
  const first = proof === 'failed' ? 'other' as const : 'main' as const;
  // Who answers for a policy may let through what it holds, whatever its recipients may; what they want is theirs to say.
  if (!isOwn) return [{ says: say('act.let-through'), url: act('let-through', id), role: first }, look];
  if (recipientsMay === 'look') return [look];
  const wanted = recipientsMay === 'ask' ? 'ask' : 'let-through';
  return [
    { says: say(`act.${wanted}`), url: act(wanted, id), role: first },
    { says: say('act.not-wanted'), url: act('not-wanted', id), role: 'other' },
    look,
  ];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `Tue, 24 Nov, 14:05` as the language and the zone have it. */
function timeOf(at: number, { language, timezone }: Pick<DigestSettings, 'language' | 'timezone'>): string {
  const key = `${language} ${timezone}`;
  let format = formats.get(key);
  if (format === undefined) {
    // British English has the day first and 24 hours, as the other languages do.
    format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { timeZone: timezone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
    formats.set(key, format);
  }
  return format.format(at);
}
