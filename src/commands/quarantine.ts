/** `usher quarantine list | show | release | delete`: for operators, also while the service runs. */
import * as files from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configured } from './configured.ts';
import type { CommandIo, ExitCode } from './io.ts';
import { listed, shown } from './quarantine-text.ts';
import type { Config } from '../config.ts';
import { mailAddress } from '../message/envelope.ts';
import { storage } from '../message/limits.ts';
import { systemClock } from '../platform/clock.ts';
import { silentLog, type Log } from '../platform/log.ts';
import { QuarantineFolders } from '../quarantine/folders.ts';
import { originalBytes, release, remove, type Quarantine } from '../quarantine/release.ts';
import { assessingAgain, lookAgain, type LookedAgain } from '../review/look-again.ts';
import { noteAct, teachWanted } from '../review/teaching.ts';
import { hasStore, openStore } from '../storage/open.ts';
import { StoreError, type HeldFilter, type HeldRow, type HeldState, type Store } from '../storage/store.ts';
import { words } from '../words/index.ts';

const STATES: readonly HeldState[] = ['held', 'releasing', 'released', 'deleted', 'expired'];
const LIMIT_DEFAULT = 50;
const OPTIONS = {
  json: { type: 'boolean' }, help: { type: 'boolean' }, config: { type: 'string' },
  recipient: { type: 'string' }, policy: { type: 'string' }, state: { type: 'string' }, search: { type: 'string' }, limit: { type: 'string' }, before: { type: 'string' }, 'although-dangerous': { type: 'boolean' },
} as const;

interface Options {
  readonly json?: boolean;
  readonly recipient?: string;
  readonly policy?: string;
  readonly state?: string;
  readonly search?: string;
  readonly limit?: string;
  readonly before?: string;
  readonly 'although-dangerous'?: boolean;
}

interface Session extends Quarantine {
  readonly store: Store;
  readonly options: Options;
  readonly say: (key: string, values?: Readonly<Record<string, string | number>>) => string;
  readonly language: string;
  readonly io: CommandIo;
  readonly config: Config;
}

/** What was typed cannot be understood: exit code 2, with the usage. */
class UsageError extends Error {
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
  /** @param key of the sentence; `own-words`: values.text is the sentence */
  constructor(key: string, values: Readonly<Record<string, string | number>> = {}) {
    super(key);
    this.key = key;
    this.values = values;
  }
}

/** @returns 0 done; 1 "no" (unknown id, not possible any more); 2 usage, configuration or database */
export async function quarantineCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  let language = 'en';
  const say: Session['say'] = (key, values) => words(language, `quarantine.${key}`, values);
  try {
    const { values, positionals } = parsed(args);
    const config = await configured(values.config, io);
    if (config === null) return 2;
    language = config.language;
    if (values.help === true) {
      await io.out(say('usage'));
      return 0;
    }
    if (!hasStore(config.dataDir)) return await refuse(io, `${say('problem.no-data', { dataDir: config.dataDir })}\n`);
    const store = await openStore({ dataDir: config.dataDir, clock: systemClock, log: silentLog });
    try {
      const folders = new QuarantineFolders(join(config.dataDir, 'quarantine'), files);
      return await run(positionals, { store, folders, clock: systemClock, config, options: values, say, language, io });
    } finally {
      await store.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      const sentence = error.key === 'own-words' ? String(error.values['text']) : say(`problem.${error.key}`, error.values);
      return await refuse(io, `${sentence}\n\n${say('usage')}`);
    }
    if (error instanceof StoreError || (error as NodeJS.ErrnoException).syscall !== undefined) return await refuse(io, `${say('problem.store', { problem: (error as Error).message })}\n`);
    throw error;
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    // The parser's own sentence names the option.
    throw new UsageError('own-words', { text: (error as Error).message });
  }
}

async function refuse(io: CommandIo, text: string): Promise<2> {
  await io.err(text);
  return 2;
}

async function run([command, ...ids]: readonly string[], session: Session): Promise<ExitCode> {
  switch (command) {
    case undefined: throw new UsageError('no-command');
    case 'list': return list(session);
    case 'show': return show(session, ids);
    case 'release': return act(session, ids, 'release');
    case 'delete': return act(session, ids, 'delete');
    default: throw new UsageError('command', { command });
  }
}

