/**
 * What a moved message teaches. The latest place counts: moved into the junk folder it was unwanted, fetched out of it wanted,
 * and back where we had put it nothing is left of the lesson. Each message teaches once, for the one in whose mailbox it lies.
 */
import { createHash } from 'node:crypto';
import { recipientDirectory } from '../actions/maildir-names.ts';
import { lessonRow, type LessonParts } from '../learning/lesson-row.ts';
import { newId } from '../platform/ids.ts';
import { learnComplaint, learnRescue } from '../stations/learn.ts';
import { mailboxOf } from '../storage/held-scope.ts';
import type { FeedbackRow } from '../storage/review-book.ts';
import type { DecisionRecipient, DecisionRow, Store } from '../storage/store.ts';
import { asReceived } from './as-received.ts';
import type { Sighting } from './scan.ts';

export interface TeachParts extends LessonParts {
  readonly store: Pick<Store, 'decisions' | 'history' | 'correspondents' | 'lessons'> & { readonly review: Pick<Store['review'], 'feedback'> };
  /** Ours, as it stands in our fields. */
  readonly hostname: string;
}

export type Label = FeedbackRow['label'];

/** What somebody says of a message that we delivered, or let somebody else deliver. */
export interface Opinion {
  /** Names the message for this person; whoever speaks of it again changes their mind. */
  readonly about: string;
  /** null: as if nothing had been said. */
  readonly label: Label | null;
  readonly how: 'moved' | 'command';
  /** Mailbox key; '': the operator. */
  readonly who: string;
  /** What was decided of it then; null: not known any more, so nothing is learnt of its sender. */
  readonly decision: DecisionRow | null;
  /** As received. */
  readonly raw: Buffer;
}

/** What was learnt: `taken-back` where an earlier opinion is gone, null where nothing is new. */
export type Lesson = Label | 'taken-back' | null;

/** Rejects with StoreError. */
export async function teachSighting(seen: Sighting, parts: TeachParts): Promise<Lesson> {
  const decision = await parts.store.decisions.find(seen.id);
  const recipient = decision?.recipients.find((each) => recipientDirectory(each.recipient) === seen.mailbox);
  // Only whose mail it was may say something of it; what grew too old for the log is left alone.
  if (decision === null || recipient === undefined) return null;
  const who = mailboxOf(recipient.recipient);
  const about = aboutDelivered(seen.id, recipient.recipient);
  const label = seen.now === seen.place ? null : seen.now === 'junk' ? 'unwanted' : 'wanted';
  return await teach({ about, label, how: 'moved', who, decision, raw: seen.bytes === null ? Buffer.alloc(0) : asReceived(seen.bytes, parts.hostname, markOf(recipient)) }, parts);
}

/** Rejects with StoreError. */
export async function teach({ about, label, how, who, decision, raw }: Opinion, parts: TeachParts): Promise<Lesson> {
  const { review, lessons, history } = parts.store;
  const before = await review.feedback.find(about);
  if (before.length === 0 ? label === null : before.every((row) => row.label === label)) return null;
  const now = parts.clock.now();
  const facts = decision?.facts ?? '';
  const note = (what: Label, count: 1 | -1): void => (what === 'unwanted' ? learnComplaint(facts, history, now, count) : learnRescue(facts, who, parts.store, now, count));
  for (const row of before) {
    await review.feedback.undo(about, row.label, now);
    note(row.label, -1);
  }
  if (label === null) return 'taken-back';
  const row: FeedbackRow = {
    id: newId(now), at: now, heldId: about, decisionId: decision?.id ?? '', recipient: who, label, how, model: decision?.model ?? '', score: decision?.score ?? null, kind: decision?.kind ?? '', facts, undoneAt: null,
  };
  // The lesson first: without it the learner would look for a held message of this name, and there is none.
  await lessons.add(await lessonRow({ feedbackId: row.id, at: now, recipient: who, raw }, parts));
  await review.feedback.add(row);
  note(label, 1);
  return label;
}

/** A name that no held row has. */
export function aboutDelivered(decisionId: string, recipient: string): string {
  return `delivered-${decisionId}-${createHash('sha256').update(recipient).digest('hex').slice(0, 16)}`;
}

/** Words that stand in front of the subject for this recipient. */
export function markOf({ verdict }: DecisionRecipient): string | null {
  // '': no decision could be made then.
  return verdict === '' ? null : (JSON.parse(verdict) as { readonly markWith?: string | null }).markWith ?? null;
}
