import { mailAddress } from '../../src/message/envelope.ts';
import { later, type Step } from '../support/next-hop.ts';
import { RelayCase, said, someMessage } from '../support/relay-case.ts';
import { waitFor } from '../support/wait.ts';

const ADDRESS = mailAddress('a@sender.example');
const PIPELINING = ['PIPELINING', 'SIZE 1000000', '8BITMIME', 'DSN'];
const cases: RelayCase[] = [];
async function start(...args: Parameters<typeof RelayCase.start>): Promise<RelayCase> {
  const one = await RelayCase.start(...args);
  cases.push(one);
  return one;
}
afterEach(async () => { await Promise.all(cases.splice(0).map((each) => each.stop())); });

describe.each([['with pipelining', PIPELINING], ['without', ['SIZE 1000000']]])('a transaction %s', (_name, capabilities) => {
  it('passes the message on byte for byte, with the next hop\'s own replies', async () => {
    const relay = await start({ capabilities, rcpt: (address) => `250 2.1.5 ${address} fine`, dot: () => '250 2.0.0 queued as 4711' });
    const { rcpts, data } = await relay.send(['anna@example.com', 'bob@example.com']);
    expect(rcpts.map(said)).toEqual(['250 2.1.5 anna@example.com fine', '250 2.1.5 bob@example.com fine']);
    expect(data.map(said)).toEqual(['250 2.0.0 queued as 4711', '250 2.0.0 queued as 4711']);
    expect(relay.hop.messages[0]?.bytes.toString()).toBe(someMessage.toString());
    expect(relay.hop.messages[0]?.recipients.map((each) => each.address)).toEqual(['anna@example.com', 'bob@example.com']);
  });

  it('tells of refused recipients at once, and delivers to the others', async () => {
    const relay = await start({ capabilities, rcpt: (address) => (address.startsWith('no') ? '550-5.1.1 No such person\n550 5.1.1 here' : '250 2.1.5 Ok') });
    const { rcpts, data } = await relay.send(['nobody@example.com', 'anna@example.com', 'none@example.com']);
    expect(rcpts.map(said)).toEqual(['550 5.1.1 No such person\nhere', '250 2.1.5 Ok', '550 5.1.1 No such person\nhere']);
    expect(data.map(said)).toEqual(['250 2.0.0 Ok: queued']);
    expect(relay.hop.messages[0]?.recipients.map((each) => each.address)).toEqual(['anna@example.com']);
  });

  it('reuses the connection, for as many transactions as there are', async () => {
    const relay = await start({ capabilities });
    for (let i = 0; i < 5; i++) await relay.send();
    expect([relay.hop.connections, relay.hop.messages.length, relay.pool.counts]).toEqual([1, 5, { open: 1, idle: 1 }]);
  });

  it('resets a transaction that nobody gets, without DATA', async () => {
    const relay = await start({ capabilities });
    const session = await relay.open();
    await session.mail(ADDRESS, []);
    await session.rcpt(mailAddress('anna@example.com'), []);
    session.release();
    await relay.send(['bob@example.com']);
    expect(relay.hop.commands.filter((each) => !each.startsWith('EHLO'))).toEqual([
      'MAIL FROM:<a@sender.example>', 'RCPT TO:<anna@example.com>', 'RSET', 'MAIL FROM:<a@sender.example>', 'RCPT TO:<bob@example.com>', 'DATA',
    ]);
    expect(relay.hop.messages.map((each) => each.recipients.map((recipient) => recipient.address))).toEqual([['bob@example.com']]);
  });

  it('resets it even if no other transaction comes', async () => {
    const relay = await start({ capabilities });
    const session = await relay.open();
    await session.mail(ADDRESS, []);
    await session.rcpt(mailAddress('anna@example.com'), []);
    session.release();
    await waitFor('the reset', () => relay.hop.commands.at(-1) === 'RSET' && relay.pool.counts.idle === 1);
    expect(relay.pool.counts).toEqual({ open: 1, idle: 1 });
  });

  it('delivers to each group on its own: reset, the group\'s recipients, the message', async () => {
    const relay = await start({ capabilities });
    const session = await relay.open();
    await session.mail(ADDRESS, ['SIZE=100']);
    for (const name of ['a', 'b', 'c']) await session.rcpt(mailAddress(`${name}@example.com`), [`ORCPT=rfc822;${name}`]);
    // Both at once: they go one after the other all the same.
    const [one, two] = await Promise.all([session.deliver([0, 2], [Buffer.from('A\r\n')]), session.deliver([1], [Buffer.from('B\r\n')])]);
    session.release();
    expect([one.length, two.length]).toEqual([2, 1]);
    expect(relay.hop.messages.map((each) => [each.bytes.toString(), each.senderParameters, each.recipients])).toEqual([
      ['A\r\n', ['SIZE=100'], [{ address: 'a@example.com', parameters: ['ORCPT=rfc822;a'] }, { address: 'c@example.com', parameters: ['ORCPT=rfc822;c'] }]],
      ['B\r\n', ['SIZE=100'], [{ address: 'b@example.com', parameters: ['ORCPT=rfc822;b'] }]],
    ]);
    expect(relay.hop.commands.filter((each) => each === 'RSET')).toHaveLength(1);
  });

  it('gives a recipient whom the replay refuses that refusal', async () => {
    let asked = 0;
    const relay = await start({ capabilities, rcpt: (address) => (address.startsWith('b') && asked++ > 0 ? '452 4.2.2 Full now' : '250 2.1.5 Ok') });
    const session = await relay.open();
    await session.mail(ADDRESS, []);
    for (const name of ['a', 'b', 'c']) await session.rcpt(mailAddress(`${name}@example.com`), []);
    expect((await session.deliver([1, 2], [someMessage])).map(said)).toEqual(['452 4.2.2 Full now', '250 2.0.0 Ok: queued']);
    expect((await session.deliver([0], [someMessage])).map(said)).toEqual(['250 2.0.0 Ok: queued']);
    expect((await session.deliver([1], [someMessage])).map(said)).toEqual(['452 4.2.2 Full now']);
    session.release();
    expect(relay.hop.messages.map((each) => each.recipients.map((recipient) => recipient.address))).toEqual([['c@example.com'], ['a@example.com']]);
  });

  const lost = '451 4.4.2 The connection to the mail server behind this one was lost. Please try again later.';
  const slow = '451 4.4.2 The mail server behind this one took too long to answer. Please try again later.';
  const nonsense = '451 4.4.2 The mail server behind this one gave an answer that makes no sense. Please try again later.';
  const answers: [string, Step, string][] = [
    ['refuses', '554 5.7.1 Go away', '554 5.7.1 Go away'], ['defers', '450 4.2.1 Busy', '450 4.2.1 Busy'], ['says goodbye', '421 4.3.2 Bye', '421 4.3.2 Bye'],
    ['hangs up', 'close', lost], ['is silent', 'silent', slow], ['talks nonsense', { raw: 'HTTP/1.1 400 Bad Request\r\n\r\n' }, nonsense],
    ['sends two codes in one reply', { raw: '250-a\r\n550 b\r\n' }, nonsense], ['never ends a line', { raw: '2'.repeat(5000) }, nonsense],
    ['never ends a reply', { raw: '250-more\r\n'.repeat(300) }, nonsense],
  ];
  /** Silence is waited for; where there is an answer, nothing depends on how busy the machine is. */
  const patience = (how: string) => ({ timeoutMs: how === 'is silent' ? 1000 : 20_000 });
  /** Waited for: with little patience a busy machine may connect too late. */
  const delivers = (relay: RelayCase) => waitFor('a delivery', async () => (await relay.send()).data[0]?.code === 250);

  it.each(answers)('at the greeting %s', async (how, banner, reply) => {
    const relay = await start({ capabilities, banner }, patience(how));
    await expect(relay.open()).rejects.toMatchObject({ reply: { code: Number(reply.slice(0, 3)) } });
    await expect(relay.pool.capabilities()).resolves.toBeNull();
    expect(relay.pool.counts).toEqual({ open: 0, idle: 0 });
  });

  it.each(answers.filter(([how]) => !['refuses'].includes(how)))('at EHLO %s', async (how, ehlo, reply) => {
    const relay = await start({ capabilities, ehlo }, patience(how));
    await expect(relay.open()).rejects.toMatchObject({ reply: { code: Number(reply.slice(0, 3)) } });
  });

  it.each(answers)('at MAIL %s', async (how, mail, reply) => {
    const relay = await start({ capabilities, mail }, patience(how));
    const all = await relay.send();
    expect(said(all.rcpts[0])).toBe(reply);
    expect(all.data).toEqual([]);
    relay.hop.set({ mail: '250 2.1.0 Ok' });
    await delivers(relay);
  });

  it.each(answers)('at RCPT %s', async (how, rcpt, reply) => {
    const relay = await start({ capabilities, rcpt: () => rcpt }, patience(how));
    expect((await relay.send()).rcpts.map(said)).toEqual([reply]);
    relay.hop.set({ rcpt: () => '250 2.1.5 Ok' });
    await delivers(relay);
  });

  it.each(answers)('at DATA %s', async (how, data, reply) => {
    const relay = await start({ capabilities, data }, patience(how));
    expect((await relay.send(['a@example.com', 'b@example.com'])).data.map(said)).toEqual([reply, reply]);
    expect(relay.hop.messages).toEqual([]);
    relay.hop.set({ data: '354 Go ahead' });
    await delivers(relay);
  });

  it.each(answers)('after the final dot %s', async (how, dot, reply) => {
    const relay = await start({ capabilities, dot: () => dot }, patience(how));
    expect((await relay.send(['a@example.com', 'b@example.com'])).data.map(said)).toEqual([reply, reply]);
    // Once content went out nothing is tried again by us.
    expect(relay.hop.messages).toHaveLength(1);
    relay.hop.set({ dot: () => '250 2.0.0 Ok' });
    await delivers(relay);
  });

  it.each<[string, string]>([['250 Ok', nonsense], ['220 Ok', nonsense]])('%s in place of 354 delivers nothing', async (data, reply) => {
    const relay = await start({ capabilities, data });
    expect((await relay.send()).data.map(said)).toEqual([reply]);
    expect(relay.hop.messages).toEqual([]);
  });

  it('a 3xx after the final dot is no success', async () => {
    const relay = await start({ capabilities, dot: () => '354 More' });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([451]);
  });
});

