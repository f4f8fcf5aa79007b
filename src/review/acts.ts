/**
 * What people do with held mail. Each act says how it ended, is noted in the log of acts, and does nothing the second time.
 * Letting through looks at the message for danger once more, and teaches: the sender is known from then on.
 */
import { isOwn, rightsOn, approverOf, type Act, type Viewer } from './access.ts';
import { pageNamed, type ReviewParts } from './parts.ts';
import { answerAsked, tellApprover } from './asking.ts';
import { lookAgain, type LookedAgain } from './look-again.ts';
import { senderOf } from './speech.ts';
import { authorsOf, noteAct, teachUnwanted, teachWanted, unteachUnwanted } from './teaching.ts';
import { mailAddress } from '../message/envelope.ts';
import { review } from '../message/limits.ts';
import type { ResolvedPage } from '../policy/resolved.ts';
import { release } from '../quarantine/release.ts';
import { isDangerous, type Actor } from '../quarantine/lifecycle.ts';
import type { ActRow, AskRow, PersonalEntry, PersonalKind, Role, ShownRow } from '../storage/review-book.ts';

export type Outcome =
  | 'done'
  /** It was so already: nothing changed. */
  | 'already'
  /** It looks dangerous, so a recipient cannot let it through; whoever may must say so once more. */
  | 'dangerous'
  | 'not-allowed'
  /** The message is not there any more. */
  | 'gone';

/** Who wants what done with which message. */
export interface ActRequest {
  readonly act: Act;
  readonly row: ShownRow;
  readonly viewer: Viewer;
  readonly via: ActRow['via'];
  /** With `refuse`: what the approver wrote. */
  readonly words?: string;
  /** With `let-through` and `approve`: although it looks dangerous. */
  readonly confirmed?: boolean;
}

/** A request, and all that doing it needs to know. */
interface Doing extends ActRequest {
  readonly parts: ReviewParts;
  readonly role: Role;
  readonly page: ResolvedPage | null;
  readonly asked: AskRow | null;
  readonly now: number;
  /** The stored message through today's eyes, looked at once. */
  readonly seen: () => Promise<LookedAgain | null>;
}

const DAY_MS = 24 * 3600_000;

/** Rejects with StoreError or the error of the file system; then nothing was promised. */
export async function perform(request: ActRequest, parts: ReviewParts): Promise<Outcome> {
  const { row, viewer, act } = request;
  const page = pageNamed(parts.policies(), row.policy);
  const asked = await parts.store.review.asks.find(row.id);
  const { role, acts } = rightsOn(row, viewer, page, asked);
  if (role === null) return 'gone';
  if (!acts.includes(act)) return isSettled(act, row, asked) ? 'already' : isDangerous(row) && (act === 'let-through' || act === 'welcome') ? 'dangerous' : 'not-allowed';
  let looked: Promise<LookedAgain | null> | null = null;
  const doing: Doing = { ...request, parts, role, page, asked, now: parts.clock.now(), seen: () => (looked ??= lookAgain(row, parts, parts.assess)) };
  const outcome = await PERFORM[act](doing);
  if (outcome !== 'already') await noteAct(parts.store, row, { actor: viewer.address, role, act, via: request.via, outcome }, doing.now);
  return outcome;
}

const PERFORM: Readonly<Record<Act, (doing: Doing) => Promise<Outcome>>> = {
  'let-through': letThrough,
  'welcome': async (doing) => {
    const outcome = await letThrough(doing);
    if (outcome === 'done') await putEntries(doing, 'welcome');
    return outcome;
  },
  'undo-welcome': async (doing) => {
    await removeEntries(doing, 'welcome');
    return 'done';
  },
  'not-wanted': notWanted,
  'undo-not-wanted': async (doing) => {
    const { store } = doing.parts;
    if (!(await store.review.held.recall(doing.row.id))) return 'already';
    await removeEntries(doing, 'unwelcome');
    await unteachUnwanted(store, doing.row, doing.now);
    return 'done';
  },
  'ask': async (doing) => {
    const { row, viewer, page, parts, now } = doing;
    const approver = page === null ? '' : mailAddress(approverOf(page)).key;
    const isNew = await parts.store.review.asks.add({ heldId: row.id, recipient: viewer.address, approver, at: now, settledAt: null, settledBy: null, answer: null, words: '' });
    if (!isNew) return 'already';
    await tellApprover(parts, row, viewer.address, approver);
    return 'done';
  },
  'withdraw': async ({ row, viewer, parts, now }) => ((await parts.store.review.asks.settle(row.id, viewer.address, 'withdrawn', '', now)) ? 'done' : 'already'),
  'approve': async (doing) => {
    const { row, viewer, parts, now } = doing;
    const outcome = await letThrough(doing);
    if (outcome === 'done') await parts.store.review.asks.settle(row.id, viewer.address, 'let-through', '', now);
    return outcome;
  },
  'refuse': async ({ row, viewer, parts, now, words = '', asked }) => {
    if (!(await parts.store.review.asks.settle(row.id, viewer.address, 'refused', words, now))) return 'already';
    await answerAsked(parts, row, asked?.recipient ?? row.mailbox, viewer.address, words);
    return 'done';
  },
};

