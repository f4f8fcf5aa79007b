import { historyProbe } from '../../src/signals/history.ts';
import type { KnownSenders } from '../../src/signals/history.ts';
import type { Authenticity } from '../../src/signals/signal.ts';
import { answersOf } from '../support/probes.ts';
import { input } from '../support/signal-mail.ts';
import type { MailTraits } from '../support/signal-mail.ts';

const ZERO = { written: 0, released: 0, blocked: 0, complained: 0 };
const PASS: Authenticity = { state: 'pass', by: 'dkim' }, FAIL: Authenticity = { state: 'fail', policy: 'none' }, NONE: Authenticity = { state: 'none' };

function senders(proven: object, unproven: object = {}, ours: readonly string[] = []): KnownSenders {
  return {
    counts: async (address) => (address === 'anna@example.net' ? { proven: { ...ZERO, ...proven }, unproven: { ...ZERO, ...unproven } } : { proven: ZERO, unproven: ZERO }),
    wasSent: async (ids) => ids.some((id) => ours.includes(id)),
  };
}

const ANSWER: MailTraits = { header: { 'In-Reply-To': '<ours@example.com>', References: '<first@example.net> <ours@example.com>' } };

test.each<[string, KnownSenders | null, Authenticity, MailTraits, unknown]>([
  ['nobody remembers', null, PASS, {}, { unknown: 'no-history' }],
  ['a stranger', senders({}), PASS, { header: { From: 'x@other.example' } }, {}],
  ['we wrote once', senders({ written: 1 }), PASS, {}, { 'known-correspondent': 'once' }],
  ['whatever the case of the address', senders({ written: 1 }), PASS, { header: { From: 'ANNA@Example.NET' } }, { 'known-correspondent': 'once' }],
  ['we write often', senders({ written: 7 }), PASS, {}, { 'known-correspondent': 'often' }],
  ['we wrote so long ago that nothing is left of it', senders({ written: 0.05 }), PASS, {}, {}],
  ['a forged correspondent', senders({ written: 7, released: 3 }), FAIL, {}, { 'known-but-unproven': 'fail' }],
  ['a correspondent whose domain says nothing', senders({ written: 7 }), NONE, {}, { 'known-but-unproven': 'none' }],
  ['nobody could check', senders({ written: 7 }), { state: 'unknown', reason: 'timeout' }, {}, { unknown: 'timeout' }],
  ['released before', senders({ released: 1 }), PASS, {}, { 'sender-released': 'once' }],
  ['blocked before', senders({ blocked: 3, complained: 1 }), PASS, {}, { 'sender-blocked': 'often', 'sender-complained': 'once' }],
  ['what a forger did is not held against the owner', senders({}, { blocked: 3 }), PASS, {}, {}],
  ['but against the next forger', senders({}, { blocked: 3 }), FAIL, {}, { 'sender-blocked': 'often' }],
  ['an answer from somebody we wrote to', senders({ written: 1 }, {}, ['<ours@example.com>']), PASS, ANSWER, { 'answers-ours': 'known', 'known-correspondent': 'once' }],
  ['an answer from somebody else', senders({}, {}, ['<ours@example.com>']), PASS, ANSWER, { 'answers-ours': 'other' }],
  ['a stolen thread', senders({}, {}, ['<ours@example.com>']), FAIL, ANSWER, {}],
  ['an answer to somebody else\'s message', senders({}), PASS, ANSWER, {}],
  ['two authors', senders({ written: 7 }), PASS, { header: { From: 'anna@example.net, b@example.net' } }, {}],
])('%s', async (_, known, author, mail, expected) => expect(await answersOf(historyProbe(known), input(mail), undefined, author)).toEqual(expected));
