/** Letting held mail go, or removing it: what people do on the command line and on pages. */
import { step, type Actor, type RecipientsMay, type Refusal } from './lifecycle.ts';
import type { QuarantineFolders } from './folders.ts';
import { MARK_FIELD, verifyMark, type MarkKey } from './mark.ts';
import { outboxRowFor } from './outbox-row.ts';
import type { HeaderField } from '../message/message.ts';
import type { Clock } from '../platform/clock.ts';
import type { HeldRow, Store, UsedMarks } from '../storage/store.ts';

/** The quarantine: its index, its files, and the time. */
export interface Quarantine {
  readonly store: Pick<Store, 'held'>;
  readonly folders: QuarantineFolders;
  readonly clock: Clock;
}

export type ActResult = { readonly ok: true } | { readonly ok: false; readonly why: Refusal | 'unknown-id' | 'vanished' };

/** Puts a held message into the outbox. Rejects with StoreError or the error of the file system. */
export async function release(quarantine: Quarantine, id: string, actor: Actor, recipientsMay?: RecipientsMay): Promise<ActResult> {
  const found = await findWithFile(quarantine, id);
  if (!('row' in found)) return found;
  const allowed = step(found.row, 'release', actor, recipientsMay);
  if (!allowed.ok) return allowed;
  const now = quarantine.clock.now();
  const moved = await quarantine.store.held.release(id, outboxRowFor(found.row, 'release', now), now);
  return moved ? { ok: true } : { ok: false, why: 'not-in-this-state' };
}

/** Deletes for this recipient; the file goes when nobody else's row needs it. */
export async function remove(quarantine: Quarantine, id: string, actor: Actor, recipientsMay?: RecipientsMay): Promise<ActResult> {
  const found = await findWithFile(quarantine, id);
  if (!('row' in found)) return found;
  const allowed = step(found.row, 'delete', actor, recipientsMay);
  if (!allowed.ok) return allowed;
  const moved = await quarantine.store.held.move(id, [found.row.state], allowed.to, quarantine.clock.now());
  if (!moved) return { ok: false, why: 'not-in-this-state' };
  await removeIfDone(quarantine, found.row);
  return { ok: true };
}

/** The message as received; null when the file is gone. Changes nothing. */
export async function readOriginal({ folders }: Pick<Quarantine, 'folders'>, row: HeldRow): Promise<Buffer | null> {
  return (await folders.read(row))?.subarray(row.headBytes) ?? null;
}

/** The message as received; null when the file is gone, which is recorded. */
export async function originalBytes(quarantine: Quarantine, row: HeldRow): Promise<Buffer | null> {
  const bytes = await readOriginal(quarantine, row);
  if (bytes !== null) return bytes;
  await quarantine.store.held.vanished(row.id, quarantine.clock.now());
  return null;
}

/** Removes the file when no row needs it any more. Rejects with StoreError or the error of the file system. */
export async function removeIfDone({ store, folders }: Quarantine, row: HeldRow): Promise<void> {
  if ((await store.held.stateOfFile(row.file)) === 'done') await folders.remove(row);
}

async function findWithFile({ store, folders, clock }: Quarantine, id: string): Promise<{ readonly row: HeldRow } | Extract<ActResult, { ok: false }>> {
  const row = await store.held.find(id);
  if (row === null) return { ok: false, why: 'unknown-id' };
  if (row.state !== 'held' || (await folders.find(row)) !== null) return { row };
  await store.held.vanished(id, clock.now());
  return { ok: false, why: 'vanished' };
}

/**
 * For the front doors: whether this message was let through by us for this recipient, so that it is not filtered again.
 * Uses the mark up. Rejects with StoreError; the caller then filters as if there were no mark.
 * @param header of the message as it came in
 * @param recipient address key
 */
export async function wasReleased(header: readonly HeaderField[], bytes: Buffer, recipient: string, now: number, keys: readonly MarkKey[], marks: UsedMarks): Promise<boolean> {
  for (const field of header) {
    if (field.key !== MARK_FIELD.toLowerCase()) continue;
    const check = verifyMark(field.value, { recipient, bytes }, now, keys);
    if (check.ok && (await marks.use(check.token, check.expiresAt))) return true;
  }
  return false;
}
