/**
 * CPU of the onward half alone: our client and the header edits before one smtp-sink, nothing in front.
 * Usage: node bench/relay.ts [MESSAGES] [BYTES] [AT_ONCE]; prints one JSON object.
 */
import { planEdits } from '../src/actions/headers.ts';
import { openRelaySession } from '../src/actions/relay.ts';
import { RelayPool } from '../src/actions/relay-pool.ts';
import { mailAddress, type Envelope } from '../src/message/envelope.ts';
import { startSink } from './contestants.ts';

const [messages = 5000, bytes = 8192, atOnce = 10] = process.argv.slice(2).map(Number);

const sink = await startSink();
const pool = new RelayPool({ protocol: 'smtp', address: { host: '127.0.0.1', port: sink.port }, hostname: 'mx.example.com', timeoutMs: 10_000 });
const header = 'Received: from a by b;\r\n\tSun, 31 Jan 2027 12:00:00 +0000\r\nFrom: Anna <anna@sender.example>\r\nTo: office@example.com\r\nSubject: Our order\r\nMessage-ID: <1@sender.example>\r\n\r\n';
const message = Buffer.from(header + 'A line of text as people write it, and another.\r\n'.repeat(Math.ceil((bytes - header.length) / 49))).subarray(0, bytes);
const envelope: Envelope = {
  id: '01hw4kz9g0abcdef', receivedAt: Date.UTC(2027, 0, 31), door: 'smtp', direction: 'in', tls: null, user: null, parameters: [],
  client: { ip: '192.0.2.7', unknownReason: null, name: 'mail.sender.example', helo: 'sender.example' },
  sender: mailAddress('anna@sender.example'), recipients: [{ address: mailAddress('office@example.com'), parameters: [] }],
};

async function sendOne(): Promise<void> {
  const session = await openRelaySession(pool, envelope.client);
  await session.mail(envelope.sender, envelope.parameters);
  await session.rcpt(mailAddress('office@example.com'), []);
  const edits = planEdits({ envelope, bytes: message, subject: 'Our order', score: { score: 0.02, kind: 'wanted' }, authenticationResults: 'spf=pass smtp.mailfrom=anna@sender.example; dkim=none', hostname: 'mx.example.com' }, []);
  const [reply] = await session.onward(envelope).deliver({ recipients: [0], edits, mailboxFolder: null }, message);
  session.release();
  if (reply?.code !== 250) throw new Error(`${reply?.code} ${reply?.text}`);
}

async function sendMany(count: number): Promise<void> {
  let left = count;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await sendOne();
  }));
}

await sendMany(messages / 5);
const cpu = process.cpuUsage();
const started = performance.now();
await sendMany(messages);
const ms = performance.now() - started;
const used = process.cpuUsage(cpu);
const perMessage = (microseconds: number): number => Number((microseconds / 1000 / messages).toFixed(4));
console.log(JSON.stringify({
  messages, bytes, atOnce, connections: pool.counts.open, messagesPerSecond: Math.round(messages / ms * 1000),
  cpuMsPerMessage: perMessage(used.user + used.system), userMsPerMessage: perMessage(used.user), systemMsPerMessage: perMessage(used.system),
}));
await pool.close();
await sink.stop();
