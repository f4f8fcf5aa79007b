/** The composition root: the only file that knows every part. Opens all of Usher, and closes it again. */
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { quarantineHolder } from './actions/hold.ts';
import type { Config } from './config.ts';
import type { ListenAddress } from './config-values.ts';
import type { Gateway } from './intake/door.ts';
import type { MilterObserver } from './intake/milter/connection.ts';
import { openMilter, type MilterServer } from './intake/milter/server.ts';
import { openSmtpProxy, type SmtpProxy } from './intake/smtp-proxy.ts';
import { budgetFor } from './intake/byte-budget.ts';
import { service } from './message/limits.ts';
import { diskCheck, quarantineCheck, storeCheck, type Check } from './ops/checks.ts';
import { createMetrics, type Metrics } from './ops/metrics.ts';
import { openOps } from './ops/server.ts';
import { handle, type Onward, type Stations } from './pipeline.ts';
import { systemClock, type Clock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import { makeDirectory } from './platform/make-directory.ts';
import { dnsResolver } from './platform/resolver.ts';
import { CachedResolver } from './platform/resolver-cache.ts';
import { DEFAULTS } from './policy/defaults.ts';
import { renderDiagnostic } from './policy/render.ts';
import { openPolicies, type PolicyFiles } from './policy-files.ts';
import { offlineExamples } from './stations/offline.ts';
import { openNotices, startDigests } from './notices/open.ts';
import { QuarantineFolders } from './quarantine/folders.ts';
import { originalBytes } from './quarantine/release.ts';
import { markKeys } from './quarantine/mark-keys.ts';
import type { MarkKey } from './quarantine/mark.ts';
import { startMovesJob } from './mailboxes/job.ts';
import { placing } from './mailboxes/placing.ts';
import { startOutboxJob } from './quarantine/outbox-job.ts';
import { sweep } from './quarantine/sweep.ts';
import { openReview, readAssets } from './review/open.ts';
import { assessingAgain } from './review/look-again.ts';
import { startLearner, type Learner } from './learning/learner.ts';
import { loadModel, loadScorer } from './model-file.ts';
import { startProblem } from './start-problem.ts';
import { act } from './stations/act.ts';
import { assess } from './stations/assess.ts';
import { decideForAll } from './stations/decide.ts';
import { isExempt } from './stations/exempt.ts';
import { nextHopOf, outboxDelivery, type NextHop, type OnwardSession } from './stations/next-hop.ts';
import { openProbes } from './stations/open-probes.ts';
import { learnRelease } from './stations/learn.ts';
import { fail, passOn } from './stations/pass-on.ts';
import { record } from './stations/record.ts';
import { openStore } from './storage/open.ts';
import type { Store } from './storage/store.ts';
import { words } from './words/index.ts';

export interface Usher {
  /** Where it listens, with the ports that the system gave for port 0. */
  readonly listening: Readonly<Record<'smtp' | 'lmtp' | 'milter' | 'web' | 'ops', readonly ListenAddress[]>>;
  /** Stops accepting, finishes what is under way within `graceMs`, closes everything. */
  close(graceMs: number): Promise<void>;
}

/** What keeps Usher from starting: sentences for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** Rejects with StartError; nothing stays open then. */
export async function startUsher(config: Config, log: Log, clock: Clock = systemClock): Promise<Usher> {
  const opened: Opened = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    return await open(config, log, clock, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error instanceof StartError ? error : new StartError([startProblem(error)]);
  }
}

/** What is to be closed again, the last first. */
type Opened = (() => Promise<void> | void)[];

async function open(config: Config, log: Log, clock: Clock, opened: Opened, closeAll: () => Promise<void>): Promise<Usher> {
  await makeDirectory(config.dataDir, 0o700);
  const store = await openStore({ dataDir: config.dataDir, clock, log });
  opened.push(() => store.close());
  const policies = await openedPolicies(config, log, clock);
  opened.push(() => policies.close());
  const keys = () => markKeys(store.settings, clock);
  const nextHop = nextHopOf(config, clock, log, config.learnFromMoves ? placing(keys, log) : undefined);
  opened.push(() => nextHop.close());
  const folders = new QuarantineFolders(join(config.dataDir, 'quarantine'), files);
  await sweep(folders, store.held, clock, log);
  const metrics = createMetrics({ outboxPending: () => store.outbox.pending() });
  const outbox = startOutboxJob({ store, folders, clock, deliver: outboxDelivery(nextHop, clock), hostname: config.hostname, keys, log, ended: metrics.released, released: (held) => void learnRelease(held, { store, clock, log }) });
  opened.push(() => outbox.stop());
  const notices = openNotices({ config, store, clock }, outbox.wake);
  const assessAgain = assessingAgain(config, log);
  const digests = startDigests({ config, store, folders, clock, notices, policies: () => policies.current(), metrics, log, wake: outbox.wake, assess: assessAgain });
  opened.push(() => digests.stop());
  startHousekeeping(config, { store, clock, log }, opened);
  const learner = startLearner({ store, model: loadModel(config.modelFile), ourDomains: new Set(config.ourDomains), clock, log, bytesOf: (row) => originalBytes({ store, folders, clock }, row) });
  opened.push(() => learner.stop());
  openMoves({ config, log, clock, store, policies, metrics, learner, keys }, opened);
  const stations = stationsOf({ config, log, clock, store, policies, folders, metrics, learner });
  const doors = await openDoors(config, { stations, nextHop, metrics, log, clock }, opened);
  const ops = await openOps({ log, listen: config.listen.ops, registry: metrics.registry, checks: checksOf(config, { store, folders, policies, nextHop }) });
  opened.push(() => ops.close());
  const pages = await openReview(config.listen.web, {
    config, store, folders, notices, words, clock, log, policies: () => policies.current(), queued: outbox.wake, assets: readAssets(join(import.meta.dirname, 'review/assets')),
    assess: assessAgain,
  });
  opened.push(() => pages.close());
  return {
    listening: { smtp: doors.smtp.map((door) => door.address()), lmtp: doors.lmtp.map((door) => door.address()), milter: doors.milter.map((door) => door.address()), web: pages.addresses, ops: ops.addresses },
    close: async (graceMs) => {
      await Promise.all([...doors.smtp, ...doors.lmtp, ...doors.milter].map((door) => door.close(graceMs)));
      await closeAll();
    },
  };
}

/** The database forgets what has grown old. */
function startHousekeeping({ keepDecisionsMs }: Config, { store, clock, log }: Pick<Parts, 'store' | 'clock' | 'log'>, opened: Opened): void {
  const timer = setInterval(() => {
    void store.decisions.expire(clock.now() - keepDecisionsMs).catch((error: unknown) => log.error({ err: error }, 'old decisions could not be removed'));
    void store.history.expire(clock.now()).catch((error: unknown) => log.error({ err: error }, 'old memories of senders could not be removed'));
  }, service.housekeepingMs).unref();
  opened.push(() => clearInterval(timer));
}

interface MovesParts extends Pick<Parts, 'config' | 'log' | 'clock' | 'store' | 'policies' | 'metrics' | 'learner'> {
  readonly keys: () => Promise<readonly MarkKey[]>;
}

/** Only in Maildirs of our own can be seen what people move. */
function openMoves({ config, log, clock, store, policies, metrics, learner, keys }: MovesParts, opened: Opened): void {
  if (config.deliverTo.protocol !== 'maildir' || !config.learnFromMoves) return;
  const job = startMovesJob({
    store, clock, log, keys, root: config.deliverTo.dir, hostname: config.hostname, model: loadModel(config.modelFile), ourDomains: new Set(config.ourDomains),
    junkFolders: () => new Set([...config.junkFolders, ...policies.current().pages.map((page) => page.junkFolderName.value)]),
    learnt: (lesson) => { metrics.moved(lesson); void learner.refresh(); },
  });
  opened.push(() => job.stop());
}

async function openedPolicies(config: Config, log: Log, clock: Clock): Promise<PolicyFiles> {
  const { language, timezone, ourDomains } = config;
  const result = await openPolicies({
    dir: config.policiesDir, dataDir: config.dataDir, defaults: { language, timezone, ourDomains },
    runExample: offlineExamples(config, loadScorer(config.modelFile), clock), log, clock,
  });
  if ('files' in result) return result.files;
  throw new StartError(result.problems.filter(({ severity }) => severity === 'error').map((problem) => renderDiagnostic(problem, words, result.languages.get(problem.place.file) ?? language)));
}

interface Parts {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly store: Store;
  readonly policies: PolicyFiles;
  readonly folders: QuarantineFolders;
  readonly metrics: Metrics;
  readonly learner: Learner;
}

function stationsOf({ config, log, clock, store, policies, folders, metrics, learner }: Parts): Stations {
  const { hostname, onFailure } = config;
  const ourDomains = new Set(config.ourDomains);
  const resolver = new CachedResolver(dnsResolver(config.dnsServers), clock);
  const timed = metrics.stage;
  const scorer = loadScorer(config.modelFile, () => learner.current());
  const holder = quarantineHolder({ held: store.held, folders, clock, hostname });
  const exempting = { keys: () => markKeys(store.settings, clock), marks: store.marks, clock, log };
  const assessing = { resolver, scorer, ourDomains, log, timed, probes: openProbes(config, store.history, clock, log) };
  const deciding = { policies: () => policies.current(), calibration: scorer, correspondents: store.correspondents, retries: store.retries, personal: store.review.personal, ourDomains, clock };
  const acting = { holder, hostname, log, timed, holdFailed: metrics.holdFailed };
  const passing = { hostname, correspondents: store.correspondents, history: store.history, clock, timed };
  const failing = { hostname, onFailure, markUncheckedWith: DEFAULTS.markUncheckedWith, log, timed };
  const recording = { decisions: store.decisions, metrics, log };
  return {
    isExempt: (transaction) => isExempt(transaction, exempting),
    passOn: (transaction, onward) => passOn(transaction, onward, passing),
    assess: (transaction) => assess(transaction, assessing),
    decide: (transaction, assessment) => decideForAll(transaction, assessment, deciding),
    act: (transaction, assessment, verdicts, onward) => act(transaction, assessment, verdicts, onward, acting),
    fail: (transaction, onward, error) => fail(transaction, onward, error, failing),
    record: (handled) => record(handled, recording),
  };
}

interface DoorParts {
  readonly stations: Stations;
  readonly nextHop: NextHop;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

interface Doors { readonly smtp: SmtpProxy[]; readonly lmtp: SmtpProxy[]; readonly milter: MilterServer[] }

async function openDoors(config: Config, parts: DoorParts, opened: Opened): Promise<Doors> {
  const budget = budgetFor(config.limits);
  const doors: Doors = { smtp: [], lmtp: [], milter: [] };
  for (const protocol of ['smtp', 'lmtp'] as const) {
    for (const listen of config.listen[protocol]) {
      const door = await openSmtpProxy({
        listen, protocol, budget, gateway: gatewayOf(parts, protocol), clock: parts.clock, log: parts.log,
        hostname: config.hostname, limits: config.limits, bareLineBreaks: config.bareLineBreaks, tls: config.tls,
        trustedNetworks: config.trustedNetworks, relays: config.relays, ourNetworks: config.ourNetworks,
      });
      opened.push(() => door.close(0));
      doors[protocol].push(door);
    }
  }
  for (const listen of config.listen.milter) {
    const door = await openMilter({
      listen, budget, clock: parts.clock, log: parts.log, limits: config.limits, bareLineBreaks: config.bareLineBreaks, socket: config.milter,
      relays: config.relays, ourNetworks: config.ourNetworks, observer: observerOf(parts.metrics), gateway: { ownMailboxes: config.deliverTo.protocol === 'maildir', handle: (transaction, onward) => handle(transaction, onward, parts.stations) },
    });
    opened.push(() => door.close(0));
    doors.milter.push(door);
  }
  return doors;
}

function observerOf(metrics: Metrics): MilterObserver {
  return {
    connectionOpened: () => metrics.connectionOpened('milter'), connectionClosed: () => metrics.connectionClosed('milter'),
    messageAnswered: metrics.milterAnswered, protocolError: metrics.milterError,
  };
}

function gatewayOf({ stations, nextHop, metrics }: DoorParts, protocol: 'smtp' | 'lmtp'): Gateway {
  return {
    capabilities: () => nextHop.capabilities(),
    open: async (client) => {
      try {
        return await nextHop.open(client, protocol);
      } catch (error) {
        metrics.nextHopError('connect');
        throw error;
      }
    },
    // The door hands back the very session that `open` gave it.
    handle: (transaction, session) => handle(transaction, counted((session as OnwardSession).onward(transaction.envelope), metrics), stations),
  };
}

/** The next hop's refusals, counted once for each message. */
function counted(onward: Onward, metrics: Metrics): Onward {
  return {
    abandon: () => onward.abandon(),
    deliver: async (group, bytes) => {
      const replies = await onward.deliver(group, bytes);
      const refusal = replies.find(({ code }) => code >= 400);
      if (refusal !== undefined) metrics.nextHopError(refusal.code >= 500 ? '5xx' : '4xx');
      return replies;
    },
  };
}

function checksOf(config: Config, { store, folders, policies, nextHop }: { store: Store; folders: QuarantineFolders; policies: PolicyFiles; nextHop: NextHop }): Record<string, Check> {
  return {
    store: storeCheck(store),
    quarantine: quarantineCheck(folders),
    disk: diskCheck(config.dataDir),
    policies: async () => policies.status().problems.filter(({ severity }) => severity === 'error').map((problem) => renderDiagnostic(problem, words, config.language)),
    'next-hop': () => nextHop.problems(),
  };
}
