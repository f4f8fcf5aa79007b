/**
 * A Postfix alone, one with Usher as its milter, one with rspamd: messages per second, and CPU per message of the
 * filter's processes. Realistic mail, sent by smtp-source; each Postfix throws away what it took. Rounds in turn.
 * Environment: BENCH_ROUNDS (5), BENCH_MESSAGES per cell (2000), BENCH_MILTER_OVER (tcp or unix: how both filters are asked).
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partNamed, whyMissing } from '../scripts/debian-packages.ts';
import { freePort } from '../test/support/ports.ts';
import { startPostfix, type RunningPostfix } from '../test/support/postfix.ts';
import { tempDir } from '../test/support/temp-dir.ts';
import { RECIPIENT, startUsherContestant } from './contestants.ts';
import { startNameServer } from './dns.ts';
import { sendLoad, writeMailFiles, type MailFile } from './load.ts';
import { mixedMail } from './mail.ts';
import { cpuMs } from './process-stats.ts';
import { NETWORK_MODULES, quiet, startRspamd } from './rspamd.ts';
import { createSigner } from './signed-mail.ts';
import { atLeast, atMost, median, rounded, type BenchmarkResult } from './statistics.ts';

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
/** Several seconds each: with fewer, what counts is how soon Postfix has started its processes again. */
const MESSAGES = Number(process.env['BENCH_MESSAGES'] ?? 2000);
const SESSIONS = 12;
/** As both come: Usher and rspamd listen on TCP unless they are told otherwise. */
const OVER = process.env['BENCH_MILTER_OVER'] === 'unix' ? 'unix' : 'tcp';
/** Both filters compile what they often do while they run, and it takes Node some ten thousand messages to be done with it. */
const WARM_UP_ROUNDS = 5;

