/** Where an answer would go, against who wrote. */
import type { Message } from '../message/message.ts';
import { sameOwner } from './domains.ts';
import { counted, domainOf, family } from './family.ts';
import { isFreeMail } from './freemail.ts';
import type { SignalInput } from './signal.ts';

export const replyTo = family(
  'reply-to',
  {
    'reply-elsewhere': 'Answers go to another domain than the one the message claims to be from, and to nobody it is addressed to, as lists do.',
    'reply-to-free-mail': 'Answers to what looks like a company go to a free mailbox.',
    'reply-other-free-mail': 'Message and answers use two different free mailboxes.',
    'reply-several': 'Answers go to several addresses; the value is their number.',
    'reply-lookalike': "Answers go to a domain that differs from the author's by a character or two.",
  },
  ({ message }: SignalInput) => {
    const author = message.from[0]?.address.toLowerCase() ?? '';
    const from = domainOf(author);
    const answers = message.replyTo.map(({ address }) => address.toLowerCase()).filter((address) => address.includes('@'));
    const foreign = from === '' ? [] : answers.filter((address) => !sameOwner(domainOf(address), from));
    const toFree = foreign.some((address) => isFreeMail(domainOf(address)));
    const otherBox = isFreeMail(from) && answers.some((address) => address !== author && isFreeMail(domainOf(address)));
    return {
      'reply-elsewhere': isLedElsewhere(foreign, message),
      'reply-to-free-mail': toFree && !isFreeMail(from),
      'reply-other-free-mail': otherBox,
      'reply-several': counted(answers.length > 1 ? answers.length : 0),
      'reply-lookalike': foreign.some((address) => isNear(domainOf(address), from)),
    };
  },
);

function isLedElsewhere(foreign: readonly string[], { to, cc }: Pick<Message, 'to' | 'cc'>): boolean {
  if (foreign.length === 0) return false;
  const addressed = new Set([...to, ...cc].map(({ address }) => address.toLowerCase()));
  return foreign.some((address) => !addressed.has(address));
}

/** Whether two different names are at most two edits apart (Levenshtein), and long enough for that to mean something. */
export function isNear(a: string, b: string): boolean {
  if (a === b || Math.min(a.length, b.length) < 7 || Math.abs(a.length - b.length) > 2 || a.length > 100) return false;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      row.push(Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same));
    }
    previous = row;
  }
  return (previous[b.length] ?? 9) <= 2;
}
