/** Invitations as calendar programs write them. */
import type { Message } from '../message/message.ts';

const ADDRESS_MAX_CHARS = 320;

/** The subject without the mailbox that calendars put in brackets behind what somebody is invited to; other subjects as they are. */
export function subjectBeside({ subject, parts }: Pick<Message, 'subject' | 'parts'>): string {
  if (!subject.endsWith(')') || !parts.some(({ type }) => type === 'text/calendar')) return subject;
  const from = subject.lastIndexOf('('), mailbox = subject.slice(from + 1, -1);
  return from > 0 && mailbox.length <= ADDRESS_MAX_CHARS && /^[^\s()@]+@[^\s()@]+$/.test(mailbox) ? subject.slice(0, from).trimEnd() : subject;
}
