/**
 * PURE. What a recipient said about senders counts for that recipient alone: a welcome like an always-welcome sender of the page,
 * a block by holding, and what was let through once is not held again for the same reason. Danger stands above all of it.
 */
import type { Found } from './lists.ts';
import type { Judgement, ListMatch, MessageFacts, PersonalFacts, Reason } from './verdict.ts';

/** Entries as they are kept. */
export interface PersonalSaying {
  readonly sender: string;
  readonly kind: 'welcome' | 'unwelcome' | 'let-through';
  /** For `let-through`. */
  readonly reason: string;
}

/** Judged by what the message looks like; the other reasons are somebody's word. */
const BY_SCORE: readonly Reason[] = ['certain-spam', 'spam', 'newsletter', 'could-not-check'];

/**
 * @param authors keys of From; one welcome name beside a stranger's must not let the stranger in, so all must be welcome
 * @param sayings those that count for this recipient and any of the authors now
 */
export function personalFacts(authors: readonly string[], sayings: readonly PersonalSaying[]): PersonalFacts | undefined {
  if (sayings.length === 0 || authors.length === 0) return undefined;
  const says = (sender: string, kind: PersonalSaying['kind'], reason = ''): boolean => sayings.some((each) => each.sender === sender && each.kind === kind && (reason === '' || each.reason === reason));
  return {
    unwelcome: authors.find((author) => says(author, 'unwelcome')) ?? null,
    welcome: authors.every((author) => says(author, 'welcome')) ? authors.join(', ') : null,
    letThrough: BY_SCORE.filter((reason) => authors.every((author) => says(author, 'let-through', reason))),
  };
}

export function blockedPersonally(personal: PersonalFacts | undefined, page: string): ListMatch | null {
  return personal === undefined || personal.unwelcome === null ? null : matchOf(personal.unwelcome, page);
}

/** As an entry of the page would be found. */
export function personalWelcome(personal: PersonalFacts | undefined, page: string): Found | null {
  return personal === undefined || personal.welcome === null ? null : { which: 'always', bySender: true, match: matchOf(personal.welcome, page) };
}

/**
 * The same sender is not held again for the same reason: delivered when it is proven to be the same, marked when nothing says
 * that it is or is not, and judged as ever when the sender is forged.
 */
export function letThroughBefore(personal: PersonalFacts | undefined, { author, fromOurDomain }: MessageFacts, judged: Judgement): Judgement {
  if (personal === undefined || !personal.letThrough.includes(judged.reason)) return judged;
  if (judged.action === 'deliver' || judged.action === 'mark' || author.state === 'fail') return judged;
  if (fromOurDomain && author.state !== 'pass') return judged;
  return { ...judged, action: author.state === 'pass' ? 'deliver' : 'mark', qualifiers: [...judged.qualifiers, 'let-through-before'] };
}

function matchOf(entry: string, page: string): ListMatch {
  return { by: 'personal', entry, because: null, page };
}