describe('a next hop that is gone', () => {
  it('cannot be reached: 451 4.4.1', async () => {
    const relay = await start();
    await relay.hop.close();
    await expect(relay.open()).rejects.toMatchObject({ reply: { code: 451, enhanced: '4.4.1' } });
  });

  it('left while the connection was idle: a new one is used, unseen by anybody', async () => {
    const relay = await start();
    await relay.send();
    relay.hop.hangUp();
    expect((await relay.send()).data.map((each) => each.code)).toEqual([250]);
    expect([relay.hop.connections, relay.hop.messages.length]).toEqual([2, 2]);
  });

  it.each<[string, Step]>([['closes', 'close'], ['says 421', '421 4.4.2 Idle too long']])('%s at the first command of a reused connection: asked again on a new one, once', async (_how, mail) => {
    const relay = await start();
    await relay.send();
    let first = true;
    const connected = relay.hop.connections;
    Object.defineProperty(relay.hop, 'script', { value: { ...relay.hop.script, get mail() { const step = first ? mail : '250 2.1.0 Ok'; first = false; return step; } }, writable: true });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([250]);
    expect(relay.hop.connections).toBe(connected + 1);
  });

  it('is not asked a third time', async () => {
    const relay = await start();
    await relay.send();
    relay.hop.set({ mail: 'close' });
    expect((await relay.send()).rcpts.map((each) => each.code)).toEqual([451]);
    expect(relay.hop.connections).toBe(2);
  });

  it('restarted between RCPT and DATA: the transaction is replayed', async () => {
    const relay = await start();
    const session = await relay.open();
    await session.mail(ADDRESS, []);
    await session.rcpt(mailAddress('a@example.com'), []);
    await session.rcpt(mailAddress('b@example.com'), []);
    relay.hop.hangUp();
    expect((await session.deliver([0, 1], [someMessage])).map((each) => each.code)).toEqual([250, 250]);
    session.release();
    expect(relay.hop.messages.map((each) => each.recipients.length)).toEqual([2]);
  });

  it('hangs up in the middle of the content: 451, and no second try of ours', async () => {
    const relay = await start({ closeAfterDataBytes: 1 });
    expect((await relay.send()).data.map(said)).toEqual(['451 4.4.2 The connection to the mail server behind this one was lost. Please try again later.']);
    expect(relay.hop.connections).toBe(1);
  });

  it('hangs up in the middle of a large message that it reads slowly', async () => {
    const relay = await start({ closeAfterDataBytes: 3_000_000, pauseDataMs: 50 });
    expect((await relay.send(['a@example.com'], Buffer.alloc(20_000_000, 'line of text\r\n'))).data.map((each) => each.code)).toEqual([451]);
  });

  it('refuses a large message before its end: that is the answer', async () => {
    const relay = await start({ data: { raw: '354 Go ahead\r\n552 5.3.4 Too large for us\r\n' } });
    expect((await relay.send()).data.map(said)).toEqual(['552 5.3.4 Too large for us']);
  });

  it('says 250 while the message still waits to be written: that is no answer either', async () => {
    // The socket reads 4 KiB at a time, so that the 250 comes by itself, right behind the 354.
    const lines = `354-${'x'.repeat(58)}\r\n`.repeat(63);
    const relay = await start({ data: { raw: `${lines}354 ${'x'.repeat(58)}\r\n250 2.0.0 Sure\r\n` } });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([451]);
  });

  it('says 250 before it can know the message: that is no answer', async () => {
    const relay = await start({ data: { raw: '354 Go ahead\r\n250 2.0.0 Sure\r\n' } });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([451]);
  });
});

