/**
 * One connection to the next hop: commands out, replies in, in order. A connection fails once and for all:
 * closed, timed out, or answering what is no reply or was not asked for. What fails is a value, `failure`.
 */
import net from 'node:net';
import type { ListenAddress } from '../config-values.ts';
import { nextHop } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import { atEndOfTurn } from '../platform/end-of-turn.ts';
import { dotStuffed } from './dot-stuff.ts';
import { capabilitiesOf, noCapabilities, type RelayCapabilities } from './relay-capabilities.ts';
import type { RelayTls } from './relay-tls.ts';
import { ReplyParser } from './reply-parser.ts';

export interface RelayTarget {
  readonly protocol: 'smtp' | 'lmtp';
  readonly address: ListenAddress;
  /** Our name in EHLO and LHLO. */
  readonly hostname: string;
  /** For most stages; the others in proportion, see stageFactors. */
  readonly timeoutMs: number;
  /** Left out: all in the clear, as beside each other on one machine. */
  readonly tls?: RelayTls;
}

/** RFC 5321 section 4.5.3.2 in multiples of five minutes: DATA two, a block three, the final dot ten minutes. TCP and TLS: half a minute. */
const stageFactors = Object.freeze({ connect: 0.1, handshake: 0.1, command: 1, data: 0.4, block: 0.6, dot: 2 });
export type Stage = keyof typeof stageFactors;

const tryAgain = (enhanced: string, text: string): Reply => Object.freeze({ code: 451, enhanced, text });
export const UNREACHABLE = tryAgain('4.4.1', 'The mail server behind this one cannot be reached at the moment. Please try again later.');
const LOST = tryAgain('4.4.2', 'The connection to the mail server behind this one was lost. Please try again later.');
const TOO_SLOW = tryAgain('4.4.2', 'The mail server behind this one took too long to answer. Please try again later.');
const NOT_UNDERSTOOD = tryAgain('4.4.2', 'The mail server behind this one gave an answer that makes no sense. Please try again later.');
const UNPROTECTED = tryAgain('4.7.5', 'The mail server behind this one cannot be reached over a protected connection at the moment. Please try again later.');

/** Most replies are shorter; what is longer comes in pieces. */
const READ_BYTES = 4096;

type Waiting = { readonly resolve: (reply: Reply | null) => void; readonly stage: Stage };

export class RelayConnection {
  readonly openedAt = performance.now();
  /** Since when nobody uses it; for the pool. */
  idleSince = 0;
  /** A transaction was begun that nobody ended: RSET must come before the next MAIL. */
  needsReset = false;
  capabilities: RelayCapabilities = noCapabilities;
  #socket: net.Socket;
  readonly #target: RelayTarget;
  #parser = new ReplyParser();
  readonly #waiting: Waiting[] = [];
  #writing: (() => void) | null = null;
  /** Goes out at the end of this turn. */
  #unwritten: (string | Buffer)[] = [];
  /** Of those that wait, the last so many wait for an answer to what is not written yet: nothing that comes now can be it. */
  #unasked = 0;
  #failure: Reply | null = null;
  #deadline = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = 0;
  #refusals = 0;
  #connected = false;
  /** STARTTLS was sent, and no EHLO behind it answered yet. */
  #securing = false;

