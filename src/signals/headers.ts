/** Header fields that are missing, doubled or odd (RFC 5322 section 3.6). */
import type { Message } from '../message/message.ts';
import type { SignalInput } from './signal.ts';
import { signals as bounds } from '../message/limits.ts';
import { counted, domainOf, family, field } from './family.ts';
import { sameOwner } from './domains.ts';

/** Fields that may stand at most once. */
const ONCE = new Set(['from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'message-id', 'in-reply-to', 'references', 'subject', 'date', 'mime-version', 'content-type']);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MESSAGE_ID = /^<[^<>@\s]+@[^<>@\s]+>$/;

export const headers = family(
  'headers',
  {
    'date-missing': 'There is no Date field, which every mail program writes.',
    'date-unreadable': 'The Date field holds no date.',
    'date-ahead': 'The message is dated in the future; the value is the number of hours.',
    'date-old': 'The message is dated long before it arrived; the value is the number of days.',
    'message-id-missing': 'There is no Message-ID.',
    'message-id-odd': 'The Message-ID is not written as <name@host>.',
    'message-id-foreign': "The Message-ID was made at another domain than the author's.",
    'field-twice': 'Fields that may stand only once stand twice; the value is the number of such fields.',
    'from-missing': 'There is no author: From is missing or holds no address.',
    'from-fields': 'There are several From fields; programs disagree on which to show.',
    'from-authors': 'Several authors are named; the value is their number.',
    'from-null-domain': "The author's address has no usable domain.",
    'sender-differs': 'The envelope sender is of another domain than the author.',
    'recipients-hidden': 'No recipient is named in To or Cc.',
    'recipients-many': 'More than ten recipients are named; the value is their number.',
    'mime-version-missing': 'The message has MIME content but does not say so.',
    'priority-high': 'The sender marked the message as urgent.',
    'mailer-missing': 'The message does not say what program wrote it. Common with scripts, and with careful people.',
    'received-none': 'The message does not say which way it came.',
  },
  look,
);

function look(input: SignalInput) {
  const { message, envelope } = input;
  const id = field(message, 'message-id')?.value.slice(0, bounds.messageIdMaxChars);
  const author = message.from[0]?.address ?? '';
  const domain = domainOf(author);
  const recipients = message.to.length + message.cc.length;
  const twice = writtenTwice(message);
  return {
    ...dates(input),
    'message-id-missing': id === undefined || id === '',
    'message-id-odd': id !== undefined && id !== '' && !MESSAGE_ID.test(id),
    'message-id-foreign': id !== undefined && domain !== '' && id.includes('@') && !sameOwner(domainOf(id.replace(/>.*$/, '')), domain),
    'field-twice': counted(twice.size),
    'from-missing': message.from.length === 0 || !message.from.some(({ address }) => address.includes('@')),
    'from-fields': twice.has('from'),
    'from-authors': message.from.length > 1 ? message.from.length : null,
    'from-null-domain': author !== '' && !/^[^.].*\.[^.\d][^.]*$/.test(domain),
    'sender-differs': envelope.sender.domain !== '' && domain !== '' && !sameOwner(envelope.sender.domain, domain),
    'recipients-hidden': recipients === 0,
    'recipients-many': recipients > 10 ? recipients : null,
    'mime-version-missing': hasMime(message) && field(message, 'mime-version') === undefined,
    'priority-high': /^\s*[12]\b/.test(field(message, 'x-priority')?.value ?? '') || /^(high|urgent)/i.test(field(message, 'importance')?.value ?? field(message, 'priority')?.value ?? ''),
    'mailer-missing': field(message, 'x-mailer') === undefined && field(message, 'user-agent') === undefined,
    'received-none': field(message, 'received') === undefined,
  };
}

/** Names of fields that stand twice and may not. */
function writtenTwice({ header }: Message): ReadonlySet<string> {
  const seen = new Set<string>();
  let twice: Set<string> | null = null;
  for (const { key } of header) {
    if (!ONCE.has(key)) continue;
    if (seen.has(key)) (twice ??= new Set()).add(key);
    else seen.add(key);
  }
  return twice ?? NONE;
}
const NONE: ReadonlySet<string> = new Set();

const hasMime = (message: Message): boolean => field(message, 'content-type') !== undefined || field(message, 'content-transfer-encoding') !== undefined;

function dates({ message, envelope }: SignalInput) {
  const written = field(message, 'date')?.value;
  const at = written === undefined ? Number.NaN : readDate(written);
  const arrived = envelope.door === 'command' ? arrivalOf(message) : envelope.receivedAt;
  const lateMs = Number.isNaN(at) || arrived === null ? 0 : arrived - at;
  return {
    'date-missing': written === undefined,
    'date-unreadable': written !== undefined && Number.isNaN(at),
    'date-ahead': lateMs < -6 * HOUR_MS ? Math.round(-lateMs / HOUR_MS) : null,
    'date-old': lateMs > 4 * DAY_MS ? Math.round(lateMs / DAY_MS) : null,
  };
}

/** Milliseconds since 1970 or NaN. Comments are dropped (RFC 5322 section 3.3); zones by name are as JavaScript reads them. */
function readDate(value: string): number {
  const text = value.slice(0, 100);
  return Date.parse((text.includes('(') ? text.replace(/\([^)]*\)/g, '') : text).trim());
}

/** When a stored message arrived: the newest Received field says so; null when it does not. */
function arrivalOf(message: Message): number | null {
  const received = field(message, 'received')?.value ?? '';
  const at = readDate(received.slice(received.lastIndexOf(';') + 1));
  return Number.isNaN(at) ? null : at;
}