describe('connections', () => {
  it('are closed when idle for long', async () => {
    const relay = await start({}, { idleTimeoutMs: 40 });
    await relay.send();
    await waitFor('the goodbye', () => relay.hop.commands.at(-1) === 'QUIT');
    await waitFor('the end', () => relay.pool.counts.open === 0);
    expect(relay.pool.counts).toEqual({ open: 0, idle: 0 });
  });

  it('are not used beyond their age', async () => {
    const relay = await start({}, { connectionMaxAgeMs: 20 });
    await relay.send();
    await new Promise((resolve) => setTimeout(resolve, 40));
    await relay.send();
    expect(relay.hop.connections).toBe(2);
  });

  it('are left after many refusals, before the next hop slows us down for other people\'s guesses', async () => {
    const relay = await start({ rcpt: () => '550 5.1.1 Unknown' });
    await relay.send(['a@example.com', 'b@example.com', 'c@example.com', 'd@example.com']);
    expect(relay.pool.counts.idle).toBe(1);
    await relay.send(['e@example.com']);
    expect(relay.pool.counts.idle).toBe(0);
  });

  it('are let go when a transaction is given up in the middle of a question', async () => {
    const relay = await start({ rcpt: () => 'silent' });
    const session = await relay.open();
    await session.mail(ADDRESS, []);
    const asked = session.rcpt(mailAddress('a@example.com'), []);
    session.release();
    expect((await asked).code).toBe(451);
    expect(relay.pool.counts).toEqual({ open: 0, idle: 0 });
  });

  it('tell what the next hop can', async () => {
    const relay = await start({ capabilities: ['size 123', '8bitmime', 'XFORWARD NAME ADDR', 'STARTTLS', 'SMTPUTF8'] });
    expect(await relay.pool.capabilities()).toEqual({
      pipelining: false, eightBitMime: true, smtpUtf8: true, dsn: false, enhancedStatusCodes: false, sizeMaxBytes: 123, xforward: ['NAME', 'ADDR'], startTls: true,
    });
    expect(await relay.pool.probe()).toBeNull();
    expect(relay.hop.connections).toBe(1);
  });

  it('greet a server of old with HELO', async () => {
    const relay = await start({ ehlo: '502 5.5.2 Unknown command' });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([250]);
    expect(relay.hop.commands[1]).toBe('HELO mx.example.com');
  });

  it('ask for many transactions at once, each on its own', async () => {
    const relay = await start();
    const all = await Promise.all(Array.from({ length: 20 }, (_, n) => relay.send([`r${n}@example.com`], Buffer.from(`${n}\r\n`))));
    expect(all.every((each) => each.data[0]?.code === 250)).toBe(true);
    expect(relay.hop.messages.map((each) => `r${each.bytes.toString().trim()}@example.com`)).toEqual(relay.hop.messages.map((each) => each.recipients[0]?.address));
  });
});

