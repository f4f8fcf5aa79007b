/** What became of mail teaches about who writes to us: it was answered, let through, blocked, complained of, or fetched out of the junk folder. The score learns elsewhere (learning/). */
import { firstBytes, headerLines, rawValue } from '../actions/header-lines.ts';
import { readRecorded } from '../audit/recorded.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { Correspondents, HeldRow, SenderHistory, Store } from '../storage/store.ts';

export interface LearnSentParts {
  readonly correspondents: Pick<Correspondents, 'learn'>;
  readonly history: Pick<SenderHistory, 'note' | 'sent'>;
}

/**
 * Somebody here wrote to these. What a machine answered by itself teaches nothing: an absence notice to a spammer would make
 * the spammer a correspondent (RFC 3834 section 5).
 * @param recipients keys of those whom the next hop accepted
 */
export function learnSent({ envelope, bytes }: Transaction, recipients: readonly string[], { correspondents, history }: LearnSentParts, now: number): void {
  if (envelope.sender.key === '' || recipients.length === 0 || isByMachine(bytes)) return;
  correspondents.learn(envelope.sender.key, recipients, now, 'sent');
  history.note('written', recipients, true, now);
  const id = headerLines(bytes, firstBytes('m')).find(({ key }) => key === 'message-id');
  const written = id === undefined ? undefined : /<[^<>\s]{3,998}>/.exec(rawValue(bytes, id))?.[0];
  if (written !== undefined) history.sent(written, now);
}

const MACHINE = /^\s*(?:auto-submitted:\s*(?!no\b)\S|x-auto(?:reply|respond)|precedence:\s*(?:bulk|junk|list|auto_reply)|list-id:)/i;

function isByMachine(bytes: Buffer): boolean {
  return headerLines(bytes, firstBytes('axpl')).some((field) => MACHINE.test(`${field.key}:${rawValue(bytes, field)}`));
}

export interface LearnReleaseParts {
  readonly store: { readonly decisions: Pick<Store['decisions'], 'find'>; readonly correspondents: Pick<Correspondents, 'learn'>; readonly history: Pick<SenderHistory, 'note'> };
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Somebody let this message through: its author is a correspondent of the recipient from now on, if it was the author's.
 * What came under an unproven name is remembered apart, and makes nobody a correspondent. Never rejects.
 */
export async function learnRelease(held: HeldRow, { store, clock, log }: LearnReleaseParts): Promise<void> {
  try {
    const row = await store.decisions.find(held.decisionId);
    const known = authorsOf(row?.facts);
    // The decision has grown too old to be kept: who the author was is not known any more.
    if (known === null) return;
    const now = clock.now();
    store.history.note('released', known.authors, known.proven, now);
    if (known.proven) store.correspondents.learn(held.recipient, known.authors, now, 'released');
  } catch (error) {
    log.warn({ err: error, id: held.id }, 'a release could not be learnt from');
  }
}

/** Somebody does not want such mail, or has thought better of it (−1). @param facts of the decision's row; '' when it is gone */
export function learnUnwanted(facts: string, history: Pick<SenderHistory, 'note'>, now: number, count: 1 | -1): void {
  const known = authorsOf(facts);
  if (known !== null) history.note('blocked', known.authors, known.proven, now, count);
}

/** Somebody complained of mail that was delivered (+1), or has thought better of it (−1). @param facts as above */
export function learnComplaint(facts: string, history: Pick<SenderHistory, 'note'>, now: number, count: 1 | -1): void {
  const known = authorsOf(facts);
  if (known !== null) history.note('complained', known.authors, known.proven, now, count);
}

/** Somebody fetched a message out of the junk folder (+1), or has put it back (−1). @param facts as above  @param recipient key; '': nobody's in particular */
export function learnRescue(facts: string, recipient: string, { correspondents, history }: Pick<LearnReleaseParts['store'], 'correspondents' | 'history'>, now: number, count: 1 | -1): void {
  const known = authorsOf(facts);
  if (known === null) return;
  history.note('released', known.authors, known.proven, now, count);
  if (known.proven && count === 1 && recipient !== '') correspondents.learn(recipient, known.authors, now, 'released');
}

/** Who the authors of a recorded decision were, and whether that was proven; null when the log has it no more. */
function authorsOf(facts: string | undefined): { readonly authors: readonly string[]; readonly proven: boolean } | null {
  const recorded = facts === undefined ? null : readRecorded(facts);
  return recorded === null ? null : { authors: recorded.message.authors, proven: recorded.message.author.state === 'pass' };
}
