/** The two mails about a request: to the approver, and a refusal back. Letting through needs none: the message itself arrives. */
import type { ReviewParts, Speech } from './parts.ts';
import { zoneOf } from './page-context.ts';
import { pageNamed } from './parts.ts';
import { answerMail } from './mails.ts';
import { preferencesOf } from './preferences.ts';
import { languageOf, speechIn } from './speech.ts';
import type { ShownRow } from '../storage/review-book.ts';

/** @param who mailbox key of who asks. Rejects with StoreError. */
export async function tellApprover(parts: ReviewParts, row: ShownRow, who: string, approver: string): Promise<void> {
  await parts.notices.send(answerMail(await speechFor(parts, row, approver), 'asked', about(parts, row, { to: approver, who, words: '' })));
}

/** @param to mailbox key of who asked @param who of who refused, in the approver's words. Rejects with StoreError. */
export async function answerAsked(parts: ReviewParts, row: ShownRow, to: string, who: string, words: string): Promise<void> {
  await parts.notices.send(answerMail(await speechFor(parts, row, to), 'refused', about(parts, row, { to, who, words })));
}

function about({ config }: ReviewParts, row: ShownRow, rest: { readonly to: string; readonly who: string; readonly words: string }) {
  return { ...rest, from: row.from || row.sender, subject: row.subject, url: `${config.publicUrl.replace(/\/+$/, '')}/m/${row.id}` };
}

/** Their own language, else that of the policy. */
async function speechFor({ store, policies, config, words, clock }: ReviewParts, row: ShownRow, address: string): Promise<Speech> {
  const preferences = await preferencesOf(store.review.preferences, address);
  const page = pageNamed(policies(), row.policy);
  return speechIn(languageOf(preferences.language, page?.language.value, config.language), words, zoneOf(address, preferences, { policies, config }), clock.now());
}
