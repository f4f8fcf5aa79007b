import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRelaySession } from '../../src/actions/relay.ts';
import { RelayPool } from '../../src/actions/relay-pool.ts';
import { mailAddress } from '../../src/message/envelope.ts';
import { startNextHop } from '../support/next-hop.ts';
import { envelopeOf, RelayCase, said, someClient, someMessage } from '../support/relay-case.ts';

let relay: RelayCase;
afterEach(() => relay.stop());

it('has a reply of their own for each accepted recipient, the same address twice included', async () => {
  let n = 0;
  relay = await RelayCase.start({
    protocol: 'lmtp', rcpt: (address) => (address.startsWith('no') ? '550 5.1.1 Unknown' : '250 2.1.5 Ok'),
    dot: (address) => (address.startsWith('full') ? '452 4.2.2 Mailbox full' : `250 2.0.0 ${address} has it as ${n++}`),
  });
  const { rcpts, data } = await relay.send(['anna@example.com', 'nobody@example.com', 'anna@example.com', 'full@example.com', 'bob@example.com']);
  expect(rcpts.map((each) => each.code)).toEqual([250, 550, 250, 250, 250]);
  expect(data.map(said)).toEqual(['250 2.0.0 anna@example.com has it as 0', '250 2.0.0 anna@example.com has it as 1', '452 4.2.2 Mailbox full', '250 2.0.0 bob@example.com has it as 2']);
  expect(relay.hop.commands[0]).toBe('LHLO mx.example.com');
});

it('answers in the order asked for, and as often as asked', async () => {
  relay = await RelayCase.start({ protocol: 'lmtp', dot: (address) => `250 2.0.0 ${address}` });
  const session = await relay.open();
  await session.mail(mailAddress(''), []);
  for (const name of ['a', 'b']) await session.rcpt(mailAddress(`${name}@example.com`), []);
  for (const indices of [[1, 0], [0, 1], [0, 1]]) {
    expect((await session.deliver(indices, [someMessage])).map((each) => each.text)).toEqual(indices.map((index) => `${'ab'[index]}@example.com`));
  }
  session.release();
});

it('a connection lost among the replies: those who had one keep it, the others get 451', async () => {
  relay = await RelayCase.start({ protocol: 'lmtp', dot: (_address, n) => (n === 1 ? 'close' : '250 2.0.0 Ok') });
  const { data } = await relay.send(['a@example.com', 'b@example.com', 'c@example.com']);
  expect(data.map((each) => each.code)).toEqual([250, 451, 451]);
});

it('one reply too many ends the connection, and changes nothing that was said', async () => {
  relay = await RelayCase.start({ protocol: 'lmtp', dot: () => ({ raw: '250 2.0.0 Ok\r\n250 2.0.0 Ok\r\n' }) });
  expect((await relay.send()).data.map((each) => each.code)).toEqual([250]);
  expect(relay.pool.counts.idle).toBe(0);
});

it('DATA refused: every recipient is told so', async () => {
  relay = await RelayCase.start({ protocol: 'lmtp', data: '451 4.3.0 Not now' });
  expect((await relay.send(['a@example.com', 'b@example.com'])).data.map(said)).toEqual(['451 4.3.0 Not now', '451 4.3.0 Not now']);
});

it('does not fall back to HELO', async () => {
  relay = await RelayCase.start({ protocol: 'lmtp', ehlo: '500 5.5.1 Only SMTP here' });
  await expect(relay.open()).rejects.toMatchObject({ reply: { code: 500 } });
});

it('works over a unix socket, through the port that the pipeline uses', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'lmtp-'));
  try {
    const hop = await startNextHop({ protocol: 'lmtp', capabilities: ['PIPELINING'] }, join(dir, 's'));
    relay = new RelayCase(hop, new RelayPool({ protocol: 'lmtp', address: hop.address, hostname: 'mx.example.com', timeoutMs: 5000 }));
    const session = await openRelaySession(relay.pool, someClient, 'lmtp');
    await session.mail(mailAddress('a@sender.example'), []);
    for (const name of ['a', 'b', 'c']) await session.rcpt(mailAddress(`${name}@example.com`), []);
    const onward = session.onward(envelopeOf({}, ['a@example.com', 'b@example.com', 'c@example.com']));
    const one = await onward.deliver({ recipients: [1], edits: { added: 'X: 1\r\n', subject: null, removed: [[0, 24]] }, mailboxFolder: null }, someMessage);
    const two = await onward.deliver({ recipients: [0, 2], edits: { added: 'X: 2\r\n', subject: null, removed: [] }, mailboxFolder: null }, someMessage);
    await onward.abandon();
    session.release();
    expect([...one, ...two].map((each) => each.code)).toEqual([250, 250, 250]);
    expect(hop.messages.map((each) => [each.recipients.map((recipient) => recipient.address), each.bytes.toString('latin1', 0, 20)])).toEqual([
      [['b@example.com'], 'X: 1\r\nSubject: Hello\r'.slice(0, 20)], [['a@example.com', 'c@example.com'], 'X: 2\r\nFrom: a@sender']]);
    expect(() => session.onward(envelopeOf())).toThrow('accepted');
  } finally {
    rmSync(dir, { recursive: true });
  }
});
