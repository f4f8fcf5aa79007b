/** The MTA's message after our changes is, byte for byte, what the proxy would have sent on. */
import fc from 'fast-check';
import { applyEdits, groupDeliveries } from '../../../src/actions/headers.ts';
import { ByteBudget } from '../../../src/intake/byte-budget.ts';
import { deliverReplies, replyCode } from '../../../src/intake/milter/answer.ts';
import { negotiate } from '../../../src/intake/milter/negotiation.ts';
import { MessageBuilder } from '../../../src/intake/milter/rebuild.ts';
import type { FilterReply } from '../../../src/intake/milter/wire.ts';
import type { Envelope } from '../../../src/message/envelope.ts';
import { walk } from '../../../src/message/walk.ts';
import type { DeliveryGroup } from '../../../src/pipeline.ts';
import type { Verdict } from '../../../src/policy/verdict.ts';
import { changed, OFFER, taken } from '../../support/milter-client.ts';

const { agreement } = negotiate({ type: 'negotiate', ...OFFER }, true)!;
const envelope = {
  id: '0123456789abcdef', receivedAt: 1_780_000_000_000, door: 'milter', direction: 'in', client: { ip: '192.0.2.1', unknownReason: null, name: null, helo: 'x' }, tls: null, user: null,
  sender: { raw: 'a@b.test', local: 'a', domain: 'b.test', key: 'a@b.test' }, parameters: [], recipients: [],
} as Envelope;

function rebuilt(bytes: Buffer) {
  const builder = new MessageBuilder({ messageMaxBytes: 1e6, declaredBytes: 0, bareLineBreaks: 'refuse', leadingSpace: true, budget: new ByteBudget(1e7) });
  const { fields, body } = taken(bytes, true);
  for (const { name, value } of fields) builder.header(name, value);
  builder.body(body);
  return { bytes: builder.finish(), fields: builder.fields };
}

function groupFor(bytes: Buffer, verdict: Partial<Verdict>): DeliveryGroup {
  const facts = { envelope, bytes, subject: walk(bytes).subject, score: { score: 0.5, kind: 'spam' as const }, authenticationResults: 'spf=pass smtp.mailfrom=b.test; dkim=none', hostname: 'mx.example.com' };
  const whole = { recipient: 'r@example.com', action: 'deliver', policy: 'company', markWith: null, junkFolder: null, ...verdict } as Verdict;
  return groupDeliveries(facts, [whole])[0] as DeliveryGroup;
}

function carriedOut(bytes: Buffer, verdict: Partial<Verdict>): { readonly viaMta: string; readonly viaProxy: string; readonly changes: readonly FilterReply[] } {
  const built = rebuilt(bytes);
  const group = groupFor(built.bytes, verdict);
  const replies = deliverReplies({ ...built, recipientWords: ['<r@example.com>'], agreement, group });
  expect(replies.at(-1)).toEqual({ type: 'continue' });
  return { viaMta: changed(built.bytes, replies, true).toString('latin1'), viaProxy: Buffer.concat(applyEdits(built.bytes, group.edits)).toString('latin1'), changes: replies };
}

const FORGED = ['X-Usher-Verdict: deliver', 'x-usher-id:', 'X-Spam-Flag:YES', 'X-SPAM-FLAG: no\r\n\tand more', 'Authentication-Results: mx.example.com; spf=pass', 'AUTHENTICATION-RESULTS:\r\n MX.example.com;\r\n\tdkim=pass', 'Authentication-Results: (comment'];
const HONEST = ['Authentication-Results: other.example; spf=pass', 'X-Usher: no field of ours', 'Received: from a by b;\r\n\tMon', 'From: <a@b.test>', 'X-Empty:', 'X-Tab:\ttab', 'To:  two spaces', 'X-\xe9: \xff'];
const SUBJECTS = ['Subject: plain', 'Subject:none', 'subject:\tand\r\n folded', 'Subject: =?utf-8?Q?=C3=B6?=', 'Subject:', 'SUBJECT: caf\xe9', `Subject: ${'long '.repeat(40)}`];
const message = fc.record({
  fields: fc.array(fc.oneof(fc.constantFrom(...FORGED), fc.constantFrom(...HONEST), fc.constantFrom(...SUBJECTS)), { maxLength: 14 }),
  body: fc.constantFrom('', 'Good day.\r\n', 'X-Usher-Verdict: in the body\r\n', '\r\n\r\nSubject: in the body'),
}).map(({ fields, body }) => Buffer.from(`${fields.map((field) => `${field}\r\n`).join('')}\r\n${body}`, 'latin1'));
const verdict = fc.constantFrom<Partial<Verdict>>({}, { action: 'mark', markWith: '[Suspected spam]' }, { action: 'mark', markWith: '[Şüpheli ileti — спам]' }, { action: 'junk-folder', junkFolder: 'Junk' });

