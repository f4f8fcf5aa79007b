/**
 * What scoring one message costs, with everything local on: walk, gather without DNS, score. Prints JSON.
 *
 *   node bench/score.ts            made-up mail
 *   USHER_CORPUS=DIR node bench/score.ts    the files of a folder; beside rspamd where it is installed
 *
 * Times are CPU time of this process, garbage collection and compiler included; memory is the process's resident set.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { envelopeOfFile, filesUnder } from '../src/commands/mail-files.ts';
import { toCrlf, walk } from '../src/message/walk.ts';
import { loadModel, loadScorer } from '../src/model-file.ts';
import { offlineResolver } from '../src/platform/resolver.ts';
import { gather } from '../src/signals/gather.ts';
import { hostileMail } from './hostile-mail.ts';
import { mixedMail } from './mail.ts';
import { rspamdCosts } from './rspamd.ts';

const WARM_UP = 300;
const MESSAGES_MAX = 4_000;
const NO_DOMAINS: ReadonlySet<string> = new Set();

const scorer = loadScorer(null);

async function score(bytes: Buffer): Promise<{ readonly cpuMs: number; readonly unopened: readonly string[] }> {
  const before = process.cpuUsage();
  const message = walk(bytes);
  const { signals, authentication } = await gather({ envelope: envelopeOfFile(), message, bytes, ourDomains: NO_DOMAINS }, offlineResolver, 100);
  scorer.score({ message, signals, authentication });
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, unopened: message.unopened.map(({ reason }) => reason) };
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

function summary(costs: readonly number[]) {
  const sorted = costs.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { messages: costs.length, meanMs: round(costs.reduce((sum, each) => sum + each, 0) / costs.length), medianMs: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

/** Every so-many-th file, so that the whole folder is seen. */
async function filesOf(dir: string): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const file of filesUnder(dir, process.cwd())) if (file.endsWith('.eml')) all.push(file);
  const step = Math.max(1, Math.ceil(all.length / MESSAGES_MAX));
  return all.filter((_, i) => i % step === 0);
}

/** One message at a time, as a worker sees them: what is in memory is the program and the model. */
async function scoreAll(count: number, message: (i: number) => Buffer): Promise<number[]> {
  const costs: number[] = [];
  for (let i = 0; i < count; i++) costs.push((await score(message(i))).cpuMs);
  return costs;
}

const dir = process.env['USHER_CORPUS'];
const files = dir === undefined ? [] : await filesOf(dir);
const made = dir === undefined ? mixedMail(2_000, 'anna@example.com') : [];
const message = (i: number): Buffer => (dir === undefined ? (made[i] as (typeof made)[number]).raw : toCrlf(readFileSync(files[i] as string)));
const count = files.length + made.length;
await scoreAll(Math.min(WARM_UP, count), message);
const costs = await scoreAll(count, message);
const rssBytes = process.memoryUsage().rss;
const hostile = [];
for (const { name, bytes } of hostileMail()) {
  const { cpuMs, unopened } = await score(bytes);
  hostile.push({ name, sizeBytes: bytes.length, cpuMs: round(cpuMs), overLimits: [...new Set(unopened)] });
}
const revision = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
console.log(JSON.stringify({ model: loadModel(null).header.name, mail: dir === undefined ? 'made up' : 'corpus', revision, usher: summary(costs), rssMiB: Math.round(rssBytes / 2 ** 20), rspamd: await rspamdCosts(files), hostile }, null, 2));
