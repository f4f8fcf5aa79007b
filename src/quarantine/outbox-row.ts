/** The row by which the outbox delivers a held message to its recipient. */
import { newId } from '../platform/ids.ts';
import type { HeldRow, OutboxRow } from '../storage/store.ts';

/** Due at once. @param markWith words to put in front of the subject; left out: it goes as it is */
export function outboxRowFor(held: HeldRow, kind: 'release' | 'undelivered', now: number, markWith?: string): OutboxRow {
  const parameters = markWith === undefined ? held.parameters : JSON.stringify({ ...(JSON.parse(held.parameters) as object), markWith });
  return {
    id: newId(now), kind, heldId: held.id, sender: held.senderRaw, recipient: held.recipientRaw, parameters,
    createdAt: now, nextAt: now, attempts: 0, lastError: null, doneAt: null,
  };
}
