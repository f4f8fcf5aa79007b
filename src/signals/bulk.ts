/** Mail to many: what honest senders of newsletters say about themselves. */
import { family, field } from './family.ts';
import type { SignalInput } from './signal.ts';

export const bulk = family(
  'bulk',
  {
    'list-unsubscribe': 'The sender says how to unsubscribe (RFC 2369).',
    'list-unsubscribe-click': 'One click unsubscribes (RFC 8058).',
    'list-id': 'The message comes through a mailing list that names itself (RFC 2919).',
    'list-post': 'The mailing list says how to write to it.',
    'precedence-bulk': 'The sender marks the message as bulk mail.',
    'feedback-id': 'The sender of bulk mail asks mailbox providers for feedback.',
    'auto-submitted': 'The message was written by a machine (RFC 3834).',
    'report': 'The message reports what became of another one (RFC 6522).',
    'answers': 'The message refers to an earlier one.',
  },
  ({ message }: SignalInput) => ({
    'list-unsubscribe': field(message, 'list-unsubscribe') !== undefined,
    'list-unsubscribe-click': /list-unsubscribe=one-click/i.test(field(message, 'list-unsubscribe-post')?.value ?? ''),
    'list-id': field(message, 'list-id') !== undefined,
    'list-post': field(message, 'list-post') !== undefined,
    'precedence-bulk': /^(?:bulk|list|junk)\b/i.test(field(message, 'precedence')?.value ?? ''),
    'feedback-id': field(message, 'feedback-id') !== undefined,
    'auto-submitted': /^auto-/i.test(field(message, 'auto-submitted')?.value ?? ''),
    'report': message.root.type === 'multipart/report',
    'answers': field(message, 'in-reply-to') !== undefined || field(message, 'references') !== undefined,
  }),
);
