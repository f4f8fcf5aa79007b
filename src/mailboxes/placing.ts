/** Writes the field that says where a message was put, while it is delivered. */
import type { MaildirOptions } from '../actions/maildir.ts';
import type { Log } from '../platform/log.ts';
import type { MarkKey } from '../quarantine/mark.ts';
import { placedField } from './placed.ts';

/** The keys change once a month; they are not asked for with every message. */
const KEYS_KEPT_MS = 60_000;

/** For MaildirOptions. What it gives never rejects. @param keys the newest first */
export function placing(keys: () => Promise<readonly [MarkKey, ...MarkKey[]]>, log: Log): NonNullable<MaildirOptions['placed']> {
  let known: MarkKey | null = null;
  let knownSince = 0;
  return async ({ envelope, mailbox, inInbox }, slices) => {
    // What is released, or comes from ourselves, or goes out, was not judged by the score that would learn.
    if (envelope.direction !== 'in' || envelope.door === 'command') return null;
    try {
      if (known === null || performance.now() - knownSince > KEYS_KEPT_MS) {
        [known] = await keys();
        knownSince = performance.now();
      }
      return Buffer.from(placedField({ id: envelope.id, place: inInbox ? 'inbox' : 'junk' }, mailbox, slices, known));
    } catch (error) {
      // Mail is delivered without it all the same.
      log.warn({ err: error, id: envelope.id }, 'a message is delivered without the field that moves could be seen by');
      return null;
    }
  };
}