test('whatever the fields and the verdict', () => {
  fc.assert(fc.property(message, verdict, (bytes, its) => {
    const { viaMta, viaProxy } = carriedOut(bytes, its);
    expect(viaMta).toBe(viaProxy);
  }), { numRuns: 600 });
});

test('of several of one name the last goes first', () => {
  const { changes } = carriedOut(Buffer.from('X-Usher-Id: 1\r\nA: b\r\nx-usher-id: 2\r\nX-Usher-Id: 3\r\n\r\n'), {});
  expect(changes.filter((each) => each.type === 'changeHeader')).toEqual([['X-Usher-Id', 3], ['x-usher-id', 2], ['X-Usher-Id', 1]].map(([name, index]) => ({ type: 'changeHeader', name, index, value: '' })));
});

test('fields of ours are put on top, the topmost last', () => {
  const { changes } = carriedOut(Buffer.from('A: b\r\n\r\n'), { action: 'junk-folder', junkFolder: 'Junk' });
  expect(changes.flatMap((each) => (each.type === 'insertHeader' ? [[each.index, each.name]] : []))).toEqual([[0, 'X-Usher-Id'], [0, 'Authentication-Results'], [0, 'X-Spam-Flag'], [0, 'X-Usher-Verdict']]);
});

test('an MTA that puts a space behind the colon itself gets values without', () => {
  const built = rebuilt(Buffer.from('Subject: x\r\n\r\n'));
  const replies = deliverReplies({ ...built, recipientWords: ['<r@example.com>'], agreement: { ...agreement, leadingSpace: false }, group: groupFor(built.bytes, { action: 'mark', markWith: '[Spam]' }) });
  expect(replies).toContainEqual({ type: 'changeHeader', index: 1, name: 'Subject', value: '[Spam] x' });
  expect(replies).toContainEqual({ type: 'insertHeader', index: 0, name: 'X-Usher-Id', value: '0123456789abcdef' });
});

test('what an MTA does not allow is left out', () => {
  const built = rebuilt(Buffer.from('Subject: x\r\nX-Spam-Flag: YES\r\n\r\n'));
  const group = groupFor(built.bytes, { action: 'mark', markWith: '[Spam]' });
  const types = (changes: Partial<typeof agreement>): string[] => [...new Set(deliverReplies({ ...built, recipientWords: ['<r@example.com>'], agreement: { ...agreement, ...changes }, group }).map(({ type }) => type))];
  expect(types({ mayAddHeaders: false })).toEqual(['changeHeader', 'continue']);
  expect(types({ mayChangeHeaders: false })).toEqual(['insertHeader', 'continue']);
});

test('an address given twice with one verdict is taken out once, or stays', () => {
  const built = rebuilt(Buffer.from('A: b\r\n\r\n'));
  const group = (recipients: number[]): DeliveryGroup => ({ recipients, edits: { added: '', subject: null, removed: [] }, mailboxFolder: null });
  const words = ['<a@b>', '<c@d>', '<a@b>'];
  const out = (recipients: number[]) => deliverReplies({ ...built, recipientWords: words, agreement, group: group(recipients) });
  expect(out([1])).toEqual([{ type: 'deleteRecipient', text: '<a@b>' }, { type: 'continue' }]);
  expect(out([0, 2])).toEqual([{ type: 'deleteRecipient', text: '<c@d>' }, { type: 'continue' }]);
});

test('a reply of many lines stays within what SMTP allows', () => {
  const reply = replyCode({ code: 550, enhanced: '5.7.1', text: 'word '.repeat(500) }, false);
  const lines = (reply as { readonly text: string }).text.split('\r\n');
  expect(lines.every((line, n) => line.length <= 510 && line.startsWith(n < lines.length - 1 ? '550-5.7.1 ' : '550 5.7.1 '))).toBe(true);
});

describe('the message as it is built', () => {
  const options = { messageMaxBytes: 1e6, declaredBytes: 0, bareLineBreaks: 'refuse' as const, leadingSpace: true };

  test('a value cannot end its field: what follows a line break is folded', () => {
    const builder = new MessageBuilder({ ...options, budget: new ByteBudget(1e6) });
    builder.header('X', ' a\n\nSubject: forged\r\nb');
    expect(builder.finish().toString()).toBe('X: a\r\n\t\r\n\tSubject: forged\r\n\tb\r\n\r\n');
  });

  test('a message of nothing but fields is bounded by their number', () => {
    const budget = new ByteBudget(1e8);
    const builder = new MessageBuilder({ ...options, messageMaxBytes: 1e8, budget });
    for (let n = 0; n < 60_000; n++) builder.header('a', '');
    expect([builder.problem, budget.usedBytes]).toEqual(['too-large', 0]);
  });
});
