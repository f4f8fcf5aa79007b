/** Opens one listener for SMTP or LMTP. */
import type { AddressInfo } from 'node:net';
import type { Config, Limits } from '../config.ts';
import type { ListenAddress } from '../config-values.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import { budgetFor, type ByteBudget } from './byte-budget.ts';
import { Certificate, type CertificateFiles } from './certificate.ts';
import type { Gateway } from './door.ts';
import { Networks } from './networks.ts';
import { IntakeServer } from './server.ts';
import type { IntakeStats } from './settings.ts';
import { removeStaleSocket } from './unix-socket.ts';

export interface SmtpProxyOptions {
  readonly listen: ListenAddress;
  readonly protocol: 'smtp' | 'lmtp';
  readonly hostname: string;
  readonly gateway: Gateway;
  readonly limits: Limits;
  readonly bareLineBreaks: Config['bareLineBreaks'];
  /** CIDR texts. */
  readonly trustedNetworks: readonly string[];
  readonly relays: readonly string[];
  readonly ourNetworks: readonly string[];
  readonly tls: CertificateFiles | null;
  /** Shared by all listeners of the process; left out: one of its own. */
  readonly budget?: ByteBudget;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SmtpProxy {
  /** With the port that the system gave for port 0. */
  address(): ListenAddress;
  /** Stops accepting, finishes what is under way for at most `graceMs`, then cuts off the rest. */
  close(graceMs: number): Promise<void>;
  readonly stats: Readonly<IntakeStats> & { readonly connectionsOpen: number; readonly bytesInFlight: number };
}

/** Rejects with the system's error (EADDRINUSE, EACCES, …) or that of an unusable certificate. */
export async function openSmtpProxy(options: SmtpProxyOptions): Promise<SmtpProxy> {
  const budget = options.budget ?? budgetFor(options.limits);
  const server = new IntakeServer({
    protocol: options.protocol,
    unixSocket: 'path' in options.listen,
    hostname: options.hostname,
    gateway: options.gateway,
    limits: options.limits,
    bareLineBreaks: options.bareLineBreaks,
    trustedNetworks: new Networks(options.trustedNetworks),
    relays: new Networks(options.relays),
    ourNetworks: new Networks(options.ourNetworks),
    certificate: options.tls === null ? null : new Certificate(options.tls, options.log),
    budget,
    clock: options.clock,
    log: options.log,
  });
  // While it opens, what fails is the caller's answer; afterwards it is worth a line.
  let isOpen = false;
  server.on('error', (error: Error) => { if (isOpen) options.log.info({ err: error }, 'listener or connection error'); });
  if ('path' in options.listen) await removeStaleSocket(options.listen.path);
  await listen(server, options.listen);
  isOpen = true;
  const address = 'path' in options.listen ? options.listen : { host: options.listen.host, port: (server.server.address() as AddressInfo).port };
  return {
    address: () => address,
    close: (graceMs) => server.drain(graceMs),
    get stats() {
      return { ...server.stats, connectionsOpen: server.connections.size, bytesInFlight: budget.usedBytes };
    },
  };
}

function listen(server: IntakeServer, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.server.once('error', reject);
    server.server.listen({ ...address, backlog: 511 }, () => {
      server.server.removeListener('error', reject);
      resolve();
    });
  });
}
