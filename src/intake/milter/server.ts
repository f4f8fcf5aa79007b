/** Opens one listener for milter connections, over TCP or a unix socket. */
import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { Config, Limits } from '../../config.ts';
import type { ListenAddress } from '../../config-values.ts';
import { milter } from '../../message/limits.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { budgetFor, type ByteBudget } from '../byte-budget.ts';
import { Networks } from '../networks.ts';
import { removeStaleSocket } from '../unix-socket.ts';
import { MilterConnection, type ConnectionSettings, type MilterGateway, type MilterObserver, type MilterTimes } from './connection.ts';

export interface MilterOptions {
  readonly listen: ListenAddress;
  readonly gateway: MilterGateway;
  readonly limits: Pick<Limits, 'messageMaxBytes' | 'recipientsMax' | 'receivedMax' | 'connectionsMax'>;
  readonly bareLineBreaks: Config['bareLineBreaks'];
  /** CIDR texts. */
  readonly relays: readonly string[];
  readonly ourNetworks: readonly string[];
  /** Of a unix socket. */
  readonly socket?: Config['milter'];
  /** Shared by all listeners of the process; left out: one of its own. */
  readonly budget?: ByteBudget;
  readonly times?: Partial<MilterTimes>;
  /** Left out: nobody counts. */
  readonly observer?: MilterObserver;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MilterServer {
  /** With the port that the system gave for port 0. */
  address(): ListenAddress;
  /** Stops accepting, finishes what is under way for at most `graceMs`, then cuts off the rest. */
  close(graceMs: number): Promise<void>;
  readonly stats: { readonly connectionsOpen: number; readonly bytesInFlight: number };
}

/** Rejects with the system's error (EADDRINUSE, EACCES, …). */
export async function openMilter(options: MilterOptions): Promise<MilterServer> {
  const budget = options.budget ?? budgetFor(options.limits);
  const open = new Set<MilterConnection>();
  const settings = settingsOf(options, budget);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => accept(socket, open, settings, options.limits.connectionsMax));
  server.on('error', (error) => options.log.info({ err: error }, 'listener error'));
  await listen(server, options.listen, options.socket);
  const address = 'path' in options.listen ? options.listen : { host: options.listen.host, port: (server.address() as AddressInfo).port };
  return {
    address: () => address,
    close: (graceMs) => drain(server, open, graceMs),
    get stats() {
      return { connectionsOpen: open.size, bytesInFlight: budget.usedBytes };
    },
  };
}

const NOBODY: MilterObserver = { connectionOpened: () => undefined, connectionClosed: () => undefined, messageAnswered: () => undefined, protocolError: () => undefined };

function settingsOf({ listen: address, gateway, limits, bareLineBreaks, relays, ourNetworks, times, observer = NOBODY, clock, log }: MilterOptions, budget: ByteBudget): ConnectionSettings {
  const said = new Set<string>();
  return {
    gateway, limits, bareLineBreaks, budget, clock, log, observer, tcp: 'port' in address,
    networks: { relays: new Networks(relays), ourNetworks: new Networks(ourNetworks) },
    times: { packetTimeoutMs: milter.packetTimeoutMs, idleTimeoutMs: milter.idleTimeoutMs, negotiationTimeoutMs: milter.negotiationTimeoutMs, progressMs: milter.progressMs, ...times },
    warnOnce: (sentence) => {
      if (said.has(sentence)) return;
      said.add(sentence);
      log.warn(sentence);
    },
  };
}

function accept(socket: Socket, open: Set<MilterConnection>, settings: ConnectionSettings, connectionsMax: number): void {
  if (open.size >= connectionsMax) {
    settings.log.warn({ connections: open.size }, 'milter connection refused, there are too many');
    socket.destroy();
    return;
  }
  const connection = new MilterConnection(socket, settings);
  open.add(connection);
  settings.observer.connectionOpened();
  // What is being decided outlives the socket, and the end of the service waits for it.
  socket.once('close', () => settings.observer.connectionClosed());
  socket.once('close', () => void connection.settled().then(() => open.delete(connection)));
}

async function drain(server: Server, open: ReadonlySet<MilterConnection>, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const connection of open) connection.drain();
  let timer: NodeJS.Timeout | undefined;
  const graceOver = new Promise<void>((resolve) => { timer = setTimeout(resolve, graceMs); });
  await Promise.race([Promise.all([closed, ...[...open].map((each) => each.settled())]), graceOver]);
  for (const connection of open) connection.cut();
  await closed;
  clearTimeout(timer);
}

async function listen(server: Server, address: ListenAddress, socket: Config['milter'] | undefined): Promise<void> {
  if ('path' in address) await removeStaleSocket(address.path);
  const opened = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  // Nobody else may connect before owner and mode are as the operator wants them.
  const mask = 'path' in address ? process.umask(0o177) : null;
  server.listen({ ...address, backlog: 511 });
  if (mask !== null) process.umask(mask);
  await opened;
  if ('path' in address) await admit(server, address.path, socket);
}

/** Names of users and groups are the system's business (it may ask a directory), so its own command sets them. */
async function admit(server: Server, path: string, socket: Config['milter'] | undefined): Promise<void> {
  try {
    if (socket !== undefined && socket.socketOwner !== null) await giveTo(socket.socketOwner, path);
    await chmod(path, socket?.socketMode ?? 0o600);
  } catch (error) {
    server.close();
    throw error;
  }
}

async function giveTo(owner: string, path: string): Promise<void> {
  try {
    await promisify(execFile)('chown', ['--', owner, path]);
  } catch (error) {
    const said = String((error as { readonly stderr?: unknown }).stderr ?? '').trim().replace(/^chown: /, '');
    throw new Error(`milter.socket-owner: the socket ${path} cannot be given to ${owner} (${said === '' ? (error as Error).message : said}).`, { cause: error });
  }
}
