/** PURE. Who may see and do what with one held message. */
import { mailAddress } from '../message/envelope.ts';
import type { ResolvedPage } from '../policy/resolved.ts';
import { isDangerous } from '../quarantine/lifecycle.ts';
import type { AskRow, Role, ShownRow } from '../storage/review-book.ts';

/** A person who is signed in. */
export interface Viewer {
  /** Mailbox key. */
  readonly address: string;
  readonly isOperator: boolean;
  /** Their own mailbox first, then the shared ones that they look after. */
  readonly mailboxes: readonly string[];
  /** Names of the policies that they answer for. */
  readonly owns: readonly string[];
  /** Names of the policies whose approver they are. */
  readonly approves: readonly string[];
}

export const ACTS = ['let-through', 'welcome', 'ask', 'withdraw', 'not-wanted', 'undo-not-wanted', 'undo-welcome', 'approve', 'refuse'] as const;
export type Act = (typeof ACTS)[number];

export interface Rights {
  /** In which role this person has to do with the message; null: not at all, and then it is as if it did not exist. */
  readonly role: Role | null;
  /** The body, not only envelope, subject and reasons. */
  readonly read: boolean;
  readonly acts: readonly Act[];
}

/** @param address mailbox key of who is signed in @param pages all that are in force */
export function viewerOf(address: string, known: { readonly operators: readonly string[]; readonly delegates: Readonly<Record<string, readonly string[]>> }, pages: readonly ResolvedPage[]): Viewer {
  const shared = Object.entries(known.delegates).filter(([, people]) => people.includes(address)).map(([mailbox]) => mailbox).sort();
  const is = (written: string): boolean => written !== '' && mailAddress(written).key === address;
  return {
    address, isOperator: known.operators.includes(address), mailboxes: [address, ...shared.filter((mailbox) => mailbox !== address)],
    owns: pages.filter((page) => is(page.owner)).map((page) => page.name),
    approves: pages.filter((page) => is(approverOf(page))).map((page) => page.name),
  };
}

/** Who is asked: the page's approver, by default its owner; '' where nobody answers for it (the built-in policy). */
export function approverOf(page: Pick<ResolvedPage, 'owner' | 'quarantine'>): string {
  return page.quarantine.approver.value || page.owner;
}

/**
 * @param page the policy that held it; null: it exists no more, and then its recipient may only look
 * @param asked whether somebody asked the approver for it, and what came of that
 */
export function rightsOn(row: ShownRow, viewer: Viewer, page: ResolvedPage | null, asked: AskRow | null): Rights {
  const role = roleOf(row, viewer);
  if (role === null) return { role, read: false, acts: [] };
  const isOpen = asked !== null && asked.settledAt === null;
  const judges = viewer.approves.includes(row.policy) || viewer.owns.includes(row.policy) || viewer.isOperator;
  if (isOwn(role)) return { role, read: true, acts: judges && mayJudgeOwn(row, page) ? ['let-through', 'welcome', 'not-wanted'] : ownActs(row, page, asked) };
  const judging: readonly Act[] = !judges || row.state !== 'held' ? [] : isOpen ? ['approve', 'refuse'] : ['let-through'];
  return { role, read: asked !== null && asked.answer !== 'withdrawn', acts: judging };
}

/** Whoever gets the mail themselves, alone or with others. */
export function isOwn(role: Role): boolean {
  return role === 'recipient' || role === 'delegate';
}

/** Who may let others' mail through need not ask themselves for their own, unless it is dangerous: then it takes somebody else. */
function mayJudgeOwn(row: ShownRow, page: ResolvedPage | null): boolean {
  return page !== null && row.state === 'held' && row.dismissedAt === null && !isDangerous(row);
}

function roleOf(row: ShownRow, viewer: Viewer): Role | null {
  if (row.mailbox === viewer.address) return 'recipient';
  if (viewer.mailboxes.includes(row.mailbox)) return 'delegate';
  if (viewer.approves.includes(row.policy)) return 'approver';
  if (viewer.owns.includes(row.policy)) return 'owner';
  return viewer.isOperator ? 'operator' : null;
}

/** By the page's `recipients-may`; what is dangerous is never let through by a recipient, but may be asked for. */
function ownActs(row: ShownRow, page: ResolvedPage | null, asked: AskRow | null): readonly Act[] {
  const may = page?.quarantine.recipientsMay.value ?? 'look';
  if (row.state === 'released') return may === 'let-through' ? ['undo-welcome'] : [];
  if (row.state !== 'held' || may === 'look') return [];
  if (row.dismissedAt !== null) return ['undo-not-wanted'];
  const asking: readonly Act[] = asked !== null && asked.settledAt === null ? ['withdraw'] : asked !== null && asked.answer === 'refused' ? [] : ['ask'];
  const canAsk = page !== null && approverOf(page) !== '';
  if (may === 'let-through' && !isDangerous(row)) return ['let-through', 'welcome', 'not-wanted'];
  return [...(canAsk ? asking : []), 'not-wanted'];
}
