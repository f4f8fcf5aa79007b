/**
 * PURE. The decision for one recipient, exactly by "Order of judgement" of the policy language: dangerous → lists →
 * certain spam → spam → newsletter → could not check → deliver. What it needs comes in as values; it never throws.
 */
import { CERTAIN_STRICTER } from './defaults.ts';
import { findEntries, type Found } from './lists.ts';
import { stanceAt, type PolicySet, type ResolvedPage, type Stance } from './resolved.ts';
import type { Threshold } from '../scoring/score.ts';
import type { Action, Calibration, Judgement, MessageFacts, Qualifier, Reason, RecipientFacts, Verdict } from './verdict.ts';
import { blockedPersonally, letThroughBefore, personalWelcome } from './personal.ts';
import { rejectionWords, retryWords } from './wording.ts';

/** What everything below looks at. */
interface Case {
  readonly set: PolicySet;
  readonly page: ResolvedPage;
  readonly stance: Stance;
  readonly message: MessageFacts;
  readonly recipient: RecipientFacts;
  readonly spam: Threshold;
  readonly certain: Threshold;
  readonly now: number;
}

/** @param now milliseconds since 1970: chooses for-a-while blocks and ends list entries */
export function decide(set: PolicySet, message: MessageFacts, recipient: RecipientFacts, calibration: Calibration, now: number): Verdict {
  const page = set.matcher.find(recipient.recipient) ?? set.everyone;
  const stance = stanceAt(page, now);
  const { bound } = stance.intent.value;
  const facts: Case = {
    set, page, stance, message, recipient, now,
    spam: calibration.thresholdFor(bound),
    certain: calibration.thresholdFor(bound / CERTAIN_STRICTER),
  };
  const judged = message.kind === 'dangerous' ? judgeDanger(facts) : observed(facts, spared(facts, askedToRetry(facts, judge(facts))));
  return verdictOf(facts, judged);
}

/** Nothing lifts, softens or merely watches danger: "no setting changes that". */
function judgeDanger({ stance, recipient }: Case): Judgement {
  // The language allows no other action; a set made elsewhere must not open a hole.
  const action = stance.dangerous.value === 'reject' ? 'reject' : 'quarantine';
  return { action, reason: isPostmaster(recipient.recipient) ? 'dangerous-postmaster' : 'dangerous', qualifiers: [], match: null };
}

function judge(facts: Case): Judgement {
  const { message, stance, recipient } = facts;
  const blocked = blockedPersonally(recipient.personal, facts.page.name);
  // Held and never rejected: one person's wish is not the business's word, and a shared mailbox has other readers.
  if (blocked !== null) return { action: 'quarantine', reason: 'personal-block', qualifiers: [], match: blocked };
  const passedOver: Qualifier[] = [];
  const entries = findEntries(facts.page.lists, facts.page.isEveryone ? null : facts.set.everyone.lists, message, facts.now);
  // The business's never-welcome stands above a personal welcome; the strongest entry comes first.
  const personal = entries[0]?.which === 'never' ? null : personalWelcome(recipient.personal, facts.page.name);
  for (const found of personal === null ? entries : [personal, ...entries]) {
    // What certain spam gets, and a rejection here is the business's word: it needs no proof.
    if (found.which === 'never') return { action: stance.certainSpam.value, reason: 'never-welcome', qualifiers: passedOver, match: found.match };
    const answer = welcome(found, message);
    if (answer === 'lift') return { action: 'deliver', reason: welcomeReason(found), qualifiers: [], match: found.match };
    if (answer === 'soften') return softened(facts, found, judgeByScore(facts), passedOver);
    if (!passedOver.includes(answer)) passedOver.push(answer);
  }
  const judged = letThroughBefore(recipient.personal, message, judgeByScore(facts));
  return { ...judged, qualifiers: [...passedOver, ...judged.qualifiers] };
}

function welcomeReason({ bySender, match }: Found): Reason {
  if (match.by === 'personal') return 'personal-welcome';
  return bySender ? 'always-welcome-sender' : 'always-welcome-words';
}

/** How far an always-welcome entry counts: by what is known about who really wrote (item 4). */
function welcome({ bySender }: Found, { author, fromOurDomain }: MessageFacts): 'lift' | 'soften' | Qualifier {
  if (fromOurDomain && author.state !== 'pass') return 'own-domain-not-authenticated';
  if (!bySender) return 'soften';
  if (author.state === 'pass') return 'lift';
  return author.state === 'unknown' ? 'soften' : 'welcome-not-authenticated';
}

function judgeByScore(facts: Case): Judgement {
  const { message, stance, spam, certain, recipient } = facts;
  const qualifiers: Qualifier[] = [];
  const plain = (action: Action, reason: Reason): Judgement => ({ action, reason, qualifiers, match: null });
  const isCertain = message.proof !== null || message.score >= certain.threshold;
  const isSpam = isCertain || message.score >= spam.threshold;
  const isNewsletter = message.proof === null && (message.kind === 'newsletter' || message.newsletter);
  // Whoever is known is known by a proven name: a forged From must not borrow the relation.
  const outranks = isNewsletter && (message.newsletter || (recipient.knownRelation && message.author.state === 'pass'));
  if (isSpam && !outranks) {
    if (isNewsletter) qualifiers.push('newsletter-without-proof');
    const line = isCertain ? stance.certainSpam : stance.spam;
    if (line.value !== 'reject' || mayReject(facts, isCertain)) return plain(line.value, isCertain ? 'certain-spam' : 'spam');
    qualifiers.push('reject-not-proven');
    return plain('quarantine', isCertain ? 'certain-spam' : 'spam');
  }
  if (isNewsletter) return plain(stance.newsletters.value, 'newsletter');
  if (message.unopened.length > 0) return plain(stance.couldNotCheck.value, 'could-not-check');
  return plain('deliver', 'looks-fine');
}

