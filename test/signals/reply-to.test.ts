import { isNear, replyTo } from '../../src/signals/reply-to.ts';
import { found, type MailTraits } from '../support/signal-mail.ts';

test.each<[string, string | null, readonly string[]]>([
  ['anna@example.net', null, []],
  ['anna@example.net', 'anna@example.net', []],
  ['anna@example.net', 'ANNA@mail.Example.net', []],
  ['anna@example.net', 'sales@partner.org', ['reply-elsewhere']],
  ['anna@example.net', 'anna77@gmail.com', ['reply-elsewhere', 'reply-to-free-mail']],
  ['anna@gmail.com', 'anna@gmail.com', []],
  ['anna@gmail.com', 'other@yahoo.com', ['reply-elsewhere', 'reply-other-free-mail']],
  ['anna@gmail.com', 'other@gmail.com', ['reply-other-free-mail']],
  ['anna@example.net', 'anna@exarnple.net', ['reply-elsewhere', 'reply-lookalike']],
  ['anna@example.net', 'anna@example.net, carl@example.net', ['reply-several']],
])('from %s, answers to %s', (From, ReplyTo, expected) => {
  expect(Object.keys(found(replyTo, { header: { From, 'Reply-To': ReplyTo } })).sort()).toEqual(expected);
});

test.each<[string, MailTraits['header'], readonly string[]]>([
  ['the list it was sent to', { To: 'Users <users@lists.example.org>', 'Reply-To': 'users@lists.example.org' }, []],
  ['the list in the copy line, in other letters', { Cc: 'USERS@lists.example.org', 'Reply-To': 'Users@Lists.example.org' }, []],
  ['the list and somebody else', { To: 'users@lists.example.org', 'Reply-To': 'users@lists.example.org, carl@partner.org' }, ['reply-elsewhere', 'reply-several']],
  ['another address of where it was sent to', { To: 'users@lists.example.org', 'Reply-To': 'carl@lists.example.org' }, ['reply-elsewhere']],
  ['a free mailbox that it was also sent to', { To: 'anna77@gmail.com', 'Reply-To': 'anna77@gmail.com' }, ['reply-to-free-mail']],
])('answers to %s', (_, header, expected) => {
  expect(Object.keys(found(replyTo, { header: { From: 'anna@example.net', ...header } })).sort()).toEqual(expected);
});

test.each([['example.com', 'examp1e.com', true], ['example.com', 'example.com', false], ['example.com', 'examples.org', false], ['a.de', 'b.de', false]])('%s and %s: %s', (a, b, expected) => expect(isNear(a, b)).toBe(expected));
