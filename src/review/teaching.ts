/** What an act teaches: for the scorer as labelled feedback, for the recipient as a known correspondent who is not held again for the same reason. */
import { mailAddress } from '../message/envelope.ts';
import { recorded, review } from '../message/limits.ts';
import { newId } from '../platform/ids.ts';
import { learnUnwanted } from '../stations/learn.ts';
import { mailboxOf } from '../storage/held-scope.ts';
import type { ActRow, PersonalEntry } from '../storage/review-book.ts';
import type { HeldRow, Store } from '../storage/store.ts';

export type Teachable = Pick<Store, 'correspondents' | 'decisions' | 'history' | 'review'>;

const DAY_MS = 24 * 3600_000;

/** Address keys of From, each once. */
export function authorsOf(from: readonly { readonly address: string }[]): readonly string[] {
  return [...new Set(from.map(({ address }) => mailAddress(address).key))].filter((key) => key.includes('@')).slice(0, recorded.authorsMax);
}

/** A message was let through. @param how name of the act */
export async function teachWanted(store: Teachable, row: HeldRow, authors: readonly string[], how: string, now: number): Promise<void> {
  const recipient = mailboxOf(row.recipient);
  store.correspondents.learn(recipient, authors, now, 'released');
  const until = now + review.welcomeDaysDefault * DAY_MS;
  await store.review.personal.put(authors.map((sender): PersonalEntry => ({ recipient, sender, kind: 'let-through', reason: row.reason, at: now, until })));
  await addFeedback(store, row, 'wanted', how, now);
}

/** Somebody does not want it. @param how name of the act */
export async function teachUnwanted(store: Teachable, row: HeldRow, how: string, now: number): Promise<void> {
  learnUnwanted(await addFeedback(store, row, 'unwanted', how, now), store.history, now, 1);
}

/** Takes it back. */
export async function unteachUnwanted(store: Teachable, row: HeldRow, now: number): Promise<void> {
  await store.review.feedback.undo(row.id, 'unwanted', now);
  learnUnwanted((await store.decisions.find(row.decisionId))?.facts ?? '', store.history, now, -1);
}

/** @returns the recorded facts of the decision; '' when the log has it no more */
async function addFeedback(store: Teachable, row: HeldRow, label: 'wanted' | 'unwanted', how: string, now: number): Promise<string> {
  const decision = await store.decisions.find(row.decisionId);
  const facts = decision?.facts ?? '';
  await store.review.feedback.add({
    id: newId(now), at: now, heldId: row.id, decisionId: row.decisionId, recipient: mailboxOf(row.recipient), label, how,
    model: decision?.model ?? '', score: row.score, kind: row.kind, facts, undoneAt: null,
  });
  return facts;
}

/** Who did what, for the log of acts. */
export async function noteAct(store: Pick<Store, 'review'>, row: HeldRow, by: Pick<ActRow, 'actor' | 'role' | 'act' | 'via' | 'outcome'>, now: number): Promise<void> {
  await store.review.acts.add({ id: newId(now), at: now, ...by, heldId: row.id, recipient: row.recipient, sender: row.from || row.sender, subject: row.subject, policy: row.policy });
}