async function list({ store, options, io, say, language }: Session): Promise<ExitCode> {
  const filter = filterFrom(options);
  const before = options.before === undefined ? null : await store.held.find(options.before);
  if (options.before !== undefined && before === null) {
    await io.err(`${say('refused.unknown-id', { id: options.before })}\n`);
    return 1;
  }
  // One more than is shown says whether there are more.
  const found = await store.held.list({ ...filter, limit: filter.limit + 1, ...(before === null ? {} : { before: { at: before.at, id: before.id } }) });
  const rows = found.slice(0, filter.limit);
  const last = found.length > rows.length ? rows.at(-1) : undefined;
  if (options.json === true) await io.out(`${JSON.stringify(rows, null, 2)}\n`);
  else await io.out(rows.length === 0 ? `${say('list.none')}\n` : listed(rows, language));
  // Beside the list, so that a program that reads it is not in its way.
  if (last !== undefined) await io.err(`${say('list.more', { count: rows.length, id: last.id })}\n`);
  return 0;
}

function filterFrom({ recipient, policy, state = 'held', search, limit }: Options): HeldFilter {
  const number = limit === undefined ? LIMIT_DEFAULT : Number(limit);
  if (!Number.isInteger(number) || number < 1 || number > storage.listRowsMax) throw new UsageError('limit', { max: storage.listRowsMax });
  const known = STATES.find((each) => each === state);
  if (known === undefined && state !== 'all') throw new UsageError('state', { state });
  return {
    limit: number,
    ...(known === undefined ? {} : { state: known }),
    ...(recipient === undefined ? {} : { recipient: mailAddress(recipient).key }),
    ...(policy === undefined ? {} : { policy }),
    ...(search === undefined ? {} : { search }),
  };
}

async function show(session: Session, ids: readonly string[]): Promise<ExitCode> {
  const { store, folders, options, io, say, language } = session;
  const [id, ...others] = ids;
  if (id === undefined || others.length > 0) throw new UsageError('no-id');
  const found = await store.held.find(id);
  if (found === null) {
    await io.err(`${say('refused.unknown-id', { id })}\n`);
    return 1;
  }
  const isKept = found.state === 'held' || found.state === 'releasing';
  const bytes = isKept ? await originalBytes(session, found) : null;
  const row = (await store.held.find(id)) ?? found; // It may just have been recorded as gone.
  const [path, attempt] = await Promise.all([folders.find(row), store.outbox.findByHeld(id)]);
  const view = await shown({ row, bytes, path, attempt, language });
  await io.out(options.json === true ? `${JSON.stringify(view.facts, null, 2)}\n` : view.text);
  return 0;
}

const DANGEROUS = { ok: false, why: 'dangerous' } as const;

/** The message before it is released, through today's eyes; null when it cannot be had. */
async function lookedAt(session: Session, id: string): Promise<LookedAgain | null> {
  const row = await session.store.held.find(id);
  // A file that vanished is told of and recorded by whoever would release it.
  if (row === null || row.state !== 'held' || (await session.folders.find(row)) === null) return null;
  const log = { ...silentLog, warn: ({ why }: { readonly why: string }, text: string) => void session.io.err(`${text}: ${why}\n`) } as unknown as Log;
  return lookAgain(row, session, assessingAgain(session.config, log));
}

/** Who sits at the command line, as the system knows them; a container may have no name for its user. */
function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** A release on the command line teaches like one on a page, and both stand in the log of acts. */
async function remember({ store, clock }: Session, row: HeldRow, what: 'release' | 'delete', looked: LookedAgain | null): Promise<void> {
  const now = clock.now();
  if (what === 'release' && looked !== null) await teachWanted(store, row, looked.authors, 'let-through', now);
  await noteAct(store, row, { actor: operatorName(), role: 'operator', act: what === 'release' ? 'let-through' : 'delete', via: 'command', outcome: 'done' }, now);
}

async function act(session: Session, ids: readonly string[], what: 'release' | 'delete'): Promise<ExitCode> {
  const { store, options, io, say } = session;
  if (ids.length === 0) throw new UsageError('no-id');
  let exitCode: ExitCode = 0;
  const results = [];
  for (const id of ids) {
    const looked = what === 'release' ? await lookedAt(session, id) : null;
    const result = looked?.dangerous === true && options['although-dangerous'] !== true ? DANGEROUS : await (what === 'release' ? release : remove)(session, id, 'operator');
    const row = await store.held.find(id);
    if (result.ok && row !== null) await remember(session, row, what, looked);
    results.push({ id, done: result.ok, why: result.ok ? null : result.why, state: row?.state ?? null });
    if (!result.ok) exitCode = 1;
    if (options.json === true) continue;
    if (result.ok) await io.out(`${say(`done.${what}`, { id, recipient: row?.recipient ?? '' })}\n`);
    else await io.err(`${say(`refused.${result.why}`, { id, state: row === null ? '' : say(`state.${row.state}`) })}\n`);
  }
  if (options.json === true) await io.out(`${JSON.stringify(results, null, 2)}\n`);
  return exitCode;
}
