/** `usher digest`: for operators, also while the service runs: who is told what and when, and telling them now. */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { mailAddress } from '../message/envelope.ts';
import { digestParts, openNotices } from '../notices/open.ts';
import { systemClock as clock } from '../platform/clock.ts';
import { silentLog, type Log } from '../platform/log.ts';
import { DiskFolder } from '../policy-files/folder.ts';
import { SetReader } from '../policy-files/read-set.ts';
import { renderDiagnostic } from '../policy/render.ts';
import type { PolicySet } from '../policy/resolved.ts';
import { runDigests, targets, type DigestJobOptions } from '../quarantine/digest-job.ts';
import { previewDigest } from '../quarantine/digest-make.ts';
import { Pages, scheduleOf, type Target } from '../quarantine/digest-targets.ts';
import { nextSlot } from '../quarantine/schedule.ts';
import { hasStore, openStore } from '../storage/open.ts';
import { StoreError } from '../storage/store.ts';
import { words } from '../words/index.ts';
import { configured } from './configured.ts';
import type { CommandIo, ExitCode } from './io.ts';

const OPTIONS = {
  now: { type: 'boolean' }, 'dry-run': { type: 'boolean' }, html: { type: 'boolean' }, to: { type: 'string' },
  json: { type: 'boolean' }, config: { type: 'string' }, help: { type: 'boolean' },
} as const;

interface Options { readonly now?: boolean; readonly 'dry-run'?: boolean; readonly html?: boolean; readonly to?: string; readonly json?: boolean }

interface Session {
  readonly job: DigestJobOptions;
  readonly options: Options;
  readonly say: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly language: string;
  readonly io: CommandIo;
}

/** @returns 0 done; 1 nothing waits for that address, or a digest could not be made; 2 usage, configuration, policies or database */
export async function digestCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  let values: Options & { readonly config?: string; readonly help?: boolean };
  try {
    ({ values } = parseArgs({ args: [...args], options: OPTIONS }));
  } catch (error) {
    return await refuse(io, `${(error as Error).message}\n\n${words('en', 'digest.command.usage')}`);
  }
  const config = await configured(values.config, io);
  if (config === null) return 2;
  const say: Session['say'] = (key, given) => words(config.language, `digest.command.${key}`, given);
  if (values.help === true) {
    await io.out(say('usage'));
    return 0;
  }
  if (!hasStore(config.dataDir)) return await refuse(io, `${words(config.language, 'quarantine.problem.no-data', { dataDir: config.dataDir })}\n`);
  try {
    return await withStore(config, values, say, io);
  } catch (error) {
    if (error instanceof StoreError) return await refuse(io, `${words(config.language, 'quarantine.problem.store', { problem: error.message })}\n`);
    throw error;
  }
}

async function refuse(io: CommandIo, text: string): Promise<2> {
  await io.err(text);
  return 2;
}

async function withStore(config: Config, options: Options, say: Session['say'], io: CommandIo): Promise<ExitCode> {
  const set = await readPolicies(config, io);
  if (set === null) return 2;
  const store = await openStore({ dataDir: config.dataDir, clock, log: silentLog });
  try {
    const notices = openNotices({ config, store, clock });
    const job = { ...digestParts({ config, store, clock }, notices), policies: () => set, log: errorsOnly(io) };
    const session: Session = { job, options, say, language: config.language, io };
    if (options['dry-run'] === true) return await preview(session);
    return options.now === true ? await send(session) : await list(session);
  } finally {
    await store.close();
  }
}

/** What stands in the folder, as `usher check` reads it. */
async function readPolicies({ policiesDir, language, timezone, ourDomains }: Config, io: CommandIo): Promise<PolicySet | null> {
  const reader = new SetReader(new DiskFolder(policiesDir), { language, timezone, ourDomains }, (name) => `${basename(policiesDir)}/${name}`);
  const { set, problems } = await reader.read(await reader.stamps());
  if (set === null) for (const problem of problems) if (problem.severity === 'error') await io.err(`${renderDiagnostic(problem, words, language)}\n`);
  return set;
}

function errorsOnly(io: CommandIo): Log {
  const tell = (facts: object, text: string): void => void io.err(`${text}: ${String((facts as { err?: Error }).err?.message ?? '')}\n`);
  return { ...silentLog, info: () => undefined, debug: () => undefined, warn: () => undefined, error: tell } as unknown as Log;
}

async function* wanted({ job, options }: Session): AsyncGenerator<Target> {
  const only = options.to === undefined ? null : mailAddress(options.to).key;
  for await (const target of targets(job.digests, new Pages(job.policies()))) if (only === null || target.to.includes(only)) yield target;
}

async function list(session: Session): Promise<ExitCode> {
  const { job, options, say, language, io } = session;
  const now = clock.now();
  const rows: { readonly to: readonly string[]; readonly next: string | null }[] = [];
  for await (const target of wanted(session)) {
    const personal = target.policy === null ? await job.personalOf(target.selection.mailbox ?? '') : null;
    const schedule = scheduleOf(target, personal);
    const next = personal?.isStopped === true ? null : nextSlot(schedule, now);
    const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: schedule.timezone, timeZoneName: 'short' });
    if (options.json !== true) await io.out(`${say('next', { to: target.to.join(', '), next: next === null ? say('next.never') : format.format(next) })}\n`);
    rows.push({ to: target.to, next: next === null ? null : new Date(next).toISOString() });
  }
  if (options.json === true) await io.out(`${JSON.stringify(rows, null, 2)}\n`);
  return rows.length > 0 ? 0 : await nothing(session);
}

async function preview(session: Session): Promise<ExitCode> {
  const { job, options, io } = session;
  const context = { pages: new Pages(job.policies()), linkTo: await job.linkMaker() };
  let shown = 0;
  for await (const target of wanted(session)) {
    const digest = await previewDigest(target, job, context);
    if (digest === null) continue;
    shown++;
    if (options.json === true) await io.out(`${JSON.stringify({ to: target.to, ...digest })}\n`);
    else await io.out(options.html === true ? digest.html : `${target.to.join(', ')}\n${digest.subject}\n\n${digest.text}\n`);
  }
  return shown > 0 ? 0 : await nothing(session);
}

async function send(session: Session): Promise<ExitCode> {
  const { job, options, say, io } = session;
  const progress: DigestJobOptions['progress'] = ({ looked, of, queued }) => void io.err(`${say('progress', { looked, of, queued })}\n`);
  const run = await runDigests({ ...job, progress }, { isForced: true, ...(options.to === undefined ? {} : { only: mailAddress(options.to).key }) });
  if (options.json === true) await io.out(`${JSON.stringify(run)}\n`);
  else if (run.queued > 0) await io.out(`${say('queued', { count: run.queued })}\n`);
  if (run.failed > 0) await io.err(`${say('failed', { count: run.failed })}\n`);
  if (run.failed > 0) return 1;
  return run.queued > 0 ? 0 : await nothing(session);
}

/** "No" only to who asked for somebody. */
async function nothing({ options, say, io }: Session): Promise<ExitCode> {
  if (options.json !== true) await io.out(`${options.to === undefined ? say('none') : say('nobody', { to: options.to })}\n`);
  return options.to === undefined ? 0 : 1;
}
