/** The library's server with connections of ours: who may connect, and what is counted. */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPServer } from 'smtp-server';
import { intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import { IntakeConnection } from './connection.ts';
import type { Listener } from './listener.ts';
import { clientKey, plainIp } from './networks.ts';
import { replies } from './reply.ts';
import type { Peer } from './session.ts';
import type { IntakeSettings, IntakeStats } from './settings.ts';

export class IntakeServer extends SMTPServer implements Listener {
  readonly settings: IntakeSettings;
  readonly stats: IntakeStats = { connections: 0, connectionsRefused: 0, messages: 0 };
  readonly #ours = new Set<IntakeConnection>();
  readonly #perClient = new Map<string, number>();
  /** Commands and messages that are being handled. */
  #underWay = 0;
  /** Called when there is none any more. */
  #idle: (() => void) | null = null;
  /** By the address as the system gives it; most come again and again. */
  readonly #peers = new Map<string, Peer>();

  constructor(settings: IntakeSettings) {
    super({
      name: settings.hostname,
      banner: 'Usher',
      lmtp: settings.protocol === 'lmtp',
      hideENHANCEDSTATUSCODES: false,
      logger: false,
    });
    this.settings = settings;
  }

  /** The library would make a context of its built-in key here, whose private half everybody knows. */
  override updateSecureContext(): void {
    this.secureContext = new Map();
  }

  prepareTls(): boolean {
    if (this.settings.certificate === null) return false;
    this.secureContext.set('*', this.settings.certificate.context());
    return true;
  }

  /** No proxy stands before us; the library would make up a name for each connection, and wait a turn. */
  override _handleProxy(_socket: Socket, callback: (error: Error | null) => void): void {
    callback(null);
  }

  override connect(socket: Socket | TLSSocket): void {
    const connection = new IntakeConnection(this, socket);
    this.connections.add(connection);
    this.#ours.add(connection);
    socket.once('close', () => this.#ours.delete(connection));
    connection.on('error', (error: Error) => this.settings.log.info({ err: error, client: socket.remoteAddress }, 'connection broke'));
    connection.init();
  }

  peerOf(address: string | undefined): Peer {
    const known = this.#peers.get(address ?? '');
    if (known !== undefined) return known;
    const ip = address ? plainIp(address) : null;
    const peer = Object.freeze({ ip, trusted: this.settings.unixSocket || this.settings.trustedNetworks.has(ip), network: ip === null ? null : clientKey(ip) });
    if (this.#peers.size >= intake.peersRememberedMax) this.#peers.clear();
    this.#peers.set(address ?? '', peer);
    return peer;
  }

  admit(peer: Peer): Reply | null {
    const { connectionsMax, connectionsPerClientMax } = this.settings.limits;
    this.stats.connections++;
    const { network } = peer;
    const refusal = this.connections.size > connectionsMax ? replies.tooManyConnections
      // A server before us speaks for many.
      : !peer.trusted && (this.#perClient.get(network ?? '') ?? 0) >= connectionsPerClientMax ? replies.tooManyOfYours : null;
    if (refusal !== null) {
      this.stats.connectionsRefused++;
      this.settings.log.warn({ client: peer.ip, connections: this.connections.size }, 'connection refused');
    } else if (network !== null) {
      this.#perClient.set(network, (this.#perClient.get(network) ?? 0) + 1);
    }
    return refusal;
  }

  leave(peer: Peer): void {
    const { network } = peer;
    if (network === null) return;
    const left = (this.#perClient.get(network) ?? 1) - 1;
    if (left > 0) this.#perClient.set(network, left);
    else this.#perClient.delete(network);
  }

  began(): void {
    this.#underWay++;
  }

  ended(): void {
    this.#underWay--;
    if (this.#underWay === 0) this.#idle?.();
  }

  /**
   * Stops accepting, tells the idle to come back later, lets what is under way finish.
   * @param graceMs after which the rest is cut off with a 421
   */
  async drain(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const connection of this.#ours) connection.drain();
    let timer: NodeJS.Timeout | undefined;
    const graceOver = new Promise<void>((resolve) => { timer = setTimeout(resolve, graceMs); });
    await Promise.race([closed, graceOver]);
    for (const connection of this.#ours) connection.cut();
    await closed;
    const idle = new Promise<void>((resolve) => { this.#idle = resolve; });
    if (this.#underWay > 0) await Promise.race([idle, graceOver]);
    clearTimeout(timer);
  }
}
