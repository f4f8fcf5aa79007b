/**
 * What scoring one message costs, with everything local on: walk, gather without DNS, score; beside rspamd's worker on the
 * same messages in the same run, block by block in turn.
 *
 *   USHER_CORPUS=DIR node bench/score.ts    message files (.eml) in a folder and below; without it, made-up mail and no targets
 *
 * Usher's times are CPU time of this process, garbage collection and compiler included; rspamd's are its worker's, which has
 * to take each message by HTTP as well. Memory is the resident set of a process that does nothing but score the same messages,
 * one after the other: what a worker needs beside its connections.
 * Environment: BENCH_SCORE_MESSAGES (3000).
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partNamed, whyMissing } from '../scripts/debian-packages.ts';
import { filesUnder } from '../src/commands/mail-files.ts';
import { UNKNOWN_ENVELOPE } from '../src/commands/stored-message.ts';
import { toCrlf, walk } from '../src/message/walk.ts';
import { loadModel, loadScorer } from '../src/model-file.ts';
import { offlineResolver } from '../src/platform/resolver.ts';
import { gather } from '../src/signals/gather.ts';
import { startChild } from '../test/support/child.ts';
import { tempDir } from '../test/support/temp-dir.ts';
import { startNameServer } from './dns.ts';
import { hostileMail } from './hostile-mail.ts';
import { mixedMail } from './mail.ts';
import { cpuMs } from './process-stats.ts';
import { quiet, startRspamd, type RunningRspamd } from './rspamd.ts';
import { atMost, median, percentile, rounded, type BenchmarkResult } from './statistics.ts';

const MESSAGES_MAX = Number(process.env['BENCH_SCORE_MESSAGES'] ?? 3_000);
/** Neither Node's compilers nor rspamd's are done after a thousand; so many of the messages that are not measured warm both up. */
const WARM_UP_MAX = 6_000;
const BLOCK = 250;
const HOSTILE_MAX_MS = 250;
/** Arguments for the process whose memory is measured, and for one that is only started, so that compiled code is kept as after the service's first start. */
const MEMORY = 'memory', START = 'start';
/** Of signals that this benchmark does not ask for. */
const NOT_ASKED: ReadonlySet<string> = new Set(['offline', 'no-history']);
const NO_DOMAINS: ReadonlySet<string> = new Set();

interface Corpus { readonly count: number; readonly name: string; readonly message: (i: number) => Buffer; readonly warmUp: () => Iterable<Buffer> }
interface Scored { readonly cpuMs: number; readonly overLimits: readonly string[] }

const scorer = loadScorer(null);

async function score(bytes: Buffer): Promise<Scored> {
  const before = process.cpuUsage();
  const message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: UNKNOWN_ENVELOPE, message, bytes, ourDomains: NO_DOMAINS }, offlineResolver, 100);
  scorer.score({ message, signals, authentication });
  const { user, system } = process.cpuUsage(before);
  // What the walker gave up, and what was not opened within the files.
  const unknown = signals.flatMap((signal) => (signal.state === 'unknown' && !NOT_ASKED.has(signal.reason) ? [signal.reason] : []));
  return { cpuMs: (user + system) / 1000, overLimits: [...new Set([...message.unopened.map(({ reason }) => reason), ...unknown])] };
}

/** Every so-many-th file, so that the whole folder is seen. */
async function corpusOf(dir: string | undefined): Promise<Corpus> {
  if (dir === undefined) {
    const made = mixedMail(500, 'anna@example.com');
    return { count: made.length, name: 'made up', message: (i) => (made[i] as (typeof made)[number]).raw, warmUp: () => made.map(({ raw }) => raw) };
  }
  const all: string[] = [];
  for await (const file of filesUnder(dir, process.cwd())) if (file.endsWith('.eml')) all.push(file);
  if (all.length === 0) throw new Error(`USHER_CORPUS: there are no .eml files in ${dir}`);
  const step = Math.max(1, Math.ceil(all.length / MESSAGES_MAX));
  const files = all.filter((_, i) => i % step === 0);
  const others = step === 1 ? files : all.filter((_, i) => i % step !== 0);
  const every = Math.ceil(others.length / WARM_UP_MAX);
  const read = (file: string): Buffer => toCrlf(readFileSync(file));
  return { count: files.length, name: 'corpus', message: (i) => read(files[i] as string), warmUp: function* warmUp() { for (let i = 0; i < others.length; i += every) yield read(others[i] as string); } };
}

async function rspamdBlock({ port, pid }: RunningRspamd, messages: Iterable<Buffer>): Promise<number> {
  const before = cpuMs(pid);
  for (const message of messages) {
    const answer = await fetch(`http://127.0.0.1:${port}/checkv2`, { method: 'POST', body: new Uint8Array(message) });
    await answer.text();
    if (!answer.ok) throw new Error(`rspamd answered ${answer.status}`);
  }
  return cpuMs(pid) - before;
}

interface Measured { readonly usher: readonly number[]; readonly rspamdMs: number | null; readonly ratios: readonly number[] }