  private constructor(target: RelayTarget) {
    const { address } = target;
    const where = 'path' in address ? { path: address.path } : { host: address.host, port: address.port, noDelay: true };
    // Replies come into one small buffer that is used again: the stream's own way takes 64 KiB of memory for each.
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
    const socket = net.connect({ ...where, onread: { buffer, callback: (bytes) => { if (this.#socket === socket) this.#read(buffer.subarray(0, bytes)); return true; } } });
    this.#socket = socket;
    this.#target = target;
    socket.on('connect', () => {
      this.#connected = true;
      this.#watch('command');
    });
    socket.on('error', () => { if (this.#socket === socket) this.#fail(this.#connected ? LOST : UNREACHABLE); });
    this.#listen(socket);
  }

  /** Connects and greets. @returns the connection, or why there is none: 451 4.4.1, 4.4.2 or 4.7.5, or the next hop's own 4xx or 5xx */
  static async open(target: RelayTarget): Promise<RelayConnection | Reply> {
    const tls = target.tls?.wanted === true ? target.tls : null;
    const first = await RelayConnection.#openWith(target, tls);
    if (first.refusal === null) return first.connection;
    if (tls === null || !first.connection.#securing) return first.refusal;
    if (first.refusal !== UNPROTECTED) tls.failed(first.refusal.text);
    // TLS that was only tried must not be what mail fails at (RFC 7435 section 3).
    if (tls.required) return first.refusal;
    const second = await RelayConnection.#openWith(target, null);
    return second.refusal ?? second.connection;
  }

  static async #openWith(target: RelayTarget, tls: RelayTls | null): Promise<{ readonly connection: RelayConnection; readonly refusal: Reply | null }> {
    const connection = new RelayConnection(target);
    const refusal = await connection.#greet() ?? (tls === null ? null : await connection.#protect(tls));
    if (refusal !== null) connection.destroy();
    return { connection, refusal };
  }

  /** Once TLS is on top of it, a socket has nothing more to say itself. */
  #listen(socket: net.Socket): void {
    const lost = (): void => { if (this.#socket === socket) this.#fail(LOST); };
    socket.on('drain', () => this.#drained());
    socket.on('end', lost);
    socket.on('close', lost);
  }

  /** Why it is of no more use; null while it works. */
  get failure(): Reply | null {
    return this.#failure;
  }

  /** It failed by being closed: not by silence or nonsense, which a new connection would only repeat. */
  get lost(): boolean {
    return this.#failure !== null && this.#failure !== TOO_SLOW && this.#failure !== NOT_UNDERSTOOD;
  }

  /** Replies are still to come, or content is being written. */
  get busy(): boolean {
    return this.#waiting.length > 0 || this.#writing !== null;
  }

  /** MTAs slow down or cut off clients that many commands of are refused, so such a connection is used up. */
  get worn(): boolean {
    return this.#refusals >= nextHop.refusalsMax;
  }

  /** Commands in one write; each is to be followed by an `expect`. @param commands lines with CRLF */
  write(commands: string): void {
    if (this.#failure === null) this.#writeSoon(commands);
  }

  /** The reply to the next command that has none yet; null when the connection fails first, see `failure`. */
  expect(stage: Stage): Promise<Reply | null> {
    if (this.#failure !== null) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#waiting.push({ resolve, stage });
      if (this.#unwritten.length > 0) this.#unasked++;
      if (this.#waiting.length === 1) this.#watch(stage);
    });
  }

  /** One command, one reply. @param command without CRLF */
  exchange(command: string, stage: Stage): Promise<Reply | null> {
    this.write(`${command}\r\n`);
    return this.expect(stage);
  }

  /**
   * The content of a message and the final dot, as fast as the next hop takes it. The caller must then expect the
   * replies. @returns false when the connection failed: the next hop has not seen the end of the message
   */
  writeContent(slices: readonly Buffer[]): boolean | Promise<boolean> {
    let bytes = 0;
    for (const slice of slices) bytes += slice.length;
    if (bytes > nextHop.gatherMaxBytes) return this.#writeLarge(slices);
    if (this.#failure !== null) return false;
    for (const piece of dotStuffed(slices, nextHop.gatherMaxBytes, nextHop.writePieceBytes)) this.#writeSoon(piece);
    return true;
  }

  async #writeLarge(slices: readonly Buffer[]): Promise<boolean> {
    for (const piece of dotStuffed(slices, nextHop.gatherMaxBytes, nextHop.writePieceBytes)) {
      if (this.#failure !== null) return false;
      if (piece.length <= nextHop.gatherMaxBytes) {
        this.#writeSoon(piece);
        continue;
      }
      this.#flush();
      if (this.#socket.write(piece)) continue;
      this.#watch('block');
      await new Promise<void>((resolve) => { this.#writing = resolve; });
    }
    return this.#failure === null;
  }

  /** Counts what the next hop counts: refusals since the last message it took. A 421 is its goodbye (RFC 5321 section 3.8). */
  count(reply: Reply): void {
    if (reply.code === 421) this.#refusals = nextHop.refusalsMax;
    else if (reply.code >= 400) this.#refusals++;
  }

  delivered(): void {
    this.#refusals = 0;
  }

  /** QUIT, and no longer than a moment's patience for the reply. */
  async quit(): Promise<void> {
    if (this.#failure === null && !this.busy) {
      const patience = setTimeout(() => this.destroy(), nextHop.quitTimeoutMs);
      await this.exchange('QUIT', 'command');
      clearTimeout(patience);
    }
    this.destroy();
  }

  destroy(): void {
    this.#fail(LOST);
  }

  /** Ends it for an answer that has no meaning where it came. */
  misunderstood(): void {
    this.#fail(NOT_UNDERSTOOD);
  }

  /** @returns why it cannot be used; null: it can */
  async #greet(): Promise<Reply | null> {
    const banner = await this.expect('connect');
    if (banner === null) return this.#failure;
    if (banner.code !== 220) return banner.code >= 400 ? banner : NOT_UNDERSTOOD;
    return await this.#hello();
  }

  async #hello(): Promise<Reply | null> {
    const { protocol, hostname } = this.#target;
    const ehlo = await this.exchange(`${protocol === 'lmtp' ? 'LHLO' : 'EHLO'} ${hostname}`, 'command');
    if (ehlo === null) return this.#failure;
    if (ehlo.code === 250) {
      this.capabilities = capabilitiesOf(ehlo);
      return null;
    }
    if (protocol === 'lmtp' || ehlo.code < 500) return ehlo.code >= 400 ? ehlo : NOT_UNDERSTOOD;
    const helo = await this.exchange(`HELO ${hostname}`, 'command');
    if (helo === null) return this.#failure;
    return helo.code === 250 ? null : helo.code >= 400 ? helo : NOT_UNDERSTOOD;
  }

  /** STARTTLS where it is offered, and EHLO once more. @returns why it cannot be used; null: it can, encrypted or as it is */
  async #protect(tls: RelayTls): Promise<Reply | null> {
    if (!this.capabilities.startTls) return tls.required ? this.#unprotected(tls, 'STARTTLS is not offered') : null;
    this.#securing = true;
    const answer = await this.exchange('STARTTLS', 'handshake');
    if (answer === null) return this.#failure;
    if (answer.code !== 220) {
      const problem = `STARTTLS: ${answer.code} ${answer.text}`;
      if (tls.required || answer.code === 421) return this.#unprotected(tls, problem);
      this.#securing = false;
      tls.failed(problem);
      return null;
    }
    // Behind the 220 nothing may stand: it came unprotected, from whomever, and would be read as said under protection (CVE-2011-0411).
    if (this.#failure !== null || !this.#parser.idle) return this.#unprotected(tls, 'more was sent behind the answer to STARTTLS');
    const problem = await this.#handshake(tls);
    if (problem !== null) return this.#unprotected(tls, this.#failure === TOO_SLOW ? 'the handshake took too long' : problem);
    // What the next hop offered before may have been anybody's words (RFC 3207 section 4.2).
    this.capabilities = noCapabilities;
    const refusal = await this.#hello();
    if (refusal !== null) return refusal;
    this.#securing = false;
    tls.works();
    return null;
  }

  /** @returns what went wrong; null: all that is written and read from now on is encrypted */
  async #handshake(tls: RelayTls): Promise<string | null> {
    let problem = 'the connection was closed during the handshake';
    const secured = tls.over(this.#socket);
    this.#socket = secured;
    this.#parser = new ReplyParser();
    secured.on('error', (error: NodeJS.ErrnoException) => {
      problem = error.code ?? error.message;
      this.#fail(LOST);
    });
    secured.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#listen(secured);
    this.#watch('handshake');
    await new Promise<void>((resolve) => {
      this.#writing = resolve;
      secured.once('secureConnect', () => this.#drained());
    });
    return this.#failure === null ? null : problem;
  }

  #unprotected(tls: RelayTls, problem: string): Reply {
    tls.failed(problem);
    this.#fail(UNPROTECTED);
    return UNPROTECTED;
  }

  /** @param chunk only good until this returns */
  #read(chunk: Buffer): void {
    if (this.#failure !== null) return;
    const replies = this.#parser.push(chunk);
    if (replies === null) return this.#fail(NOT_UNDERSTOOD);
    for (const reply of replies) {
      const waiting = this.#waiting.length > this.#unasked ? this.#waiting.shift() : undefined;
      // Not asked for: a farewell (421), or a message refused before its end, is a true answer. A success is not:
      // taken for the answer to a final dot that was not sent yet it would lose a message.
      if (waiting === undefined) return this.#fail(reply.code >= 400 ? { ...reply, code: reply.code === 421 ? 451 : reply.code } : NOT_UNDERSTOOD);
      waiting.resolve(reply);
    }
    const next = this.#waiting[0];
    if (next !== undefined) this.#watch(next.stage);
    else this.#deadline = Number.POSITIVE_INFINITY;
  }

  #writeSoon(piece: string | Buffer): void {
    if (this.#unwritten.length === 0) atEndOfTurn(() => this.#flush());
    this.#unwritten.push(piece);
  }

  #flush(): void {
    const pieces = this.#unwritten;
    this.#unwritten = [];
    this.#unasked = 0;
    if (this.#failure !== null) return;
    if (pieces.length > 1) this.#socket.cork();
    for (const piece of pieces) this.#socket.write(piece);
    if (pieces.length > 1) this.#socket.uncork();
  }

  #drained(): void {
    const resume = this.#writing;
    this.#writing = null;
    this.#deadline = Number.POSITIVE_INFINITY;
    resume?.();
  }

  #fail(failure: Reply): void {
    if (this.#failure !== null) return;
    this.#failure = failure;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#socket.destroy();
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(null);
    this.#drained();
  }

  /** A timer is set for the nearest deadline only and looks again when it fires: one in minutes, not one a command. */
  #watch(stage: Stage): void {
    const now = performance.now();
    this.#deadline = now + this.#target.timeoutMs * stageFactors[stage];
    if (this.#timer !== null && this.#timerAt <= this.#deadline) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#arm(this.#deadline - now);
  }

  #arm(ms: number): void {
    this.#timerAt = performance.now() + ms;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const left = this.#deadline - performance.now();
      if (left <= 0) this.#fail(this.#connected ? TOO_SLOW : UNREACHABLE);
      else if (left !== Number.POSITIVE_INFINITY) this.#arm(left);
    }, ms);
  }
}
