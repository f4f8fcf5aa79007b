/** Connections to the next hop, kept for the next transaction. The one used last is used first, so that the others can go. */
import { nextHop } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import type { RelayCapabilities } from './relay-capabilities.ts';
import { RelayConnection, UNREACHABLE, type RelayTarget } from './relay-connection.ts';

export interface RelayPoolOptions extends RelayTarget {
  /** Default: nextHop.idleTimeoutMs. */
  readonly idleTimeoutMs?: number;
  /** Default: nextHop.connectionMaxAgeMs. */
  readonly connectionMaxAgeMs?: number;
}

/** A connection for one transaction. `reused`: the next hop may have left it since. */
export interface Acquired {
  readonly connection: RelayConnection;
  readonly reused: boolean;
}

export class RelayPool {
  readonly #options: RelayPoolOptions & { readonly idleTimeoutMs: number; readonly connectionMaxAgeMs: number };
  readonly #idle: RelayConnection[] = [];
  readonly #open = new Set<RelayConnection>();
  #capabilities: RelayCapabilities | null = null;
  #asking: Promise<unknown> | null = null;
  #sweeper: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: RelayPoolOptions) {
    this.#options = { idleTimeoutMs: nextHop.idleTimeoutMs, connectionMaxAgeMs: nextHop.connectionMaxAgeMs, ...options };
  }

  get target(): RelayTarget {
    return this.#options;
  }

  /** Open connections, and those of them that nobody uses. */
  get counts(): { readonly open: number; readonly idle: number } {
    return { open: this.#open.size, idle: this.#idle.length };
  }

  /** @returns a working connection, idle or new, or the reply that tells why there is none */
  async acquire(): Promise<Acquired | Reply> {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (this.#usable(connection)) return { connection, reused: true };
      this.#retire(connection);
    }
    return await this.connect();
  }

  /** A new connection, whatever is idle: for a transaction whose reused connection died. */
  async connect(): Promise<Acquired | Reply> {
    if (this.#closed) return UNREACHABLE;
    const connection = await RelayConnection.open(this.#options);
    if ('code' in connection) return connection;
    this.#open.add(connection);
    this.#capabilities = connection.capabilities;
    return { connection, reused: false };
  }

  /** Takes a connection back whose transaction is over; one that is broken, worn or still busy is let go. */
  giveBack(connection: RelayConnection): void {
    if (this.#closed || connection.busy || connection.worn || !this.#usable(connection)) return this.#retire(connection);
    connection.idleSince = performance.now();
    if (connection.needsReset) this.#resetSoon(connection);
    this.#idle.push(connection);
    this.#sweeper ??= setInterval(() => this.#sweep(), Math.max(10, this.#options.idleTimeoutMs / 4)).unref();
  }

  /** What the next hop last offered; connects when it was never asked. null: it could not be reached. */
  async capabilities(): Promise<RelayCapabilities | null> {
    if (this.#capabilities === null) {
      // However many ask while it is slow or away: one connection.
      this.#asking ??= this.probe().finally(() => { this.#asking = null; });
      await this.#asking;
    }
    return this.#capabilities;
  }

  /** Whether the next hop answers now; null: yes. For readiness checks. */
  async probe(): Promise<Reply | null> {
    const acquired = await this.acquire();
    if (!('connection' in acquired)) return acquired;
    const { connection, reused } = acquired;
    const answer = reused ? await connection.exchange('NOOP', 'command') : null;
    this.giveBack(connection);
    if (!reused || answer?.code === 250) return connection.failure;
    // The idle one was dead, which says nothing of the next hop.
    const fresh = await this.connect();
    if (!('connection' in fresh)) return fresh;
    this.giveBack(fresh.connection);
    return null;
  }

  /** Ends idle connections politely and takes none back from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#sweeper !== null) clearInterval(this.#sweeper);
    await Promise.all(this.#idle.splice(0).map(async (connection) => {
      this.#open.delete(connection);
      await connection.quit();
    }));
  }

  #usable(connection: RelayConnection): boolean {
    return connection.failure === null && performance.now() - connection.openedAt < this.#options.connectionMaxAgeMs;
  }

  #retire(connection: RelayConnection): void {
    this.#open.delete(connection);
    void connection.quit();
  }

  /** A next hop should not sit on a given-up transaction; but under load the next one is there before the delay is over. */
  #resetSoon(connection: RelayConnection): void {
    setTimeout(() => {
      const at = this.#idle.indexOf(connection);
      if (at < 0 || !connection.needsReset) return;
      this.#idle.splice(at, 1);
      connection.needsReset = false;
      void connection.exchange('RSET', 'command').then((reply) => {
        if (reply?.code === 250) this.giveBack(connection);
        else this.#retire(connection);
      });
    }, nextHop.resetDelayMs);
  }

  #sweep(): void {
    const oldest = performance.now() - this.#options.idleTimeoutMs;
    for (const connection of this.#idle.splice(0)) {
      if (connection.failure === null && connection.idleSince > oldest) this.#idle.push(connection);
      else this.#retire(connection);
    }
    if (this.#idle.length > 0 || this.#sweeper === null) return;
    clearInterval(this.#sweeper);
    this.#sweeper = null;
  }
}
