/** The milter over real sockets: what MTAs do, and what nobody should. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ByteBudget } from '../../../src/intake/byte-budget.ts';
import type { MilterOptions } from '../../../src/intake/milter/server.ts';
import { ACTION, encodeCommand, STEP, type Command } from '../../../src/intake/milter/wire.ts';
import { limitDefaults } from '../../../src/message/limits.ts';
import { MilterClient, OFFER } from '../../support/milter-client.ts';
import { answerAll, deliverAll, openTestMilter, type TestMilter } from '../../support/milter-server.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitFor } from '../../support/wait.ts';

const LETTER = Buffer.from('From: <ann@sender.test>\r\nSubject:  two spaces\r\nX-Folded:\tone\r\n\ttwo\r\n\r\nGood day.\r\n');
const BOB = [['<bob@example.test>']];

let milter: TestMilter;
const clients: MilterClient[] = [];
async function open(options: Partial<MilterOptions> = {}): Promise<void> {
  milter = await openTestMilter(options);
}
async function client(): Promise<MilterClient> {
  const made = await MilterClient.connect(milter.server.address());
  clients.push(made);
  return made;
}
afterEach(async () => {
  for (const each of clients.splice(0)) each.socket.destroy();
  await milter.server.close(1000);
  await waitFor('the end of all', () => milter.server.stats.connectionsOpen === 0);
  expect(milter.server.stats.bytesInFlight).toBe(0);
});

describe('a message', () => {
  beforeEach(() => open());

  test('is rebuilt byte for byte, with who it is from', async () => {
    const mta = await client();
    await mta.hello({ name: 'mail.sender.test', address: '192.0.2.7', helo: 'helo.sender.test', macros: { H: [['{tls_version}', 'TLSv1.3'], ['{cipher}', 'TLS_AES_256_GCM_SHA384']] } });
    const { end } = await mta.message({ sender: ['<Ann@Sender.test>', 'SIZE=100', 'BODY=8BITMIME'], recipients: [['<bob@example.test>', 'NOTIFY=NEVER'], ['<eve@example.test>']], bytes: LETTER, macros: { M: [['i', '4F8xyz']] } });
    expect(end).toEqual({ type: 'continue' });
    const { envelope, bytes } = milter.seen[0]!;
    expect(bytes.toString()).toBe(LETTER.toString());
    expect(envelope).toMatchObject({
      door: 'milter', direction: 'in', client: { ip: '192.0.2.7', name: 'mail.sender.test', helo: 'helo.sender.test' }, tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384', user: null, queueId: '4F8xyz',
      sender: { raw: 'Ann@Sender.test', key: 'ann@sender.test' }, parameters: ['SIZE=100', 'BODY=8BITMIME'],
      recipients: [{ address: { key: 'bob@example.test' }, parameters: ['NOTIFY=NEVER'] }, { address: { key: 'eve@example.test' }, parameters: [] }],
    });
  });

  test('from an authenticated user goes out; the next one on the same connection does not', async () => {
    const mta = await client();
    await mta.hello();
    await mta.message({ recipients: BOB, bytes: LETTER, macros: { M: [['{auth_authen}', 'anna'], ['{auth_type}', 'PLAIN']] } });
    await mta.message({ recipients: BOB, bytes: LETTER, macros: { M: [['i', 'x']] } });
    expect(milter.seen.map(({ envelope }) => [envelope.direction, envelope.user])).toEqual([['out', 'anna'], ['in', null]]);
  });

  test.each([
    ['inet6', 'IPv6:2001:db8::1', '2001:db8::1', null, 'in'], ['inet6', '::ffff:192.0.2.1', '192.0.2.1', null, 'in'], ['inet', 'no address', null, 'not-given', 'in'],
    ['unknown', '', null, 'not-given', 'in'], ['unix', '/run/x', null, 'local', 'out'],
  ] as const)('from a client of family %s %s', async (family, address, ip, unknownReason, direction) => {
    const mta = await client();
    await mta.hello({ name: 'unknown', family, address });
    await mta.message({ recipients: BOB, bytes: LETTER });
    expect(milter.seen[0]!.envelope).toMatchObject({ client: { ip, unknownReason, name: null }, direction });
  });

  test('in chunks of any size, CR and LF apart, is the same', async () => {
    const mta = await client();
    await mta.hello();
    for (const bodyChunkBytes of [1, 2, 3, 7, 65_535]) await mta.message({ recipients: BOB, bytes: LETTER, bodyChunkBytes });
    expect(milter.seen.map(({ bytes }) => bytes.equals(LETTER))).toEqual([true, true, true, true, true]);
  });

  test('of a megabyte and more, with chunks as large as were agreed', async () => {
    const large = Buffer.concat([LETTER, Buffer.alloc(3_000_000, 'x'), Buffer.from('\r\n')]);
    for (const [bits, bodyChunkBytes] of [[0, 65_535], [STEP.data256K, 262_143], [STEP.data1M | STEP.data256K, 1_048_575]] as const) {
      const mta = await client();
      await mta.negotiate({ ...OFFER, steps: (OFFER.steps | bits) >>> 0 });
      expect(mta.agreed!.steps & (STEP.data256K | STEP.data1M)).toBe(bits & STEP.data1M ? STEP.data1M : bits);
      await mta.hello();
      await mta.message({ recipients: BOB, bytes: large, bodyChunkBytes });
    }
    expect(milter.seen.map(({ bytes }) => bytes.equals(large))).toEqual([true, true, true]);
  });

  test('given up is forgotten, and the connection goes on', async () => {
    const mta = await client();
    await mta.hello();
    mta.send({ type: 'mail', words: ['<eve@sender.test>'] }, { type: 'recipient', words: ['<eve@example.test>'] });
    await mta.reply();
    mta.send({ type: 'header', name: 'Subject', value: ' forgotten' }, { type: 'body', data: Buffer.from('x') }, { type: 'abort' });
    await mta.message({ recipients: BOB, bytes: LETTER });
    expect(milter.seen).toHaveLength(1);
    expect(milter.seen[0]!.envelope).toMatchObject({ sender: { key: 'ann@sender.test' }, recipients: [{ address: { key: 'bob@example.test' } }] });
  });

  test('of another client over the same connection (QUIT_NC) knows nothing of the first', async () => {
    const mta = await client();
    await mta.hello({ helo: 'first.test', macros: { H: [['{tls_version}', 'TLSv1.3'], ['{cipher}', 'X']] } });
    await mta.message({ recipients: BOB, bytes: LETTER });
    mta.send({ type: 'quitNewConnection' });
    await mta.hello({ address: '192.0.2.99', helo: 'second.test' });
    await mta.message({ recipients: BOB, bytes: LETTER });
    expect(milter.seen.map(({ envelope }) => [envelope.client.ip, envelope.client.helo, envelope.tls])).toEqual([['192.0.2.1', 'first.test', 'TLSv1.3 X'], ['192.0.2.99', 'second.test', null]]);
  });

  test('for a hundred, and no more: who is too many is asked to come with another message', async () => {
    const mta = await client();
    await mta.hello();
    const { end, refusedRecipients } = await mta.message({ recipients: Array.from({ length: 102 }, (_, n) => [`<user${n}@example.test>`]), bytes: LETTER });
    expect(end.type).toBe('continue');
    expect(refusedRecipients).toEqual([100, 101].map((n) => ({ word: `<user${n}@example.test>`, text: '452 4.5.3 Too many recipients' })));
    expect(milter.seen[0]!.envelope.recipients).toHaveLength(100);
  });

  test('with a source route or an address in UTF-8 is for whom it says', async () => {
    const mta = await client();
    await mta.hello();
    const utf8 = Buffer.from('<jürgen@bücher.test>').toString('latin1');
    await mta.message({ sender: [utf8, 'SMTPUTF8'], recipients: [['<@relay.test,@b.test:bob@example.test>'], [utf8]], bytes: LETTER });
    expect(milter.seen[0]!.envelope.sender.key).toBe('jürgen@xn--bcher-kva.test');
    expect(milter.seen[0]!.envelope.recipients.map(({ address }) => address.key)).toEqual(['bob@example.test', 'jürgen@xn--bcher-kva.test']);
  });
});

describe('the answer', () => {
  beforeEach(() => open());

  async function answered(decide: TestMilter['decide'], sender = ['<ann@sender.test>'], recipients: readonly (readonly string[])[] = BOB) {
    milter.decide = decide;
    const mta = await client();
    await mta.hello();
    return mta.message({ sender, recipients, bytes: LETTER });
  }

  test('a refusal: codes, words, and per cent signs twice', async () =>
    expect(await answered(answerAll(550, '5.7.1', '100% no, %s [ref]'))).toMatchObject({ end: { type: 'replyCode', text: '550 5.7.1 100%% no, %%s [ref]' }, changes: [] }));
  test('several lines', async () => expect((await answered(answerAll(451, '4.7.1', 'one\ntwo'))).end).toEqual({ type: 'replyCode', text: '451-4.7.1 one\r\n451 4.7.1 two' }));
  test('words beyond ASCII, without SMTPUTF8 and with it', async () => {
    expect((await answered(answerAll(550, '5.7.1', 'Özür'))).end).toEqual({ type: 'replyCode', text: '550 5.7.1 Ozur' });
    expect((await answered(answerAll(550, '5.7.1', 'Özür'), ['<ann@sender.test>', 'SMTPUTF8'])).end).toEqual({ type: 'replyCode', text: `550 5.7.1 ${Buffer.from('Özür').toString('latin1')}` });
  });
  test('a 421 would end the connection of the MTA with its client: it is a 451', async () => expect((await answered(answerAll(421, '4.3.2', 'Bye'))).end).toEqual({ type: 'replyCode', text: '451 4.3.2 Bye' }));
  test('a reply without enhanced code gets one, which MTAs insist on', async () => expect((await answered(async (t, onward) => {
    const outcome = await answerAll(550, '5.0.0', 'No')(t, onward);
    return { ...outcome, replies: outcome.replies.map((each) => ({ ...each, enhanced: null })) };
  })).end).toEqual({ type: 'replyCode', text: '550 5.0.0 No' }));
  test('no decision: 451', async () => expect((await answered(async () => { throw new Error('as the test wants it'); })).end).toMatchObject({ text: expect.stringMatching(/^451 4\.3\.0 /) }));
  test('too few replies: 451', async () => expect((await answered(async () => ({ verdicts: [], replies: [] }))).end).toMatchObject({ text: expect.stringMatching(/^451 4\.3\.0 /) }));
  test('held for all: dropped by the MTA', async () => expect(await answered(answerAll(250, '2.0.0', 'Accepted'))).toMatchObject({ end: { type: 'discard' }, changes: [] }));

  test('held for some: they are taken out, as the MTA wrote them', async () => {
    const { end, changes } = await answered(async (transaction, onward) => {
      await onward.deliver({ recipients: [1], edits: { added: '', subject: null, removed: [] }, mailboxFolder: null }, transaction.bytes);
      return { verdicts: [], replies: transaction.envelope.recipients.map(() => ({ code: 250, enhanced: '2.0.0', text: 'Ok' })) };
    }, undefined, [['<Bob@Example.test>', 'NOTIFY=NEVER'], ['<eve@example.test>'], ['<@x:max@example.test>']]);
    expect([changes, end]).toEqual([[{ type: 'deleteRecipient', text: '<Bob@Example.test>' }, { type: 'deleteRecipient', text: '<@x:max@example.test>' }], { type: 'continue' }]);
  });

  test('a second group of other bytes is not the MTA\'s', async () => {
    const codes: number[][] = [];
    await answered(async (transaction, onward) => {
      for (const recipients of [[0], [1]]) codes.push((await onward.deliver({ recipients, edits: { added: '', subject: null, removed: [] }, mailboxFolder: null }, transaction.bytes)).map(({ code }) => code));
      return { verdicts: [], replies: transaction.envelope.recipients.map(() => ({ code: 250, enhanced: '2.0.0', text: 'Ok' })) };
    }, undefined, [['<a@example.test>'], ['<b@example.test>']]);
    expect(codes).toEqual([[250], [451]]);
  });

  test('where we deliver into folders of ours, everybody gets the text of the first group, and the log says so', async () => {
    const group = (recipients: number[], added: string) => ({ recipients, edits: { added, subject: null, removed: [] }, mailboxFolder: null });
    await milter.server.close(100);
    await open({
      gateway: {
        ownMailboxes: true,
        handle: async (transaction, onward) => ({
          verdicts: [], replies: [...await onward.deliver(group([1], 'X-Usher-Id: plain\r\n'), transaction.bytes), ...await onward.deliver(group([0, 2], 'X-Usher-Id: marked\r\n'), transaction.bytes)],
        }),
      },
    });
    const mta = await client();
    await mta.hello();
    const { end, changes } = await mta.message({ recipients: [['<a@b>'], ['<c@d>'], ['<e@f>']], bytes: LETTER });
    expect([changes, end]).toEqual([[{ type: 'insertHeader', index: 0, name: 'X-Usher-Id', value: ' plain' }], { type: 'continue' }]);
    expect(milter.lines.map(({ level, text }) => [level, text.slice(0, 40)])).toEqual([['warn', 'deliver-to is a folder: what is released'], ['warn', 'some recipients get the message unmarked']]);
  });

  test('while a decision takes its time the MTA hears that it must wait, and nothing it says meanwhile is lost', async () => {
    await milter.server.close(100);
    await open({ times: { progressMs: 20 } });
    const mta = await client();
    milter.decide = async (transaction, onward) => {
      const heard = mta.progress;
      await waitFor('three times "wait"', () => mta.progress >= heard + 3);
      return deliverAll(transaction, onward);
    };
    await mta.hello();
    expect((await mta.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
    expect(mta.progress).toBeGreaterThanOrEqual(3);
    expect((await mta.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
  });
});

describe('what the milter itself refuses', () => {
  test.each([
    ['a message above the limit', { limits: { ...limitDefaults, messageMaxBytes: 70_000 } }, Buffer.concat([LETTER, Buffer.alloc(80_000, 'x')]), /^552 5\.3\.4 /],
    ['more Received fields than allowed', { limits: { ...limitDefaults, receivedMax: 2 } }, Buffer.concat([Buffer.from('Received: x\r\nreceived: y\r\nRECEIVED: z\r\n'), LETTER]), /^554 5\.4\.6 /],
    ['a bare CR in the body', {}, Buffer.concat([LETTER, Buffer.from('a\rb\r\n')]), /^550 5\.6\.0 /],
    ['a bare CR at the end', {}, Buffer.concat([LETTER, Buffer.from('a\r')]), /^550 5\.6\.0 /],
    ['a bare LF', {}, Buffer.concat([LETTER, Buffer.from('a\nb\r\n')]), /^550 5\.6\.0 /],
    ['what memory has no room for', { budget: new ByteBudget(50) }, LETTER, /^451 4\.3\.1 /],
  ] as const)('%s', async (_name, options, bytes, wanted) => {
    await open(options);
    const mta = await client();
    await mta.hello();
    const { end } = await mta.message({ recipients: BOB, bytes, bodyChunkBytes: 10 });
    expect(end).toMatchObject({ type: 'replyCode', text: expect.stringMatching(wanted) });
    expect(milter.seen).toEqual([]);
    // The next message is not the worse for it.
    if (options !== undefined && !('budget' in options)) expect((await mta.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
  });

  test('bare line breaks are made whole where the operator wants that', async () => {
    await open({ bareLineBreaks: 'normalise' });
    const mta = await client();
    await mta.hello();
    for (const bodyChunkBytes of [1, 2, 100]) await mta.message({ recipients: BOB, bytes: Buffer.from('Subject: x\r\n\r\na\rb\nc\r\r\nd\r'), bodyChunkBytes });
    expect(milter.seen.map(({ bytes }) => bytes.toString())).toEqual(Array(3).fill('Subject: x\r\n\r\na\r\nb\r\nc\r\nd\r\n'));
  });
});

describe('negotiation', () => {
  beforeEach(() => open());

  test('only what is used is asked for', async () => {
    const mta = await client();
    await mta.negotiate();
    const { actions, steps, macros } = mta.agreed!;
    expect(actions).toBe(ACTION.addHeaders | ACTION.changeHeaders | ACTION.deleteRecipients | ACTION.requestMacros);
    for (const bit of [STEP.noUnknown, STEP.noEndOfHeader, STEP.leadingSpace, STEP.noReplyHeader, STEP.noReplyBody]) expect(steps & bit).not.toBe(0);
    for (const bit of [STEP.noConnect, STEP.noHelo, STEP.noMail, STEP.noRecipient, STEP.noHeader, STEP.noBody, STEP.noReplyRecipient, STEP.noData, STEP.noReplyData, STEP.rejectedRecipients]) expect(steps & bit).toBe(0);
    expect(macros.map(({ stage }) => stage)).toEqual([0, 1, 2, 5]);
  });

  test('over a unix socket, where nothing is held back, DATA is not needed either', async () => {
    const { path: dir, remove } = tempDir('milter');
    await milter.server.close(100);
    await open({ listen: { path: join(dir, 'm.sock') } });
    const mta = await client();
    await mta.negotiate();
    expect(mta.agreed!.steps & STEP.noData).not.toBe(0);
    remove();
  });

  test('what an MTA does not offer is not asked for, and every command is then answered', async () => {
    const mta = await client();
    await mta.negotiate({ version: 2, actions: 0x3f, steps: 0x7f });
    expect(mta.agreed).toMatchObject({ version: 2, actions: 0x19, steps: STEP.noEndOfHeader, macros: [] });
    await mta.hello();
    expect((await mta.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
    // An old MTA takes one space from each value, and so one is put back.
    expect(milter.seen[0]!.bytes.toString()).toBe(LETTER.toString().replace('X-Folded:\tone', 'X-Folded: \tone'));
    expect(milter.lines).toEqual([]);
  });

  test('what is lacking is said once, however many connections lack it', async () => {
    for (let times = 0; times < 3; times++) {
      const mta = await client();
      await mta.negotiate({ version: 6, actions: 0, steps: 0 });
      await mta.hello();
    }
    expect(milter.lines.map(({ level, text }) => [level, /fields cannot be added|fields cannot be changed|recipients cannot be taken out/.exec(text)?.[0]])).toEqual([
      ['warn', 'fields cannot be added'], ['warn', 'fields cannot be changed'], ['warn', 'recipients cannot be taken out'],
    ]);
  });

  test('who keeps all its recipients is not told to deliver to some', async () => {
    const codes: number[][] = [];
    milter.decide = async (transaction, onward) => {
      const replies = await onward.deliver({ recipients: [0], edits: { added: '', subject: null, removed: [] }, mailboxFolder: null }, transaction.bytes);
      codes.push(replies.map(({ code }) => code));
      return { verdicts: [], replies: transaction.envelope.recipients.map(() => replies[0]!) };
    };
    const mta = await client();
    await mta.negotiate({ ...OFFER, actions: ACTION.addHeaders | ACTION.changeHeaders });
    await mta.hello();
    const { end } = await mta.message({ recipients: [['<a@example.test>'], ['<b@example.test>']], bytes: LETTER });
    expect([codes, end]).toEqual([[[451]], { type: 'replyCode', text: expect.stringMatching(/^451 /) }]);
  });
});

describe('who is no mail server', () => {
  const hello: Command[] = [{ type: 'negotiate', ...OFFER }, { type: 'connect', name: 'x', family: 'inet', port: 1, address: '192.0.2.1' }, { type: 'helo', name: 'x' }];
  const mail: Command[] = [...hello, { type: 'mail', words: ['<a@b>'] }];
  const rcpt: Command[] = [...mail, { type: 'recipient', words: ['<b@example.test>'] }];
  const packets = (...commands: readonly Command[]): Buffer => Buffer.concat(commands.map(encodeCommand));
  const end: Command = { type: 'endOfBody', data: Buffer.alloc(0) };

  beforeEach(() => open({ times: { packetTimeoutMs: 100, negotiationTimeoutMs: 200 } }));

  test.each<readonly [string, Buffer, RegExp]>([
    ['speaks HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'), /too-large/],
    ['speaks SMTP', Buffer.from('EHLO x\r\n'), /too-large/],
    ['sends an empty packet', Buffer.from([0, 0, 0, 0]), /empty/],
    ['begins without negotiation', packets({ type: 'helo', name: 'x' }), /helo out of turn/],
    ['negotiates twice', packets(...hello, { type: 'negotiate', ...OFFER }), /negotiate out of turn/],
    ['speaks version 1', packets({ type: 'negotiate', ...OFFER, version: 1 }), /version 1/],
    ['negotiates with half a packet\'s content', Buffer.from([0, 0, 0, 5, 0x4f, 0, 0, 0, 6]), /malformed/],
    ['connects twice', packets(...hello, hello[1]!), /connect out of turn/],
    ['greets before it says who the client is', packets(hello[0]!, hello[2]!), /helo out of turn/],
    ['names a recipient without a sender', packets(...hello, { type: 'recipient', words: ['<b@c>'] }), /recipient out of turn/],
    ['sends fields without recipients', packets(...mail, { type: 'header', name: 'X', value: '' }), /without a recipient/],
    ['sends a body without an envelope', packets(...hello, { type: 'body', data: Buffer.from('x') }), /body out of turn/],
    ['ends a body without an envelope', packets(...hello, end), /endOfBody out of turn/],
    ['sends fields behind the body', packets(...rcpt, { type: 'body', data: Buffer.from('x') }, { type: 'header', name: 'X', value: '' }), /header out of turn/],
    ['names recipients behind the header', packets(...rcpt, { type: 'header', name: 'X', value: '' }, rcpt[4]!), /recipient out of turn/],
    ['greets within a message', packets(...rcpt, { type: 'header', name: 'X', value: '' }, hello[2]!), /helo out of turn/],
    ['sends a field with a line break in its name', packets(...rcpt, { type: 'header', name: 'X\r\nY', value: '' }), /without a proper name/],
    ['sends a field without a name', packets(...rcpt, { type: 'header', name: '', value: 'x' }), /without a proper name/],
    ['sends an unknown letter', Buffer.concat([packets(...hello), Buffer.from([0, 0, 0, 1, 0x5a])]), /unknown/],
    ['sends more than was agreed', Buffer.concat([packets(...rcpt), Buffer.from([0, 1, 0, 1, 0x42])]), /too-large/],
    ['promises four gigabytes', Buffer.concat([packets(...rcpt), Buffer.from([0xff, 0xff, 0xff, 0xff, 0x42])]), /too-large/],
    ['stops within a packet', Buffer.concat([packets(...rcpt), Buffer.from([0, 0, 0, 9, 0x42, 1])]), /took too long/],
    ['says nothing at all', Buffer.alloc(0), /took too long/],
  ])('%s: that connection ends, with one line, and others go on', async (_name, bytes, what) => {
    const good = await client();
    await good.hello();
    const bad = await client();
    bad.write(bytes);
    await waitFor('the end of the connection', () => bad.closed);
    expect(milter.lines.map(({ level, facts, text }) => [level, text, facts['what']])).toEqual([['warn', 'milter connection closed', expect.stringMatching(what)]]);
    expect((await good.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
  });

  test('whoever hangs up within a packet leaves one line, within a message none, and in between none', async () => {
    for (const bytes of [packets(...rcpt), packets(...rcpt, { type: 'body', data: Buffer.from('x') }), packets(...hello), Buffer.concat([packets(...rcpt), Buffer.from([0, 0, 0, 9, 0x42, 1])])]) {
      const gone = await client();
      gone.write(bytes);
      await waitFor('an answer', () => gone.replies.length > 0);
      gone.socket.end();
      await waitFor('the end of the connection', () => gone.closed);
    }
    expect(milter.lines.map(({ facts }) => facts['what'])).toEqual(['ended within a packet']);
  });

  test('whoever hangs up while we decide: the decision is carried out, and nothing stays behind', async () => {
    let done = false;
    milter.decide = async (transaction, onward) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      done = true;
      return deliverAll(transaction, onward);
    };
    const gone = await client();
    gone.write(packets(...rcpt, end));
    await waitFor('the decision', () => milter.seen.length === 1);
    gone.socket.destroy();
    await waitFor('its end', () => done && milter.server.stats.connectionsOpen === 0);
    expect(milter.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('whoever writes without reading is not read any more', async () => {
    await milter.server.close(100);
    await open({ limits: { ...limitDefaults, recipientsMax: 2 } });
    const deaf = await client();
    deaf.write(packets(...mail));
    await waitFor('the agreement', () => deaf.replies.length > 0);
    deaf.socket.pause();
    const flood = Buffer.alloc(0).constructor === Buffer ? Buffer.concat(Array(20_000).fill(encodeCommand({ type: 'recipient', words: ['<x@example.test>'] }))) : Buffer.alloc(0);
    const before = process.memoryUsage().rss;
    for (let times = 0; times < 60; times++) deaf.write(flood);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(deaf.socket.writableLength).toBeGreaterThan(0);
    // What is not read waits in the writer, which is this process too; the answers would be twice that again.
    expect(process.memoryUsage().rss - before).toBeLessThan(flood.length * 60 + 100 * 1024 * 1024);
    deaf.socket.destroy();
  });
});

describe('the listener', () => {
  test('five hundred connections at once', async () => {
    await open();
    const many = await Promise.all(Array.from({ length: 500 }, async () => {
      const mta = await client();
      await mta.hello();
      return mta;
    }));
    expect(milter.server.stats.connectionsOpen).toBe(500);
    const ends = await Promise.all(many.map((mta) => mta.message({ recipients: BOB, bytes: LETTER })));
    expect(new Set(ends.map(({ end }) => end.type))).toEqual(new Set(['continue']));
    await Promise.all(many.map((mta) => mta.close()));
  }, 30_000);

  test('more than allowed are turned away', async () => {
    await open({ limits: { ...limitDefaults, connectionsMax: 2 } });
    await (await client()).hello();
    await (await client()).hello();
    const third = await client();
    await waitFor('the end of the third', () => third.closed);
    expect(milter.lines.map(({ text }) => text)).toEqual(['milter connection refused, there are too many']);
  });

  test('the end of the service: idle connections end at once, a message under way is finished, nothing new is taken', async () => {
    await open();
    milter.decide = async (transaction, onward) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return deliverAll(transaction, onward);
    };
    const [idle, busy] = [await client(), await client()];
    await idle.hello();
    await busy.hello();
    const message = busy.message({ recipients: BOB, bytes: LETTER });
    await waitFor('the decision', () => milter.seen.length === 1);
    const closing = milter.server.close(5000);
    await waitFor('the end of the idle one', () => idle.closed);
    await expect(MilterClient.connect(milter.server.address())).rejects.toThrow(/ECONNREFUSED/);
    expect((await message).end.type).toBe('continue');
    await closing;
    expect(busy.closed || await waitFor('its end', () => busy.closed)).toBe(true);
  });

  test('the end of the service does not wait longer than it is given', async () => {
    await open();
    let decided: () => void = () => undefined;
    milter.decide = () => new Promise((resolve) => { decided = () => resolve({ verdicts: [], replies: [] }); });
    const mta = await client();
    await mta.hello();
    void mta.message({ recipients: BOB, bytes: LETTER }).catch(() => undefined);
    await waitFor('the decision', () => milter.seen.length === 1);
    await milter.server.close(100);
    expect(milter.server.stats.connectionsOpen).toBe(1);
    decided();
    await waitFor('the decision to end', () => milter.server.stats.connectionsOpen === 0);
  });

  test('a unix socket has the mode that was asked for, from the first moment on, and goes with the service', async () => {
    const { path: dir, remove } = tempDir('milter');
    const path = join(dir, 'm.sock');
    await open({ listen: { path }, socket: { socketMode: 0o640, socketOwner: String(process.getuid!()) } });
    expect(statSync(path).mode & 0o777).toBe(0o640);
    const mta = await client();
    await mta.hello();
    expect((await mta.message({ recipients: BOB, bytes: LETTER })).end.type).toBe('continue');
    await mta.close();
    await milter.server.close(0);
    expect(existsSync(path)).toBe(false);
    remove();
  });

  test('an owner that there is not keeps it from opening', async () => {
    await open();
    const { path: dir, remove } = tempDir('milter');
    await expect(openTestMilter({ listen: { path: join(dir, 'm.sock') }, socket: { socketMode: 0o660, socketOwner: 'nobody-of-this-name' } })).rejects.toThrow(/^milter\.socket-owner: the socket .*m\.sock cannot be given to nobody-of-this-name \([^\n]*nobody-of-this-name[^\n]*\)\.$/);
    remove();
  });
});
