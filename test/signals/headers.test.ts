import { headers } from '../../src/signals/headers.ts';
import { found } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

const odd = (traits: MailTraits) => Object.keys(found(headers, traits)).filter((name) => name !== 'mailer-missing').sort();

test.each<[string, MailTraits, readonly string[]]>([
  ['nothing odd', {}, []],
  ['no date', { header: { Date: null } }, ['date-missing']],
  ['a date that is none', { header: { Date: 'yesterday' } }, ['date-unreadable']],
  ['a date with a comment', { header: { Date: 'Fri, 15 Jan 2027 11:59:00 +0000 (UTC)' } }, []],
  ['five hours ahead: a wrong time zone', { header: { Date: 'Fri, 15 Jan 2027 17:00:00 +0000' } }, []],
  ['seven hours ahead', { header: { Date: 'Fri, 15 Jan 2027 19:00:00 +0000' } }, ['date-ahead']],
  ['three days old: a long weekend', { header: { Date: 'Tue, 12 Jan 2027 12:00:00 +0000' } }, []],
  ['five days old', { header: { Date: 'Sun, 10 Jan 2027 11:00:00 +0000' } }, ['date-old']],
  ['no Message-ID', { header: { 'Message-ID': null } }, ['message-id-missing']],
  ['an empty Message-ID', { header: { 'Message-ID': '' } }, ['message-id-missing']],
  ['a Message-ID without brackets', { header: { 'Message-ID': '1234@example.net' } }, ['message-id-odd']],
  ['a Message-ID of a sub-domain', { header: { 'Message-ID': '<1@mail.example.net>' } }, []],
  ['a Message-ID of elsewhere', { header: { 'Message-ID': '<1@example.org>' } }, ['message-id-foreign']],
  ['two subjects', { extra: 'Subject: Other\n' }, ['field-twice']],
  ['two From fields', { extra: 'From: eve@example.org\n' }, ['field-twice', 'from-authors', 'from-fields', 'message-id-foreign', 'sender-differs']],
  ['two authors', { header: { From: 'anna@example.net, carl@example.net' } }, ['from-authors']],
  ['no From', { header: { From: null } }, ['from-missing']],
  ['a From without address', { header: { From: 'Anna' } }, ['from-missing']],
  ['a From without domain', { header: { From: 'anna@localhost' } }, ['from-null-domain', 'message-id-foreign', 'sender-differs']],
  ['another envelope sender', { sender: 'bounce@example.org' }, ['sender-differs']],
  ['an envelope sender below', { sender: 'bounce@mail.example.net' }, []],
  ['a null reverse-path', { sender: '' }, []],
  ['no recipients', { header: { To: null } }, ['recipients-hidden']],
  ['ten recipients', { header: { To: Array.from({ length: 10 }, (_, i) => `p${i}@example.com`).join(', ') } }, []],
  ['eleven recipients', { header: { To: Array.from({ length: 11 }, (_, i) => `p${i}@example.com`).join(', ') } }, ['recipients-many']],
  ['MIME without saying so', { header: { 'MIME-Version': null } }, ['mime-version-missing']],
  ['old plain mail', { header: { 'MIME-Version': null, 'Content-Type': null } }, []],
  ['urgent', { header: { 'X-Priority': '1 (Highest)' } }, ['priority-high']],
  ['ordinary', { header: { 'X-Priority': '3', Importance: 'Normal' } }, []],
  ['no Received', { header: { Received: null } }, ['received-none']],
])('%s', (_title, traits, expected) => expect(odd(traits)).toEqual(expected));

test('a stored message is judged by when it arrived then, not by today', () => {
  expect(odd({ door: 'command', receivedAt: Date.UTC(2040, 0) })).toEqual([]);
  expect(odd({ door: 'command', header: { Date: 'Fri, 1 Jan 2027 11:59:00 +0000' } })).toEqual(['date-old']);
  expect(odd({ door: 'command', header: { Received: null, Date: 'Fri, 1 Jan 2010 11:59:00 +0000' } })).toEqual(['received-none']);
});
