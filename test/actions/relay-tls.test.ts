/** STARTTLS towards the next hop: tried, or required; and what somebody in between could do. */
import { openRelaySession } from '../../src/actions/relay.ts';
import { RelayPool } from '../../src/actions/relay-pool.ts';
import { RelayTls } from '../../src/actions/relay-tls.ts';
import { mailAddress } from '../../src/message/envelope.ts';
import type { Reply } from '../../src/pipeline.ts';
import { said, someClient, someMessage } from '../support/relay-case.ts';
import { FIRST, SECOND, startHonestHop, startOddHop, type OddScript, type TlsHop } from '../support/tls-hop.ts';
import { waitFor } from '../support/wait.ts';

const UNPROTECTED = '451 4.7.5 The mail server behind this one cannot be reached over a protected connection at the moment. Please try again later.';
const NAME = 'first.example.test';

interface Case { readonly hop: TlsHop; readonly pool: RelayPool; readonly problems: (string | null)[] }
const cases: Case[] = [];
afterEach(async () => {
  for (const { hop, pool } of cases.splice(0)) {
    await pool.close();
    await hop.close();
  }
});

type Use = { readonly required: boolean; readonly name?: string | null; readonly authorities?: string | null } | null;
const TRIED: Use = { required: false };
const REQUIRED: Use = { required: true };

/** @param use null: nothing is said of TLS */
function relayTo(hop: TlsHop, use: Use, protocol: 'smtp' | 'lmtp' = 'smtp', timeoutMs = 5000): Case {
  const problems: (string | null)[] = [];
  const { required = false, name = NAME, authorities = required ? FIRST.cert : null } = use ?? {};
  const tls = use === null ? {} : { tls: new RelayTls({ required, name, authorities, onChange: (problem) => void problems.push(problem) }) };
  const one = { hop, problems, pool: new RelayPool({ protocol, address: hop.address, hostname: 'mx.example.com', timeoutMs, ...tls }) };
  cases.push(one);
  return one;
}

/** The reply to a message; where there is not even a connection, the one that says so. */
async function send({ pool }: Case, message: Buffer = someMessage, recipients: readonly string[] = ['anna@example.com']): Promise<Reply> {
  const session = await openRelaySession(pool, someClient).catch((error: { reply: Reply }) => error.reply);
  if ('code' in session) return session;
  await session.mail(mailAddress('a@sender.example'), []);
  for (const recipient of recipients) await session.rcpt(mailAddress(recipient), []);
  const [reply] = await session.deliver(recipients.map((_, n) => n), [message]);
  session.release();
  return reply as Reply;
}

const secure = (hop: TlsHop): boolean[] => hop.mails.map((each) => each.secure);