/** Rejecting by score needs proof; GTUBE is its own. What is certain is spam as well, so either proof will do. */
function mayReject({ message, stance, spam, certain }: Case, isCertain: boolean): boolean {
  if (message.proof !== null) return true;
  return isCertain ? certain.proven || (spam.proven && stance.spam.value === 'reject') : spam.proven;
}

/** One step milder, never further; what is certain is never lifted above quarantine (item 4). */
function softened({ message }: Case, found: Found, judged: Judgement, passedOver: readonly Qualifier[]): Judgement {
  const unsure: readonly Qualifier[] = found.bySender && message.author.state === 'unknown' ? ['welcome-not-checkable'] : [];
  const before = [...passedOver, ...unsure, ...judged.qualifiers];
  const action = oneStepMilder(judged);
  const reason = welcomeReason(found);
  if (action === judged.action) {
    // Welcome words that changed nothing are still why; an author nobody could check is not.
    return action === 'deliver' && !found.bySender ? { action, reason, qualifiers: before, match: found.match } : { ...judged, qualifiers: before };
  }
  return { action, reason: action === 'deliver' ? reason : judged.reason, qualifiers: [...before, 'softened-by-welcome'], match: found.match };
}

function oneStepMilder({ action, reason }: Judgement): Action {
  if (action === 'reject') return 'quarantine';
  if (reason === 'certain-spam') return action;
  if (action === 'quarantine' || action === 'junk-folder' || action === 'ask-to-retry') return 'mark';
  // That a part could not be opened is no penalty but a warning, which words must not take away.
  return action === 'mark' && reason !== 'could-not-check' ? 'deliver' : action;
}

/** Who came back after five minutes has done what was asked: decided anew, with quarantine in its place (item 9). */
function askedToRetry({ recipient }: Case, judged: Judgement): Judgement {
  if (judged.action !== 'ask-to-retry' || recipient.retry !== 'returned') return judged;
  return { ...judged, action: 'quarantine', qualifiers: [...judged.qualifiers, 'returned-after-retry'] };
}

/** postmaster@ and abuse@ always get what is not dangerous (RFC 2142, RFC 5321 section 4.5.1). */
function spared({ recipient }: Case, judged: Judgement): Judgement {
  const reaches = judged.action === 'deliver' || judged.action === 'mark';
  if (reaches || !isPostmaster(recipient.recipient)) return judged;
  return { ...judged, action: 'deliver', reason: 'postmaster' };
}

function isPostmaster(recipient: string): boolean {
  const at = recipient.lastIndexOf('@');
  const local = (at < 0 ? recipient : recipient.slice(0, at)).split('+', 1)[0];
  return local === 'postmaster' || (local === 'abuse' && at >= 0);
}

function observed({ page }: Case, judged: Judgement): Judgement & { readonly wouldHave?: Action } {
  if (page.mode.value !== 'observe') return judged;
  if (judged.action === 'deliver') return { ...judged, wouldHave: 'deliver' };
  return { ...judged, action: 'deliver', wouldHave: judged.action, qualifiers: [...judged.qualifiers, 'observed-only'] };
}

function verdictOf(facts: Case, judged: Judgement & { readonly wouldHave?: Action }): Verdict {
  const { set, page, stance, spam, certain, recipient } = facts;
  const { action, reason, match } = judged;
  const qualifiers: readonly Qualifier[] = stance.forAWhile === null ? judged.qualifiers : [...judged.qualifiers, 'for-a-while'];
  return {
    recipient: recipient.recipient,
    action, reason, qualifiers, match,
    policy: page.name,
    revision: set.revision,
    wouldHave: judged.wouldHave ?? null,
    spamThreshold: spam.threshold,
    certainThreshold: certain.threshold,
    bound: stance.intent.value.bound,
    markWith: action === 'mark' ? (reason === 'could-not-check' ? page.markUncheckedWith : page.markWith).value : null,
    junkFolder: action === 'junk-folder' ? page.junkFolderName.value : null,
    // What would be turned away is held where another recipient accepts it: the folder must be known then.
    folder: action === 'quarantine' || action === 'reject' || action === 'ask-to-retry' ? page.quarantine.folder.value : null,
    words: wordsFor(facts, judged),
    language: page.language.value,
  };
}

function wordsFor({ page, message }: Case, { action, reason }: Judgement): string | null {
  if (action === 'ask-to-retry') return retryWords();
  if (action !== 'reject') return null;
  return rejectionWords({
    rejection: page.rejection,
    language: page.language.value,
    messageLanguage: message.language,
    utf8: message.utf8Replies,
    withContact: reason !== 'never-welcome',
  });
}
