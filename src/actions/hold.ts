/**
 * Holding: the message is on disk and in the index, both durable, before anybody is told that it was accepted.
 * A crash anywhere before leaves at most a file without a row, which the sweep removes; the sender was told nothing and tries again.
 */
import { heldHead } from './held-head.ts';
import { isDiskFull } from './maildir-file.ts';
import { retryKeys } from './retry-key.ts';
import { replies } from '../intake/reply.ts';
import { fileName, type HeldFile, type QuarantineFolders } from '../quarantine/folders.ts';
import { outboxRowFor } from '../quarantine/outbox-row.ts';
import { clipped } from '../message/clip.ts';
import { recorded, retryKeyDays } from '../message/limits.ts';
import type { Transaction } from '../message/envelope.ts';
import type { Mailbox, Message } from '../message/message.ts';
import type { Holder, Kept, Reply } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Verdict } from '../policy/verdict.ts';
import type { Score } from '../scoring/score.ts';
import { StoreError, type HeldBook, type HeldRow, type HeldState } from '../storage/store.ts';

export type HoldFailure = 'disk-full' | 'unwritable' | 'index';

/** The message could not be made durable, so it was not accepted. */
export class HoldError extends Error {
  override readonly name = 'HoldError';
  readonly code: HoldFailure;
  constructor(code: HoldFailure, cause: unknown) {
    super(`The message could not be held (${code}): ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.code = code;
  }

  /** What the sender's server is told: it keeps the message and tries again (RFC 3463 section 3.4: X.3.1, mail system full). */
  get reply(): Reply {
    return this.code === 'disk-full' ? replies.storageFull : replies.notStored;
  }
}

export interface HoldOptions {
  readonly held: HeldBook;
  readonly folders: QuarantineFolders;
  readonly clock: Clock;
  readonly hostname: string;
}

export interface QuarantineHolder extends Holder {
  /**
   * For recipients whose delivery failed after others' had been accepted: kept like held mail, and tried again by the outbox.
   * @param bytes what would have gone onward to them
   * @param mailboxFolder as in DeliveryGroup
   */
  holdUndelivered(transaction: Transaction, message: Message, score: Score | null, verdicts: readonly Verdict[], recipients: readonly number[], bytes: Buffer, mailboxFolder: string | null): Promise<Kept>;
}

/** What one recipient's row needs beside the file. */
interface Plan {
  readonly row: HeldRow;
  /** A row of the same delivery whose message is still there, or has come to its end: only counted. */
  readonly counted: boolean;
}

/** The row that stands for a plan: its own, or the one it counts upon. */
interface InForce {
  readonly id: string;
  readonly isNew: boolean;
}

interface Job {
  readonly transaction: Transaction;
  readonly message: Message;
  /** null: it could not be scored. */
  readonly score: Score | null;
  readonly verdicts: readonly Verdict[];
  readonly recipients: readonly number[];
  readonly bytes: Buffer;
  readonly state: HeldState;
  readonly mailboxFolder: string | null;
}

/** Where mail waits that could not be delivered although others' copies were. */
const UNDELIVERED_FOLDER = 'Undelivered';
/** Held for those who would have rejected what others accepted, where the page names no folder. */
const DEFAULT_FOLDER = 'Suspected spam';
const ATTEMPTS = 3;

/** Both ways of holding reject with HoldError, and leave nothing behind then. */
export function quarantineHolder(options: HoldOptions): QuarantineHolder {
  return {
    hold: (transaction, message, score, verdicts, recipients) =>
      keep(options, { transaction, message, score, verdicts, recipients, bytes: transaction.bytes, state: 'held', mailboxFolder: null }),
    holdUndelivered: (transaction, message, score, verdicts, recipients, bytes, mailboxFolder) =>
      keep(options, { transaction, message, score, verdicts, recipients, bytes, state: 'releasing', mailboxFolder }),
  };
}

async function keep(options: HoldOptions, job: Job): Promise<Kept> {
  for (let attempt = 1; ; attempt++) {
    const plans = await plan(options, job);
    const written = await writeFiles(options, job, plans);
    const inForce = await index(options, job, plans, written);
    const withoutFile = plans.filter((each, i) => each.counted && inForce[i]?.isNew === true);
    await removeUnused(options, plans, inForce, written);
    for (const { row } of plans) if (written.has(row.file)) await options.folders.removeLeftoverOf(row).catch(() => undefined); // Else the sweep does.
    if (withoutFile.length === 0) return { withdraw: () => withdraw(options, inForce) };
    // The row to count upon went away between the look and the transaction: what stands now has no file behind it.
    if (attempt === ATTEMPTS) throw new HoldError('index', new Error('the index changed while the message was held'));
    for (const { row } of withoutFile) await indexed(() => options.held.vanished(row.id, row.at));
  }
}

/** One row for each recipient (an address given twice is one), and whether a message is there already that it counts upon. */
async function plan(options: HoldOptions, job: Job): Promise<readonly Plan[]> {
  const now = options.clock.now();
  const files = new Map<string, string>();
  const seen = new Set<string>();
  const indices = job.recipients.filter((i) => {
    const key = recipientOf(job, i).address.key;
    return !seen.has(key) && seen.add(key);
  });
  const keyFor = retryKeys(job.transaction.envelope.sender.raw, job.transaction.bytes);
  const plans: Plan[] = [];
  for (const i of indices) {
    const verdict = job.verdicts[i];
    if (verdict === undefined) throw new Error(`no verdict for recipient ${i}`);
    const recipient = recipientOf(job, i).address.key;
    const retryKey = keyFor(recipient);
    const folder = job.state === 'held' ? (verdict.folder ?? DEFAULT_FOLDER) : UNDELIVERED_FOLDER;
    const group = `${verdict.policy}\n${folder}`;
    const file = files.get(group) ?? fileName(now, newId(now), options.hostname, job.bytes.length, retryKey);
    files.set(group, file);
    plans.push({ row: rowFor(job, i, verdict, { retryKey, folder, file, now }), counted: await countsUpon(options, retryKey, recipient, now) });
  }
  return plans;
}

/** The sender is told "no" after all: nobody must receive what was held only for this, and a retry is held anew. */
async function withdraw({ held, folders, clock }: HoldOptions, inForce: readonly InForce[]): Promise<void> {
  for (const { id } of inForce) {
    await held.withdraw(id, clock.now());
    const row = await held.find(id);
    if (row !== null && (await held.stateOfFile(row.file)) === 'done') await removeQuietly(folders, row);
  }
}

async function countsUpon({ held, folders }: HoldOptions, retryKey: string, recipient: string, now: number): Promise<boolean> {
  const known = await indexed(() => held.findByRetryKey(retryKey, recipient, now - retryKeyDays * 24 * 3600_000));
  if (known === null) return false;
  // Released, deleted or expired: what was to be done with this message was done.
  if (known.state !== 'held' && known.state !== 'releasing') return true;
  const path = await folders.find(known).catch((error: unknown) => { throw fileError(error); });
  if (path !== null) return true;
  await indexed(() => held.vanished(known.id, now));
  return false;
}

function rowFor(job: Job, index: number, verdict: Verdict, its: { retryKey: string; folder: string; file: string; now: number }): HeldRow {
  const { envelope } = job.transaction;
  const recipient = recipientOf(job, index);
  return {
    id: newId(its.now), retryKey: its.retryKey, decisionId: envelope.id, at: its.now, policy: verdict.policy, folder: its.folder, file: its.file,
    sender: envelope.sender.key, senderRaw: envelope.sender.raw, recipient: recipient.address.key, recipientRaw: recipient.address.raw,
    parameters: JSON.stringify({ mail: envelope.parameters, rcpt: recipient.parameters, mailboxFolder: job.mailboxFolder }),
    from: clipped(job.message.from.map(asWritten).join(', '), recorded.fieldMaxChars), subject: clipped(job.message.subject, recorded.subjectMaxChars),
    messageId: job.message.messageId === null ? null : clipped(job.message.messageId, recorded.fieldMaxChars), size: job.bytes.length,
    headBytes: 0, // Known when the file is written, since it names all its recipients.
    score: job.score?.score ?? null, kind: job.score?.kind ?? 'unknown', reason: verdict.reason, verdict: JSON.stringify(verdict),
    state: job.state, stateAt: its.now, count: 1, namedAt: null,
  };
}

/** Writes one file for each policy and folder that needs one; gives the length of its head by file name. */
async function writeFiles({ folders }: HoldOptions, job: Job, plans: readonly Plan[]): Promise<ReadonlyMap<string, number>> {
  const byFile = Map.groupBy(plans.filter((each) => !each.counted), (each) => each.row.file);
  const written = new Map<string, number>();
  const results = await Promise.allSettled([...byFile].map(async ([file, [first, ...others]]) => {
    if (first === undefined) return;
    const head = heldHead(job.transaction.envelope, first.row, [first, ...others].map((each) => each.row.recipientRaw));
    await folders.write(first.row, [head, job.bytes]);
    written.set(file, head.length);
  }));
  const failed = results.find((each) => each.status === 'rejected');
  if (failed === undefined) return written;
  for (const { row } of plans) if (written.has(row.file)) await removeQuietly(folders, row);
  throw fileError(failed.reason);
}

/** All rows in one durable transaction. */
async function index({ held, folders }: HoldOptions, job: Job, plans: readonly Plan[], written: ReadonlyMap<string, number>): Promise<readonly InForce[]> {
  const rows = plans.map(({ row }) => ({ ...row, headBytes: written.get(row.file) ?? 0 }));
  const outbox = job.state === 'releasing' ? rows.map((row) => outboxRowFor(row, 'undelivered', row.at)) : [];
  try {
    return await held.hold(rows, outbox);
  } catch (error) {
    for (const { row } of plans) {
      // After a failed sync the rows may stand: then the file stays with them.
      const state = await held.stateOfFile(row.file).catch(() => 'kept' as const);
      if (state === 'unknown' && written.has(row.file)) await removeQuietly(folders, row);
    }
    throw indexError(error);
  }
}

/** Removes files of which no row became new: the same delivery came twice at the same time, and the other one was quicker. */
async function removeUnused({ folders }: HoldOptions, plans: readonly Plan[], inForce: readonly InForce[], written: ReadonlyMap<string, number>): Promise<void> {
  const used = new Set(plans.filter((_, i) => inForce[i]?.isNew === true).map(({ row }) => row.file));
  for (const { row } of plans) if (written.has(row.file) && !used.has(row.file)) await removeQuietly(folders, row);
}

function recipientOf(job: Job, index: number) {
  const recipient = job.transaction.envelope.recipients[index];
  if (recipient === undefined) throw new Error(`no recipient ${index} in the envelope`);
  return recipient;
}

function asWritten(mailbox: Mailbox): string {
  return mailbox.name === '' ? mailbox.address : `${mailbox.name} <${mailbox.address}>`;
}

/** A file that no row names; should it stay, the sweep removes it. */
async function removeQuietly(folders: QuarantineFolders, file: HeldFile): Promise<void> {
  await folders.remove(file).catch(() => undefined);
}

async function indexed<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw indexError(error);
  }
}

function indexError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return new HoldError(/SQLITE_FULL|ENOSPC/.test(error.message) ? 'disk-full' : 'index', error);
}

function fileError(error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  return new HoldError(isDiskFull(error) ? 'disk-full' : 'unwritable', error);
}