/** One block by the one, then the same by the other. */
async function measure(corpus: Corpus, rspamd: RunningRspamd | null): Promise<Measured> {
  const blockOf = (from: number, size: number): Buffer[] => Array.from({ length: Math.min(size, corpus.count - from) }, (_, i) => corpus.message(from + i));
  for (const message of corpus.warmUp()) await score(message);
  if (rspamd !== null) await rspamdBlock(rspamd, corpus.warmUp());
  const usher: number[] = [];
  const ratios: number[] = [];
  let rspamdMs = 0;
  for (let from = 0; from < corpus.count; from += BLOCK) {
    const messages = blockOf(from, BLOCK);
    const costs: number[] = [];
    for (const message of messages) costs.push((await score(message)).cpuMs);
    usher.push(...costs);
    if (rspamd === null) continue;
    const theirs = await rspamdBlock(rspamd, messages);
    rspamdMs += theirs;
    ratios.push(costs.reduce((sum, each) => sum + each, 0) / theirs);
  }
  return { usher, rspamdMs: rspamd === null ? null : rspamdMs / corpus.count, ratios };
}

/** Of a process of its own, started as the service is: with its flags, and with compiled code from an earlier start. */
async function memoryBytes(): Promise<number> {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { readonly scripts: { readonly start: string } };
  const flags = scripts.start.split(' ').filter((word) => word.startsWith('--'));
  const kept = tempDir('compiled');
  const run = async (what: string): Promise<string> => {
    const child = await startChild(process.execPath, [...flags, import.meta.filename, what], { env: { ...process.env, NODE_COMPILE_CACHE: kept.path } });
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`measuring memory ended with ${code}: ${child.output()}`);
    return child.stdout();
  };
  try {
    await run(START);
    return Number(await run(MEMORY));
  } finally {
    kept.remove();
  }
}

async function scoreAndTell(): Promise<void> {
  const corpus = await corpusOf(process.env['USHER_CORPUS']);
  let most = 0;
  for (let i = 0; i < corpus.count; i++) {
    await score(corpus.message(i));
    if (i % 50 === 0) most = Math.max(most, process.memoryUsage.rss());
  }
  console.log(Math.max(most, process.memoryUsage.rss()));
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

/** The second time counts: who is attacked has been running for a while. */
async function hostile(): Promise<readonly (Scored & { readonly name: string; readonly sizeBytes: number })[]> {
  const costs = [];
  for (const { name, bytes } of hostileMail()) {
    const first = await score(bytes);
    const second = await score(bytes);
    costs.push({ name, sizeBytes: bytes.length, cpuMs: rounded(Math.min(first.cpuMs, second.cpuMs), 1), overLimits: second.overLimits });
  }
  return costs;
}

function targetsOf({ usher, ratios }: Measured, rssBytes: number): BenchmarkResult['targets'] {
  return [
    atMost('CPU per message, median', 1.5, median(usher), 'ms'), atMost('CPU per message, mean', 2.5, mean(usher), 'ms'), atMost('CPU per message, 99th percentile', 15, percentile(usher, 0.99), 'ms'),
    ...(ratios.length === 0 ? [] : [atMost('Usher / rspamd, CPU per message', 0.333, median(ratios), '')]),
    atMost('memory of a worker with the model', 200, rssBytes / 2 ** 20, 'MiB'),
  ];
}

export async function benchmarkScore(): Promise<BenchmarkResult> {
  const corpus = await corpusOf(process.env['USHER_CORPUS']);
  const missing = whyMissing(partNamed('rspamd')) ?? (process.getuid?.() === 0 ? null : 'only root can start it under its own user');
  const names = missing === null ? await startNameServer({}) : null;
  const rspamd = names === null ? null : await startRspamd(names.address, 'http');
  try {
    if (rspamd !== null) await quiet(() => cpuMs(rspamd.pid));
    const measured = await measure(corpus, rspamd);
    const rssBytes = await memoryBytes();
    const attacks = await hostile();
    const worst = attacks.filter(({ overLimits }) => overLimits.length === 0);
    const usher = measured.usher;
    return {
      results: {
        model: loadModel(null).header.name, mail: corpus.name, messages: corpus.count,
        ...(corpus.name === 'corpus' ? {} : { note: 'Without USHER_CORPUS=DIR (message files of your own) this says little about real mail, and has no targets.' }),
        revision: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
        usher: { meanMs: rounded(mean(usher), 2), medianMs: rounded(median(usher), 2), p95Ms: rounded(percentile(usher, 0.95), 2), p99Ms: rounded(percentile(usher, 0.99), 2), maxMs: rounded(percentile(usher, 1), 1), rssMiB: Math.round(rssBytes / 2 ** 20) },
        rspamd: measured.rspamdMs === null ? `not measured: ${missing}` : { version: rspamd?.version, meanMs: rounded(measured.rspamdMs, 2), usherShareByBlock: measured.ratios.map((ratio) => rounded(ratio, 2)) },
        hostile: attacks,
      },
      targets: [
        ...(corpus.name === 'corpus' ? targetsOf(measured, rssBytes) : []),
        atMost('CPU of the costliest hostile message that is not declared over limits', HOSTILE_MAX_MS, Math.max(0, ...worst.map((each) => each.cpuMs)), 'ms'),
        atMost('CPU of the costliest hostile message of all', HOSTILE_MAX_MS, Math.max(...attacks.map((each) => each.cpuMs)), 'ms'),
      ],
    };
  } finally {
    names?.close();
    await rspamd?.stop();
  }
}

if (import.meta.main && process.argv[2] === MEMORY) await scoreAndTell();
else if (import.meta.main && process.argv[2] !== START) console.log(JSON.stringify(await benchmarkScore()));
