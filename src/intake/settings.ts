/** What all connections of a listener share. */
import type { Limits } from '../config.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { ByteBudget } from './byte-budget.ts';
import type { Certificate } from './certificate.ts';
import type { Gateway } from './door.ts';
import type { Networks } from './networks.ts';

export interface IntakeSettings {
  readonly protocol: 'smtp' | 'lmtp';
  /** The listener is a unix socket: its peers have no address, and are trusted. */
  readonly unixSocket: boolean;
  readonly hostname: string;
  readonly gateway: Gateway;
  readonly limits: Limits;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  readonly trustedNetworks: Networks;
  readonly relays: Networks;
  readonly ourNetworks: Networks;
  /** null: STARTTLS is not offered. */
  readonly certificate: Certificate | null;
  readonly budget: ByteBudget;
  readonly clock: Clock;
  readonly log: Log;
}

/** Counted since the listener was opened. */
export interface IntakeStats {
  connections: number;
  connectionsRefused: number;
  /** Received in full, whatever became of them. */
  messages: number;
}