describe('what goes onward', () => {
  it('XFORWARD, when the next hop takes it, for each transaction', async () => {
    const relay = await start({ capabilities: ['PIPELINING', 'XFORWARD NAME ADDR PORT PROTO HELO SOURCE IDENT'] });
    await relay.send();
    await relay.send();
    expect(relay.hop.messages.map((each) => each.xforward)).toEqual(Array.from({ length: 2 }, () => (
      { NAME: 'mail.sender.example', ADDR: '192.0.2.7', PORT: '[UNAVAILABLE]', PROTO: 'ESMTP', HELO: 'sender.example', SOURCE: 'REMOTE' })));
  });

  it('a refused XFORWARD stops nothing', async () => {
    const relay = await start({ capabilities: ['PIPELINING', 'XFORWARD NAME'], xforward: '550 5.7.0 Not you' });
    expect((await relay.send()).data.map((each) => each.code)).toEqual([250]);
  });

  it('addresses and parameters as received; what would be a second command is refused', async () => {
    const relay = await start();
    const session = await relay.open();
    await session.mail(mailAddress('Jürgen@Sender.Example'), ['SMTPUTF8', 'BODY=8BITMIME', 'RET=HDRS']);
    const bad = await session.rcpt(mailAddress('a@b>\r\nRCPT TO:<c@d'), []);
    await session.rcpt(mailAddress('"Anna Q"@Example.COM'), ['NOTIFY=SUCCESS,FAILURE', 'ORCPT=rfc822;x+2By']);
    await session.deliver([0], [someMessage]);
    session.release();
    expect(bad.code).toBe(553);
    expect(relay.hop.commands).toContain('MAIL FROM:<Jürgen@Sender.Example> SMTPUTF8 BODY=8BITMIME RET=HDRS');
    expect(relay.hop.messages[0]?.recipients).toEqual([{ address: '"Anna Q"@Example.COM', parameters: ['NOTIFY=SUCCESS,FAILURE', 'ORCPT=rfc822;x+2By'] }]);
  });

  it('RCPT before MAIL is answered by us', async () => {
    const relay = await start();
    const session = await relay.open();
    expect((await session.rcpt(mailAddress('a@example.com'), [])).code).toBe(503);
    session.release();
  });

  it('an unfinished last line is finished', async () => {
    const relay = await start();
    await relay.send(['a@example.com'], Buffer.from('A: b\r\n\r\nno end'));
    expect(relay.hop.messages[0]?.bytes.toString()).toBe('A: b\r\n\r\nno end\r\n');
  });
});

describe('asking how the next hop is', () => {
  it('is not deceived by an idle connection that died', async () => {
    const relay = await start();
    await relay.send();
    relay.hop.hangUp();
    expect(await relay.pool.probe()).toBeNull();
    await relay.hop.close();
    expect(await relay.pool.probe()).toMatchObject({ code: 451, enhanced: '4.4.1' });
  });

  it('takes one connection, however many ask at once', async () => {
    const relay = await start({ banner: later(50, '220 next.example') });
    const all = await Promise.all(Array.from({ length: 10 }, () => relay.pool.capabilities()));
    expect(all.every((each) => each?.pipelining)).toBe(true);
    expect(relay.hop.connections).toBe(1);
  });
});