interface Case {
  readonly name: 'alone' | 'usher' | 'rspamd';
  readonly port: number;
  /** The filter's process; null: there is none. */
  readonly pid: number | null;
  /** Throws unless so many messages more than at the last call were judged as they should be. */
  readonly expect: (messages: number) => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface Sample { readonly perSecond: number; readonly cpuMsPerMessage: number | null }

/** @param milter as Postfix writes it */
async function postfixWith(milter: string | null): Promise<{ readonly port: number; readonly postfix: RunningPostfix }> {
  const port = await freePort();
  const asked = milter === null ? {} : { smtpd_milters: milter, milter_default_action: 'tempfail' };
  const postfix = await startPostfix({
    hostname: 'mx.example.com', ports: [port], mailboxes: [RECIPIENT], listeners: `127.0.0.1:${port} inet n - n - - smtpd`,
    settings: { virtual_transport: 'discard:', in_flow_delay: '0', smtpd_client_connection_count_limit: '0', ...asked },
  });
  return { port, postfix };
}

async function alone(): Promise<Case> {
  const { port, postfix } = await postfixWith(null);
  return { name: 'alone', port, pid: null, expect: async () => undefined, stop: postfix.stop };
}

async function withUsher(nameServer: string, folder: string): Promise<Case> {
  // The next hop is for released mail only, of which there is none.
  const socket = OVER === 'unix' ? join(folder, 'usher.sock') : null;
  const environment = socket === null ? {} : { USHER_LISTEN_MILTER: `unix:${socket}`, USHER_MILTER_SOCKET_MODE: '0666' };
  const usher = await startUsherContestant({ name: 'usher', nextHopPort: 9, direction: 'in', config: { 'dns-servers': [nameServer] }, environment });
  const { port, postfix } = await postfixWith(socket === null ? `inet:127.0.0.1:${usher.home.ports.milter}` : `unix:${socket}`);
  return { name: 'usher', port, pid: usher.pid, expect: usher.expect, stop: async () => { await postfix.stop(); await usher.stop(); } };
}

async function withRspamd(nameServer: string): Promise<Case> {
  const rspamd = await startRspamd(nameServer, OVER === 'unix' ? 'milter-socket' : 'milter');
  await quiet(() => cpuMs(rspamd.pid));
  const { port, postfix } = await postfixWith(rspamd.socket === null ? `inet:127.0.0.1:${rspamd.port}` : `unix:${rspamd.socket}`);
  return { name: 'rspamd', port, pid: rspamd.pid, expect: async () => undefined, stop: async () => { await postfix.stop(); await rspamd.stop(); } };
}

async function measure(each: Case, files: readonly MailFile[]): Promise<Sample> {
  const before = each.pid === null ? 0 : cpuMs(each.pid);
  const sent = await sendLoad({ port: each.port, to: RECIPIENT, files, messages: MESSAGES, sessions: SESSIONS, reuse: true });
  await each.expect(sent.messages);
  // What is done behind the answer (log, database) is part of the price; so that queues are empty again, everybody waits.
  await sleep(500);
  return { perSecond: (sent.messages * 1000) / sent.ms, cpuMsPerMessage: each.pid === null ? null : (cpuMs(each.pid) - before) / sent.messages };
}

function summary(samples: readonly Sample[]): Record<string, unknown> {
  const cpu = samples.flatMap((sample) => sample.cpuMsPerMessage ?? []);
  return {
    messagesPerSecond: rounded(median(samples.map((sample) => sample.perSecond)), 0), messagesPerSecondAllRounds: samples.map((sample) => rounded(sample.perSecond, 0)),
    ...(cpu.length === 0 ? {} : { cpuMsPerMessage: rounded(median(cpu)), cpuMsPerMessageAllRounds: cpu.map((value) => rounded(value)) }),
  };
}

/** Ratios inside each round, and their median. */
function targetsOf(samples: ReadonlyMap<string, readonly Sample[]>): BenchmarkResult['targets'] {
  const [usher, rspamd] = [samples.get('usher'), samples.get('rspamd')];
  if (usher === undefined || rspamd === undefined) return [];
  const ratio = (pick: (sample: Sample) => number): number => median(usher.map((sample, round) => pick(sample) / pick(rspamd[round] as Sample)));
  return [
    atLeast('Postfix with Usher / with rspamd, messages per second', 2, ratio((sample) => sample.perSecond), ''),
    atMost('Usher / rspamd, CPU per message', 0.5, ratio((sample) => sample.cpuMsPerMessage ?? Number.NaN), ''),
  ];
}

export async function benchmarkMilter(): Promise<BenchmarkResult> {
  const dir = tempDir('bench', 0o755);
  const signer = createSigner();
  const names = await startNameServer(signer.names);
  const missing = whyMissing(partNamed('rspamd'));
  const cases: Case[] = [];
  try {
    const mixed = await Promise.all(mixedMail(12, RECIPIENT).map((mail) => signer.sign(mail)));
    const files = writeMailFiles(dir.path, 'mixed', mixed);
    cases.push(await alone(), await withUsher(names.address, dir.path));
    if (missing === null) cases.push(await withRspamd(names.address));
    const samples = new Map<string, Sample[]>();
    for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      for (let turn = 0; turn < cases.length; turn++) {
        const each = cases[(turn + round + WARM_UP_ROUNDS * cases.length) % cases.length] as Case;
        const sample = await measure(each, files);
        if (round >= 0) samples.set(each.name, [...(samples.get(each.name) ?? []), sample]);
      }
    }
    return {
      results: {
        rounds: ROUNDS, messagesPerCell: MESSAGES, sessions: SESSIONS, over: OVER, sizesBytes: files.map((file) => file.sizeBytes), namesAsked: names.asked(),
        ...Object.fromEntries([...samples].map(([name, list]) => [name, summary(list)])),
        ...(missing === null ? { rspamdWithout: NETWORK_MODULES } : { rspamd: `not measured: ${missing}` }),
      },
      targets: targetsOf(samples),
    };
  } finally {
    names.close();
    for (const each of cases) await each.stop();
    dir.remove();
  }
}

if (import.meta.main) console.log(JSON.stringify(await benchmarkMilter()));
