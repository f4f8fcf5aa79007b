/** Makes one digest and puts it into the outbox, in one transaction with what it names. */
import { digest as limits } from '../message/limits.ts';
import { mailAddress } from '../message/envelope.ts';
import type { Notice } from '../notices/notice.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { ResolvedPage } from '../policy/resolved.ts';
import type { Link } from '../review/tokens.ts';
import type { DigestBook, Unnamed } from '../storage/digest-book.ts';
import type { QueuedNotice } from '../storage/notice-book.ts';
import type { Words } from '../words/words.ts';
import { renderDigest, type DigestContents, type DigestPage, type DigestSettings, type RenderedDigest } from './digest.ts';
import { digestItem, isDoubtful } from './digest-items.ts';
import type { Pages, PersonalDigest, Target } from './digest-targets.ts';

export interface DigestParts {
  readonly digests: DigestBook;
  readonly compose: (notice: Notice) => Promise<QueuedNotice>;
  /** Address of the page that a link opens; the keys are asked for once a run. */
  readonly linkMaker: () => Promise<(link: Link) => string>;
  readonly places: { readonly home: string; readonly settings: string };
  /** Of one address; null: nothing was chosen. */
  readonly personalOf: (address: string) => Promise<PersonalDigest | null>;
  readonly words: Words;
  readonly hostname: string;
  readonly clock: Clock;
}

export interface MakeContext {
  readonly pages: Pages;
  readonly linkTo: (link: Link) => string;
}

/** One of those who get it, and what they chose. */
interface Addressee {
  readonly address: string;
  readonly personal: PersonalDigest | null;
}

export type Made =
  | { readonly is: 'queued'; readonly notices: readonly string[]; readonly listed: number; readonly left: number }
  /** `nothing`: there is nothing to tell; `stopped`: nobody wants to be told; `already`: this slot has had its digest. */
  | { readonly is: 'nothing' | 'stopped' | 'already' };

/** Rejects with StoreError, or when what it is about changes again and again. */
export async function makeDigest(target: Target, slot: number, parts: DigestParts, context: MakeContext): Promise<Made> {
  const addressees = await addresseesOf(target, parts);
  if (addressees.length === 0) return { is: 'stopped' };
  for (let attempt = 1; attempt <= limits.attemptsMax; attempt++) {
    const unnamed = await parts.digests.unnamed(target.selection, limits.candidatesMax);
    if (unnamed.listable + unnamed.certain + unnamed.dangerous === 0) return { is: 'nothing' };
    const digests = digestsFor(addressees, unnamed, target, parts, context);
    const listed = digests[0]?.rendered.listed ?? [];
    const certain = unnamed.certain - unnamed.doubtful.filter(({ id }) => listed.includes(id)).length;
    const notices = await Promise.all(digests.map((each) => parts.compose(noticeOf(each, unnamed))));
    const at = parts.clock.now();
    const entered = await parts.digests.enter({
      digestId: newId(at), addressee: target.addressee, slot, at, selection: target.selection, listed, certain, dangerous: unnamed.dangerous, notices,
    });
    if (entered === 'already') return { is: 'already' };
    if (entered === 'queued') return { is: 'queued', notices: notices.map(({ row }) => row.id), listed: listed.length, left: Math.max(0, unnamed.listable + unnamed.doubtful.length - listed.length) };
  }
  throw new Error('what the digest would tell changed each time it was made');
}

/** What would be sent to the first addressee; null: nothing. Changes nothing. */
export async function previewDigest(target: Target, parts: DigestParts, context: MakeContext): Promise<RenderedDigest | null> {
  const [first] = await addresseesOf(target, parts);
  const unnamed = await parts.digests.unnamed(target.selection, limits.candidatesMax);
  if (first === undefined || unnamed.listable + unnamed.certain + unnamed.dangerous === 0) return null;
  return digestsFor([first], unnamed, target, parts, context)[0]?.rendered ?? null;
}

async function addresseesOf({ to }: Target, { personalOf }: DigestParts): Promise<readonly Addressee[]> {
  const all = await Promise.all(to.map(async (address) => ({ address, personal: await personalOf(mailAddress(address).key) })));
  return all.filter(({ personal }) => personal?.isStopped !== true);
}

interface AddressedDigest extends Addressee {
  readonly settings: DigestSettings;
  readonly rendered: RenderedDigest;
}

/** One for each addressee. All list the same messages: as many as fit into the one in the longest language. */
function digestsFor(addressees: readonly Addressee[], unnamed: Unnamed, target: Target, parts: DigestParts, context: MakeContext): readonly AddressedDigest[] {
  const contents = contentsOf(unnamed);
  const all = addressees.map((each) => {
    const settings = settingsOf(each, target, parts, context);
    return { ...each, settings, rendered: renderDigest(contents, settings, parts.words) };
  });
  const shortest = all.toSorted((a, b) => a.rendered.listed.length - b.rendered.listed.length)[0]?.rendered.listed ?? [];
  const items = contents.items.filter(({ id }) => shortest.includes(id));
  return all.map((each) => (each.rendered.listed.length === shortest.length ? each : { ...each, rendered: renderDigest({ ...contents, items }, each.settings, parts.words) }));
}

/** Certain spam that may be a mistake is listed like the rest, and counted no more. */
function contentsOf({ rows, doubtful, listable, certain, dangerous }: Unnamed): DigestContents {
  const worthALook = doubtful.map(digestItem).filter(isDoubtful).slice(0, limits.itemsMax / 2);
  return { items: [...worthALook, ...rows.map(digestItem)], listable: listable + worthALook.length, certain: certain - worthALook.length, dangerous };
}

function settingsOf({ address, personal }: Addressee, { policy, page }: Target, { clock, places, hostname }: DigestParts, { pages, linkTo }: MakeContext): DigestSettings {
  const now = clock.now();
  const key = mailAddress(address).key;
  const link = (purpose: Link['purpose'], subject: string, keptForDays: number): string =>
    linkTo({ purpose, recipient: key, subject, expiresAt: now + Math.min(keptForDays + SPARE_DAYS, LINK_MAX_DAYS) * DAY_MS });
  return {
    address: key, host: hostname, phrase: personal?.phrase ?? null, policyTitle: policy?.title ?? null,
    language: personal?.language ?? page.language.value, timezone: personal?.timezone ?? page.timezone.value,
    pageOf: (name) => digestPage(pages.named(name, key)),
    links: { ...places, act: (purpose, id) => link(purpose, id, page.quarantine.keepForDays.value), stop: link('stop-digest', '', LINK_MAX_DAYS) },
  };
}

const DAY_MS = 24 * 3600_000;
/** A link works a little longer than there is something behind it, to say so; no link lives longer than its keys (review/tokens.ts). */
const SPARE_DAYS = 7;
const LINK_MAX_DAYS = 60;

const digestPage = ({ title, quarantine: { recipientsMay, keepForDays, afterThat } }: ResolvedPage): DigestPage =>
  ({ title, recipientsMay: recipientsMay.value, keepForDays: keepForDays.value, afterThat: afterThat.value });

function noticeOf({ address, settings, rendered }: AddressedDigest, { rows }: Unnamed): Notice {
  const { subject, text, html } = rendered;
  // As it was received, where that is known: a local part may have capitals that count (RFC 5321 section 2.4).
  const to = rows.find(({ recipient }) => recipient === address)?.recipientRaw ?? address;
  return { to, subject, text, html, language: settings.language, unsubscribeUrl: settings.links.stop };
}
