/** Memory: what one 50 MB message takes, and what 1,000 clients that say nothing take. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpClient, wireForm } from '../test/support/smtp-client.ts';
import { RECIPIENT, startSink, startUsherContestant, type Contestant, type UsherContestant } from './contestants.ts';
import { mixedMail, senderDomains } from './mail.ts';
import { forgetPeak, peakBytes, residentBytes } from './process-stats.ts';
import { atMost, rounded, type BenchmarkResult } from './statistics.ts';

const MB = 1_000_000;
const LARGE_BYTES = 50 * MB;
const CLIENTS = 1000;
const FROM = `office@${senderDomains[0]}`;

const inMb = (bytes: number): number => rounded(bytes / MB, 1);

/** A plain letter with one attachment, 50 MB in all. */
function largeMessage(): Buffer {
  const head = [
    `From: <${FROM}>`, `To: <${RECIPIENT}>`, 'Subject: The drawings', 'Date: Mon, 05 Jan 2026 10:00:00 +0000', `Message-ID: <large@${senderDomains[0]}>`,
    'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '', '--b', 'Content-Type: text/plain', '', 'Please find the drawings attached.',
    '--b', 'Content-Type: application/pdf; name="drawings.pdf"', 'Content-Disposition: attachment; filename="drawings.pdf"', 'Content-Transfer-Encoding: base64', '', '',
  ].join('\r\n');
  const tail = '--b--\r\n';
  const line = Buffer.from(`${'JVBERi0xLjcKJcOkw7zDtsOfCjIgMCBvYmoKPDwvTGVuZ3RoIDMgMCBSL0ZpbHRlci9GbGF0'.padEnd(76, 'Q')}\r\n`);
  const body = Buffer.alloc(Math.floor((LARGE_BYTES - head.length - tail.length) / line.length) * line.length, line);
  return Buffer.concat([Buffer.from(head), body, Buffer.from(`${tail}.\r\n`)]);
}

async function connected(port: number, localAddress = '127.0.0.1'): Promise<SmtpClient> {
  const client = await SmtpClient.connect({ port, localAddress, timeoutMs: 120_000 });
  await client.command('EHLO client.example');
  return client;
}

async function send(contestant: Contestant, content: Buffer, from: string): Promise<void> {
  const client = await connected(contestant.port);
  const reply = await client.send({ from, to: [RECIPIENT], content });
  if (reply.code !== 250) throw new Error(`refused: ${reply.code} ${reply.text}`);
  await client.quit();
  await contestant.expect(1);
}

/** Ordinary mail first: what the service needs anyway is nobody's doing. */
async function warmUp(usher: UsherContestant): Promise<void> {
  for (const mail of mixedMail(200, RECIPIENT)) await send(usher, wireForm(mail.raw), mail.from);
}

/** Most memory during the message, above what was in use before it. */
async function largeMessageRise(usher: UsherContestant): Promise<Record<string, number>> {
  await warmUp(usher);
  const content = largeMessage();
  await sleep(1000);
  const before = residentBytes(usher.pid);
  forgetPeak(usher.pid);
  await send(usher, content, FROM);
  return { beforeMB: inMb(before), peakMB: inMb(peakBytes(usher.pid)), riseMB: inMb(peakBytes(usher.pid) - before) };
}

/** From 1,000 addresses, as the limit on connections of one client stays in force. */
async function idleClients(usher: UsherContestant): Promise<Record<string, number>> {
  await warmUp(usher);
  const before = residentBytes(usher.pid);
  const clients: SmtpClient[] = [];
  for (let n = 0; n < CLIENTS; n += 50) {
    const batch = Array.from({ length: Math.min(50, CLIENTS - n) }, (_, i) => connected(usher.port, `127.1.${Math.floor((n + i) / 250)}.${((n + i) % 250) + 1}`));
    clients.push(...(await Promise.all(batch)));
  }
  await sleep(2000);
  const resident = residentBytes(usher.pid);
  for (const client of clients) client.destroy();
  return { clients: clients.length, beforeMB: inMb(before), residentMB: inMb(resident) };
}

export async function benchmarkMemory(): Promise<BenchmarkResult> {
  const contestants: Contestant[] = [];
  try {
    const sink = await startSink();
    contestants.push(sink);
    // Nobody answers there: authentication is unknown at once, and the measure is of memory alone.
    const config = { 'dns-servers': ['127.0.0.1:9'] };
    // Nobody proves the sender of a newsletter here, so it may be held; an attachment too large to be looked at is marked as such.
    const actions = ['deliver', 'mark', 'quarantine'];
    const forLarge = await startUsherContestant({ name: 'large', actions, nextHopPort: sink.port, direction: 'in', config });
    const forIdle = await startUsherContestant({ name: 'idle', actions, nextHopPort: sink.port, direction: 'in', config });
    contestants.push(forLarge, forIdle);
    const large = await largeMessageRise(forLarge);
    const idle = await idleClients(forIdle);
    return {
      results: { largeMessage: large, idleConnections: idle },
      targets: [
        atMost('memory rise by one 50 MB message', 64, large['riseMB'] ?? Number.NaN, 'MB'),
        atMost('memory with 1,000 idle connections', 200, idle['residentMB'] ?? Number.NaN, 'MB'),
      ],
    };
  } finally {
    await Promise.all(contestants.map((contestant) => contestant.stop()));
  }
}

if (import.meta.main) console.log(JSON.stringify(await benchmarkMemory()));
