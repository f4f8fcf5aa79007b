/** Delivery into Maildirs of our own, `maildir:DIR`: one directory per recipient, durable before the 250. */
import assert from 'node:assert/strict';
import type { NextHopSession } from '../intake/door.ts';
import { replies } from '../intake/reply.ts';
import type { Envelope, MailAddress } from '../message/envelope.ts';
import type { DeliveryGroup, Onward, Reply } from '../pipeline.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { fieldText } from './field-text.ts';
import { firstBytes, headerLines } from './header-lines.ts';
import { applyEdits } from './headers.ts';
import { isDiskFull, uniqueName, type Maildirs } from './maildir-file.ts';
import { folderDirectory, recipientDirectory } from './maildir-names.ts';
import { allCapabilities } from './relay-capabilities.ts';

export interface MaildirOptions {
  /** One for the whole service: it remembers which are made for good. */
  readonly maildirs: Maildirs;
  /** Ours, for unique names. */
  readonly hostname: string;
  readonly clock: Clock;
  readonly log: Log;
  /** A field for the very top that says where the message was put; null: none. Left out: nobody wants to know later. */
  readonly placed?: (facts: PlacedFacts, slices: readonly Buffer[]) => Promise<Buffer | null>;
}

export interface PlacedFacts {
  readonly envelope: Envelope;
  /** Directory of the mailbox, as recipientDirectory names it. */
  readonly mailbox: string;
  readonly inInbox: boolean;
}

const OK = (enhanced: string, text: string): Reply => Object.freeze({ code: 250, enhanced, text });
const SENDER_OK = OK('2.1.0', 'Ok');
const RECIPIENT_OK = OK('2.1.5', 'Ok');
const DELIVERED = OK('2.0.0', 'Delivered');
const NO_RECIPIENT: Reply = Object.freeze({ code: 553, enhanced: '5.1.3', text: 'This is no address of a recipient' });
const FIRST_BYTES = firstBytes('r');

/** A transaction that ends in Maildirs: every address that can be one is taken, as unknown users are for relays to know. */
export class MaildirSession implements NextHopSession {
  readonly capabilities = allCapabilities;
  readonly #options: MaildirOptions;
  #accepted = 0;

  constructor(options: MaildirOptions) {
    this.#options = options;
  }

  mail(_sender: MailAddress, _parameters: readonly string[]): Promise<Reply> {
    return Promise.resolve(SENDER_OK);
  }

  rcpt(recipient: MailAddress, _parameters: readonly string[]): Promise<Reply> {
    if (recipient.key === '' || recipient.local === '') return Promise.resolve(NO_RECIPIENT);
    this.#accepted++;
    return Promise.resolve(RECIPIENT_OK);
  }

  onward(envelope: Envelope): Onward {
    assert.equal(envelope.recipients.length, this.#accepted, 'the recipients are those who were accepted');
    return createMaildirOnward(this.#options, envelope);
  }

  release(): void {
    // Nothing is held between the calls.
  }
}

/** Delivers to recipients of this envelope, each on their own: one reply for each. */
export function createMaildirOnward(options: MaildirOptions, envelope: Envelope): Onward {
  const deliverTo = async (index: number, group: DeliveryGroup, slices: readonly Buffer[]): Promise<Reply> => {
    const recipient = envelope.recipients[index];
    assert(recipient !== undefined, 'recipients of a group are recipients of the envelope');
    const onTop = Buffer.from(`Return-Path: <${fieldText(envelope.sender.raw, true)}>\r\nDelivered-To: ${fieldText(recipient.address.raw, true)}\r\n`);
    const maildir = maildirOf(recipient.address, group.mailboxFolder);
    const written = [onTop, ...slices];
    const placed = await options.placed?.({ envelope, mailbox: maildir[0] as string, inInbox: maildir.length === 1 }, written);
    return await store(options, envelope.id, maildir, placed == null ? written : [placed, ...written]);
  };
  return {
    async deliver(group, bytes) {
      const slices = applyEdits(bytes, { ...group.edits, removed: withoutReturnPath(bytes, group.edits.removed) });
      return await Promise.all(group.recipients.map((index) => deliverTo(index, group, slices)));
    },
    abandon: () => Promise.resolve(),
  };
}

/** Below the directory of all: the recipient's, and the folder in it. `INBOX` is the Maildir itself, whatever its case (RFC 3501 section 5.1). */
function maildirOf(address: MailAddress, folder: string | null): string[] {
  const own = recipientDirectory(address.key);
  return folder === null || folder === '' || folder.toUpperCase() === 'INBOX' ? [own] : [own, folderDirectory(folder)];
}

async function store({ maildirs, hostname, clock, log }: MaildirOptions, id: string, maildir: readonly string[], slices: readonly Buffer[]): Promise<Reply> {
  const sizeBytes = slices.reduce((sum, slice) => sum + slice.length, 0);
  try {
    await maildirs.write(maildir, uniqueName(clock.now(), hostname, sizeBytes), slices);
    return DELIVERED;
  } catch (error) {
    // What the sender is told and what the operator must know are two things.
    log.error({ id, maildir: maildir.join('/'), error: String(error) }, 'delivery into a Maildir failed');
    return isDiskFull(error) ? replies.storageFull : replies.notStored;
  }
}

/** Whoever delivers at last writes Return-Path anew, and there is one only (RFC 5321 section 4.4). */
function withoutReturnPath(bytes: Buffer, removed: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const old = headerLines(bytes, FIRST_BYTES).filter((field) => field.key === 'return-path').map((field) => [field.start, field.end] as const);
  return old.length === 0 ? removed : [...removed, ...old].sort((a, b) => a[0] - b[0]);
}