async function letThrough(doing: Doing): Promise<Outcome> {
  const { row, parts, act, confirmed = false, page, now, viewer } = doing;
  const actor = actorOf(doing);
  const again = await doing.seen();
  if (again === null) return 'gone';
  // Never by a recipient, be they approver as well.
  if (again.dangerous && (isOwn(doing.role) || !confirmed)) return 'dangerous';
  const result = await release(parts, row.id, actor, page?.quarantine.recipientsMay.value);
  if (!result.ok) return result.why === 'vanished' || result.why === 'unknown-id' ? 'gone' : result.why === 'not-in-this-state' ? 'already' : 'not-allowed';
  parts.queued();
  // From now on it is on its way, whatever happens to what is learnt from it.
  await teachWanted(parts.store, row, again.authors, act, now);
  parts.log.info({ heldId: row.id, to: row.recipient, by: viewer.address, as: doing.role, via: doing.via }, 'let through');
  return 'done';
}

async function notWanted(doing: Doing): Promise<Outcome> {
  const { store } = doing.parts;
  if (!(await store.review.held.dismiss(doing.row.id, doing.now))) return 'already';
  await putEntries(doing, 'unwelcome');
  await removeEntries(doing, 'welcome');
  await teachUnwanted(store, doing.row, doing.act, doing.now);
  return 'done';
}

/** Of a message that may be gone: then what was kept of its From. */
async function authorsOfMessage({ seen, row }: Doing): Promise<readonly string[]> {
  return (await seen())?.authors ?? authorsOf([senderOf(row.from, '')]);
}

async function putEntries(doing: Doing, kind: PersonalKind): Promise<void> {
  const { row, parts, now } = doing;
  const until = now + review.welcomeDaysDefault * DAY_MS;
  const entries = (await authorsOfMessage(doing)).map((sender): PersonalEntry => ({ recipient: row.mailbox, sender, kind, reason: '', at: now, until }));
  await parts.store.review.personal.put(entries);
  // Who is welcome now was never unwanted, and the other way round.
  if (kind === 'welcome') await parts.store.review.personal.remove(row.mailbox, entries.map(({ sender }) => sender), 'unwelcome');
}

async function removeEntries(doing: Doing, kind: PersonalKind): Promise<void> {
  await doing.parts.store.review.personal.remove(doing.row.mailbox, await authorsOfMessage(doing), kind);
}

/** The rights were looked at before: who may let it through although recipients may not does so as one who answers for the policy. */
function actorOf({ act, role, page }: Doing): Actor {
  if (act === 'approve') return 'approver';
  if (isOwn(role)) return page?.quarantine.recipientsMay.value === 'let-through' ? 'recipient' : 'approver';
  return role === 'operator' ? 'operator' : 'approver';
}

/** Whether an act that is not open any more has had its effect: then it was pressed twice. */
function isSettled(act: Act, row: ShownRow, asked: AskRow | null): boolean {
  if (act === 'let-through' || act === 'welcome' || act === 'approve') return row.state === 'releasing' || row.state === 'released';
  if (act === 'not-wanted') return row.dismissedAt !== null;
  if (act === 'undo-not-wanted') return row.dismissedAt === null;
  if (act === 'ask') return asked !== null && asked.answer !== 'withdrawn';
  return asked?.settledAt != null;
}
