/** A message file, examined as far as it can be without its envelope and without the network: for scoring and for training. */
import { mailAddress, type Envelope } from '../message/envelope.ts';
import { dns } from '../message/limits.ts';
import type { Message } from '../message/message.ts';
import { toCrlf, walk } from '../message/walk.ts';
import { offlineResolver } from '../platform/resolver.ts';
import { gather } from '../signals/gather.ts';
import type { Authentication, Signal } from '../signals/signal.ts';
import { readMail } from './mail-files.ts';

export interface StoredMessage {
  readonly message: Message;
  readonly signals: readonly Signal[];
  readonly authentication: Authentication;
}

/** A stored message has no envelope: nobody knows any more who handed it over, or to whom. */
export const UNKNOWN_ENVELOPE: Envelope = Object.freeze({
  id: '', receivedAt: 0, door: 'command', direction: 'in', client: { ip: null, unknownReason: 'offline', name: null, helo: '' },
  tls: null, user: null, sender: mailAddress(''), parameters: [], recipients: [],
});
const NO_DOMAINS: ReadonlySet<string> = new Set();

/** Rejects with what is wrong with the file; whatever is in it is no error. @param file absolute path */
export async function examineFile(file: string): Promise<StoredMessage> {
  const bytes = toCrlf(await readMail(file));
  const message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: UNKNOWN_ENVELOPE, message, bytes, ourDomains: NO_DOMAINS }, offlineResolver, dns.deadlineMs);
  return { message, signals, authentication };
}
