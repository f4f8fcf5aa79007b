/**
 * Mail that Usher writes itself: digests, sign-in links, answers. A notice is composed once, so that every attempt to deliver it
 * carries the same bytes and the same Message-ID, and is durable in the outbox before anybody counts on it.
 */
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { domainOfMailbox } from '../config-values.ts';
import type { Clock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { NoticeBook, QueuedNotice } from '../storage/notice-book.ts';
import type { Sign } from './dkim.ts';

export interface Notice {
  /** One address, as it is to be delivered to. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Null: plain text only. */
  readonly html: string | null;
  /** BCP 47, e.g. `tr`. */
  readonly language: string;
  /** Further fields by name; the values are text and are encoded where needed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Address whose POST stops this kind of notice (RFC 8058), and whose GET asks. */
  readonly unsubscribeUrl?: string;
  /** When it is worth nothing any more, e.g. a sign-in link; default: as with all mail of ours, 5 days. */
  readonly giveUpAt?: number;
}

export interface NoticeOptions {
  /** `Name <address>` or an address. */
  readonly from: string;
  /** Null: not signed. */
  readonly sign: Sign | null;
  readonly clock: Clock;
}

/**
 * The notice as a row of the outbox and its bytes; nothing is stored yet.
 * The envelope sender is the null reverse-path (RFC 3834 section 3.3, RFC 5321 section 4.5.5): what cannot be delivered later on is
 * never bounced, so it cannot loop; a refusal by the next hop itself stands in the log.
 * Rejects when the addresses or the key are unusable: the operator's configuration was checked at start, so that is a programmer's error.
 */
export async function composeNotice(notice: Notice, { from, sign, clock }: NoticeOptions): Promise<QueuedNotice> {
  const now = clock.now();
  const id = newId(now);
  const { to, subject, text, html } = notice;
  const composer = new MailComposer({
    from, to: { name: '', address: to }, subject, text: part(text), ...(html === null ? {} : { html: part(html) }),
    encoding: 'quoted-printable',
    date: new Date(now),
    messageId: `<${id}@${domainOfMailbox(from)}>`,
    headers: { ...fieldsOf(notice), ...notice.headers },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const composed = await composer.compile().build();
  const bytes = sign === null ? composed : await sign(composed);
  const isAscii = !/[^\0-\x7f]/.test(to);
  // RFC 6531 section 3.4: an address beyond ASCII needs a server that says it takes them.
  const parameters = { mail: isAscii ? [] : ['SMTPUTF8'], rcpt: [], ...(notice.giveUpAt === undefined ? {} : { giveUpAt: notice.giveUpAt }) };
  const row = { id, kind: 'notice' as const, heldId: null, sender: '', recipient: to, parameters: JSON.stringify(parameters), createdAt: now, nextAt: now, attempts: 0, lastError: null, doneAt: null };
  return { row, bytes };
}

export interface Notices {
  /** For what must be queued in one transaction with something else. */
  compose(notice: Notice): Promise<QueuedNotice>;
  /** Resolves with its id when it is durable in the outbox. Rejects with StoreError. */
  send(notice: Notice): Promise<string>;
}

/** @param queued told when something waits in the outbox, so that nobody has to poll for it */
export function noticesTo(book: NoticeBook, options: NoticeOptions, queued: () => void = () => undefined): Notices {
  return {
    compose: (notice) => composeNotice(notice, options),
    send: async (notice) => {
      const composed = await composeNotice(notice, options);
      await book.queue(composed);
      queued();
      return composed.row.id;
    },
  };
}

/** Bytes whose lines and encoding are settled: the library would look through a text for both, which takes it as long as all the rest. */
function part(text: string): { readonly content: Buffer } {
  return { content: Buffer.from(text.replace(/\r?\n/g, '\r\n')) };
}

function fieldsOf({ language, unsubscribeUrl }: Notice): Record<string, string> {
  return {
    // RFC 3834 section 5: nobody's automatic answer is wanted; the second field says it to Exchange.
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    'Content-Language': language,
    ...(unsubscribeUrl === undefined ? {} : { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}
