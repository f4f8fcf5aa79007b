import { subject } from '../../src/signals/subject.ts';
import { found } from '../support/signal-mail.ts';

test.each<[string, readonly string[]]>([
  ['Lunch on Friday', []],
  ['', ['subject-missing']],
  ['MAKE MONEY FAST', ['subject-shouting']],
  ['NATO and IBM', []],
  ['URGENT: budget for Q3', []],
  ['Really?', []],
  ['Act now!!', ['subject-punctuation']],
  ['V i a g r a for you', ['subject-spaced']],
  ['V.i.a.g.r.a', ['subject-spaced']],
  ['z.B. the U.S.A. office', []],
  ['Meet at 5 p. m. in A B', []],
  ['f*r*e*e gift', ['subject-spaced']],
  ['Vіagra for you', ['subject-mixed-letters']],
  ['Встреча в пятницу', []],
  ['Lu\u200Bnch', ['subject-invisible']],
  ['Re: your offer', ['subject-false-reply']],
  ['[list] Re: your offer', ['subject-false-reply']],
  ['Resources for you', []],
  ['=?utf-8?B?RnJlZSBvZmZlcg==?=', ['subject-encoded-needlessly']],
  ['=?utf-8?B?w5ZmZm51bmc=?=', []],
  ['You won $5,000', ['subject-money']],
  ['Sale ★ today', ['subject-symbols']],
  ['Invoice (c) 2027', []],
  ['Your order 4711221', ['subject-number-end']],
  ['Chapter 12', []],
  ['News for bob@example.com', ['subject-names-recipient']],
  ['xyz '.repeat(40), ['subject-long']],
])('%j', (Subject, expected) => expect(Object.keys(found(subject, { header: { Subject } })).sort()).toEqual(expected));

test('calendars name the invited mailbox at the end of the subject; elsewhere, and in other mail, it is a lure', () => {
  const invitation = (Subject: string, type = 'text/calendar; method=REQUEST') => found(subject, { header: { Subject, 'Content-Type': type } });
  expect(invitation('Invitation: Budget @ Thu 3pm (bob@example.com)')).toEqual({});
  expect(invitation('Invitation: Budget @ Thu 3pm (bob@example.com)', 'text/plain')).toEqual({ 'subject-names-recipient': true });
  expect(invitation('bob@example.com has won (really)')).toEqual({ 'subject-names-recipient': true });
  expect(invitation('(bob@example.com)')).toEqual({ 'subject-names-recipient': true });
});

test('an answer that refers to something is one', () => {
  expect(found(subject, { header: { Subject: 'Re: Lunch', References: '<1@example.com>' } })).toEqual({});
});
