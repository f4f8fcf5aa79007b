/**
 * What Usher adds to the time a sender waits, at 100 messages a second. The sender is open: messages leave by the clock,
 * however long the answers take, and time counts from when a message was due (so that no stall is left out).
 * Environment: BENCH_LATENCY_SECONDS for each of the blocks (4).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { SmtpClient, wireForm } from '../test/support/smtp-client.ts';
import { deciding, RECIPIENT, startSink, type Contestant } from './contestants.ts';
import { startNameServer } from './dns.ts';
import { mixedMail } from './mail.ts';
import { createSigner } from './signed-mail.ts';
import { atMost, median, percentile, rounded, type BenchmarkResult, type Target } from './statistics.ts';

const PER_SECOND = 100;
const SECONDS = Number(process.env['BENCH_LATENCY_SECONDS'] ?? 4);
const BLOCKS = 6;
/** A service has been running for a while: compilers and caches are warm. Both are warmed up alike. */
const WARM_UP_BLOCKS = 3;
const MODES = ['reused', 'new'] as const;
type Mode = (typeof MODES)[number];

interface Prepared { readonly from: string; readonly content: Buffer }

async function greet(port: number): Promise<SmtpClient> {
  const client = await SmtpClient.connect({ port });
  await client.command('EHLO client.example');
  return client;
}

/** In milliseconds: from when it was due to its answer, and how late the sender itself was, which is part of the former. */
interface Sent { readonly ms: number; readonly lateMs: number }

/** Sends one message by the clock, on a connection that waits idle or on one of its own. */
async function sendOne(port: number, idle: SmtpClient[], mode: Mode, mail: Prepared, dueAt: number): Promise<Sent> {
  const lateMs = Math.max(0, performance.now() - dueAt);
  const client = idle.pop() ?? (await greet(port));
  const reply = await client.send({ from: mail.from, to: [RECIPIENT], content: mail.content });
  const ms = performance.now() - dueAt;
  if (reply.code !== 250) throw new Error(`refused: ${reply.code} ${reply.text}`);
  if (mode === 'reused') idle.push(client);
  else await client.quit();
  return { ms, lateMs };
}

async function block(contestant: Contestant, mode: Mode, mails: readonly Prepared[]): Promise<readonly Sent[]> {
  const idle: SmtpClient[] = mode === 'reused' ? await Promise.all(Array.from({ length: 4 }, () => greet(contestant.port))) : [];
  const begin = performance.now() + 20;
  const answers: Promise<Sent>[] = [];
  for (let n = 0; n < PER_SECOND * SECONDS; n++) {
    const dueAt = begin + (n * 1000) / PER_SECOND;
    const wait = dueAt - performance.now();
    if (wait > 0) await sleep(wait);
    const answer = sendOne(contestant.port, idle, mode, mails[n % mails.length] as Prepared, dueAt);
    // A failure is reported below, once all have been sent.
    answer.catch(() => undefined);
    answers.push(answer);
  }
  const times = await Promise.all(answers);
  await contestant.expect(times.length);
  await Promise.all(idle.map((client) => client.quit()));
  return times;
}

function compare(mode: Mode, directBlocks: readonly (readonly Sent[])[], filteredBlocks: readonly (readonly Sent[])[]): { readonly results: unknown; readonly targets: readonly Target[] } {
  const timesOf = (blocks: readonly (readonly Sent[])[]): readonly number[] => blocks.flat().map((sent) => sent.ms);
  const describe = (blocks: readonly (readonly Sent[])[]): unknown => {
    const times = timesOf(blocks);
    return {
      medianMs: rounded(median(times)), p99Ms: rounded(percentile(times, 0.99)), maxMs: rounded(Math.max(...times)),
      // What the machine did to one block, and to the sender itself, shows here.
      p99MsOfBlocks: blocks.map((block) => rounded(percentile(block.map((sent) => sent.ms), 0.99), 1)), senderLateP99Ms: rounded(percentile(blocks.flat().map((sent) => sent.lateMs), 0.99)),
    };
  };
  const direct = timesOf(directBlocks);
  const filtered = timesOf(filteredBlocks);
  return {
    results: { direct: describe(directBlocks), deciding: describe(filteredBlocks) },
    targets: [
      atMost(`latency added at ${PER_SECOND}/s, median, ${mode} connections`, 5, median(filtered) - median(direct), 'ms'),
      atMost(`latency added at ${PER_SECOND}/s, 99th percentile, ${mode} connections`, 25, percentile(filtered, 0.99) - percentile(direct, 0.99), 'ms'),
    ],
  };
}

export async function benchmarkLatency(): Promise<BenchmarkResult> {
  const signer = createSigner();
  const names = await startNameServer(signer.names);
  const contestants: Contestant[] = [];
  try {
    const signed = await Promise.all(mixedMail(12, RECIPIENT).map((mail) => signer.sign(mail)));
    const mails = signed.map((mail) => ({ from: mail.from, content: wireForm(mail.raw) }));
    const sink = await startSink();
    const usher = await deciding(sink.port, names.address);
    contestants.push(sink, usher);
    const compared = [];
    for (const mode of MODES) {
      for (let turn = 0; turn < WARM_UP_BLOCKS; turn++) {
        for (const contestant of contestants) await block(contestant, mode, mails);
      }
      const blocks = new Map<Contestant, (readonly Sent[])[]>([[sink, []], [usher, []]]);
      for (let turn = 0; turn < BLOCKS; turn++) {
        for (const contestant of turn % 2 === 0 ? [sink, usher] : [usher, sink]) blocks.get(contestant)?.push(await block(contestant, mode, mails));
      }
      compared.push({ mode, ...compare(mode, blocks.get(sink) ?? [], blocks.get(usher) ?? []) });
    }
    return {
      results: { messagesEach: BLOCKS * SECONDS * PER_SECOND, ...Object.fromEntries(compared.map((each) => [each.mode, each.results])) },
      targets: compared.flatMap((each) => each.targets),
    };
  } finally {
    names.close();
    await Promise.all(contestants.map((contestant) => contestant.stop()));
  }
}

if (import.meta.main) console.log(JSON.stringify(await benchmarkLatency()));