describe('an honest next hop', () => {
  test.each([['tried: whoever it is', { required: false, name: 'other.example' }], ['required: it is who it should be', REQUIRED]])('%s', async (_how, use) => {
    const one = relayTo(await startHonestHop(), use);
    expect(said(await send(one))).toBe('250 taken');
    expect(secure(one.hop)).toEqual([true]);
    expect(one.hop.mails[0]?.bytes.toString()).toBe(someMessage.toString());
    expect(one.problems).toEqual([]);
    expect(await one.pool.probe()).toBeNull();
  });

  test('over LMTP, each recipient', async () => {
    const one = relayTo(await startHonestHop({ lmtp: true }), REQUIRED, 'lmtp');
    expect(said(await send(one, someMessage, ['anna@example.com', 'bob@example.com']))).toMatch(/^250 /);
    expect(one.hop.mails).toMatchObject([{ secure: true, recipients: ['anna@example.com', 'bob@example.com'] }]);
  });

  test('the connection is used again, and one that was lost is made anew, encrypted like the first', async () => {
    const one = relayTo(await startHonestHop(), REQUIRED);
    for (let times = 0; times < 4; times++) expect((await send(one)).code).toBe(250);
    expect([one.hop.connections(), one.pool.counts]).toEqual([1, { open: 1, idle: 1 }]);
    one.hop.hangUp();
    expect((await send(one)).code).toBe(250);
    expect([one.hop.connections(), secure(one.hop)]).toEqual([2, [true, true, true, true, true]]);
  });

  test('large messages, byte for byte', async () => {
    const one = relayTo(await startHonestHop(), REQUIRED);
    const line = Buffer.from(`.${'0123456789'.repeat(7)}\r\n`);
    const message = Buffer.concat([someMessage, ...Array.from({ length: 40_000 }, () => line)]);
    expect((await send(one, message)).code).toBe(250);
    expect(one.hop.mails[0]?.bytes.equals(message)).toBe(true);
  });

  test('its address instead of a name, which this certificate does not have', async () => {
    const one = relayTo(await startHonestHop(), { required: true, name: '127.0.0.1' });
    expect([said(await send(one)), one.problems]).toEqual([UNPROTECTED, ['ERR_TLS_CERT_ALTNAME_INVALID']]);
  });

  test.each([
    ['another name', { required: true, name: 'second.example.test' }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['signed by nobody that is known', { required: true, authorities: null }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['signed by another than those', { required: true, authorities: SECOND.cert }, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('required, but its certificate is wrong (%s): no mail, and not ready', async (_how, use, problem) => {
    const one = relayTo(await startHonestHop(), use);
    expect(said(await send(one))).toBe(UNPROTECTED);
    expect(said(await send(one))).toBe(UNPROTECTED);
    expect(said(await one.pool.probe() ?? undefined)).toBe(UNPROTECTED);
    expect([one.hop.mails, one.problems, one.pool.counts]).toEqual([[], [problem], { open: 0, idle: 0 }]);
  });
});

test('nothing is asked where nothing is said of TLS', async () => {
  const one = relayTo(await startOddHop(), null);
  expect((await send(one)).code).toBe(250);
  expect([secure(one.hop), one.hop.inClear.slice(0, 2)]).toEqual([[false], ['EHLO mx.example.com', 'MAIL FROM:<a@sender.example>']]);
});

test('what was offered in the clear counts no longer once TLS stands', async () => {
  const one = relayTo(await startOddHop({ offers: ['STARTTLS', 'PIPELINING', 'XFORWARD NAME ADDR', 'SIZE 1000'], offersEncrypted: ['8BITMIME'] }), REQUIRED);
  expect(await one.pool.capabilities()).toMatchObject({ pipelining: false, xforward: [], sizeMaxBytes: null, startTls: false, eightBitMime: true });
  expect((await send(one)).code).toBe(250);
  expect([one.hop.inClear, one.hop.encrypted]).toEqual([['EHLO mx.example.com', 'STARTTLS'], ['EHLO mx.example.com', 'MAIL FROM:<a@sender.example>', 'RCPT TO:<anna@example.com>', 'DATA']]);
});

const failures: readonly (readonly [string, Partial<OddScript>, string | RegExp])[] = [
  ['refuses STARTTLS for now', { atStartTls: '454 4.7.0 Not now\r\n', follows: 'clear' }, 'STARTTLS: 454 Not now'],
  ['does not know it after all', { atStartTls: '502 5.5.1 What?\r\n', follows: 'clear' }, 'STARTTLS: 502 What?'],
  ['says goodbye', { atStartTls: '421 4.3.2 Bye\r\n', follows: 'close' }, /./],
  ['hangs up', { atStartTls: null, follows: 'close' }, /./],
  ['answers nothing', { atStartTls: null, follows: 'nothing' }, /./],
  ['does not begin the handshake', { follows: 'nothing' }, /./],
  ['hangs up then', { follows: 'close' }, /./],
  ['goes on in the clear', { atStartTls: '220 2.0.0 Go ahead\r\n', follows: 'clear' }, /./],
  ['wants a certificate of us', { follows: 'demand a certificate' }, /./],
  ['an answer was put behind its own', { atStartTls: '220 2.0.0 Go ahead\r\n250 2.1.0 Ok\r\n' }, 'more was sent behind the answer to STARTTLS'],
  ['half an answer was', { atStartTls: '220 2.0.0 Go ahead\r\n250-odd.example\r\n250 PIPELINING' }, 'more was sent behind the answer to STARTTLS'],
  ['a refusal was', { atStartTls: '220 2.0.0 Go ahead\r\n550 5.7.1 No\r\n' }, 'more was sent behind the answer to STARTTLS'],
];

describe.each(failures)('a next hop that %s', (_how, script, problem) => {
  test('TLS required: the sender tries again, nothing went in the clear', async () => {
    const one = relayTo(await startOddHop(script), REQUIRED, 'smtp', 1500);
    const reply = await send(one);
    expect([451, reply.enhanced?.slice(0, 2)]).toEqual([reply.code, '4.']);
    expect([one.hop.mails, one.hop.inClear.filter((line) => /^(?:MAIL|RCPT|DATA)/.test(line)), one.hop.encrypted.filter((line) => !line.startsWith('EHLO'))]).toEqual([[], [], []]);
    if (typeof problem === 'string') expect([said(reply), one.problems]).toEqual([UNPROTECTED, [problem]]);
    expect(one.pool.counts).toEqual({ open: 0, idle: 0 });
    await waitFor('the end of the connection', () => one.hop.open() === 0);
  });

  test('TLS tried: mail goes on in the clear, and it is not tried again at once', async () => {
    const one = relayTo(await startOddHop(script), TRIED, 'smtp', 1500);
    expect(said(await send(one))).toBe('250 2.0.0 taken');
    one.hop.hangUp();
    expect(said(await send(one))).toBe('250 2.0.0 taken');
    expect([secure(one.hop), one.hop.inClear.filter((line) => line === 'STARTTLS')]).toEqual([[false, false], ['STARTTLS']]);
    expect(one.problems).toEqual([typeof problem === 'string' ? problem : expect.stringMatching(problem)]);
  });
});

test.each([['offers no TLS', { offers: ['PIPELINING'] }], ['knows HELO only', { extended: false }]])('a next hop that %s', async (_how, script) => {
  const [required, tried] = [relayTo(await startOddHop(script), REQUIRED), relayTo(await startOddHop(script), TRIED)];
  expect([said(await send(required)), required.problems, required.hop.mails]).toEqual([UNPROTECTED, ['STARTTLS is not offered'], []]);
  expect([said(await send(tried)), tried.problems, secure(tried.hop)]).toEqual(['250 2.0.0 taken', [], [false]]);
});

test('authorities that are none are an error at the start', () => {
  for (const authorities of ['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
    expect(() => new RelayTls({ required: true, name: NAME, authorities, onChange: () => undefined })).toThrow();
  }
});

test('what failed and works again is told once each', async () => {
  const hop = await startOddHop({ atStartTls: '454 4.7.0 Not now\r\n', follows: 'clear' });
  const one = relayTo(hop, REQUIRED);
  for (let times = 0; times < 2; times++) expect((await send(one)).code).toBe(451);
  hop.set({ atStartTls: '220 2.0.0 Go ahead\r\n', follows: 'handshake' });
  for (let times = 0; times < 2; times++) expect((await send(one)).code).toBe(250);
  expect(one.problems).toEqual(['STARTTLS: 454 Not now', null]);
});
