/**
 * The library's connection with our session behind it. The library keeps the socket and TLS; commands and their order,
 * the parser, the time limits and the texts are ours.
 * `test/intake/library.test.ts` fails when a new version of the library changes what this relies on.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import { atEndOfTurn } from '../platform/end-of-turn.ts';
import type { Collector } from './collect.ts';
import type { Listener } from './listener.ts';
import { IntakeParser, type LineProblem } from './parser.ts';
import { notInLmtp, replies, reply, replyLines } from './reply.ts';
import { Session, type Peer } from './session.ts';
import { StageClock } from './stage-clock.ts';

const LINE_REPLIES: Readonly<Record<LineProblem, Reply>> = {
  'bare-line-feed': replies.bareLineFeed,
  'control-characters': replies.controlCharacters,
  'line-too-long': replies.lineTooLong,
};

/** null: the command has said what there is to say. */
type Answer = Reply | null | Promise<Reply | null>;
type Handler = (connection: IntakeConnection, line: Buffer) => Answer;

/** A web page that makes a browser speak to us is not listened to any further. */
const HTTP = /^(?:OPTIONS|GET|HEAD|POST|PUT|DELETE|TRACE|CONNECT) \/.* HTTP\/\d\.\d$/i;
const SPACE = 0x20;

export class IntakeConnection extends SMTPConnection {
  readonly #server: Listener;
  readonly #peer: Peer;
  readonly #session: Session;
  readonly #clock = new StageClock(() => this.reply(replies.timeout));
  /** Since the last message. */
  #commands = 0;
  #badLines = 0;
  #unknownCommands = 0;
  /** Said HELO, EHLO or LHLO. */
  #greeted = false;
  #handling = false;
  #draining = false;
  #admitted = false;
  /** Replies that go out together at the end of this turn. */
  #unwritten = '';

  constructor(server: Listener, socket: Socket | TLSSocket) {
    // Of the library's own facts nothing is used; given here, it need not ask the system for them at every connection.
    super(server, socket, { id: '-', localAddress: '0.0.0.0', localPort: 1 });
    this.#server = server;
    this.#peer = server.peerOf(socket.remoteAddress);
    this.#session = new Session(server.settings, this.#peer);
  }

  /** In place of the library's: limits of our own, and no wait before the greeting for trusted networks. */
  override init(): void {
    this._setListeners(() => {
      const refusal = this.#server.admit(this.#peer);
      if (refusal !== null) return this.reply(refusal);
      this.#admitted = true;
      this.#startCommandStage();
      if (this.#peer.trusted) return this.connectionReady();
      // Whoever talks before the greeting does not listen to it either, see #dispatch.
      setTimeout(() => this.connectionReady(), intake.greetingWaitMs).unref();
    });
  }

  /** In place of the library's: bytes are handed over without a pipe, whose listeners cost as much as a command. Behind STARTTLS the library pipes. */
  override _setListeners(callback: () => void): void {
    const socket = this._socket;
    const parser = this._parser as IntakeParser;
    socket.on('close', (hadError) => this._onCloseEvent(hadError));
    socket.on('error', (error) => this._onError(error));
    socket.on('data', (chunk: Buffer) => {
      if (parser.isClosed || parser.destroyed || parser.take(chunk)) return;
      socket.pause();
      parser.once('drain', () => { if (!parser.isClosed) socket.resume(); });
    });
    callback();
  }

  /** In place of the library's, which looks names up and keeps a session of its own. */
  override connectionReady(): void {
    if (this._closing || this._closed) return;
    this._ready = true;
    this._sendGreeting();
  }

  /** Writes a reply; a 421 closes the connection. */
  reply(given: Reply): void {
    this.#write(replyLines(given, { utf8: this.#session.utf8 }));
    if (given.code === 421) this.close();
  }

  /** What the library itself says (greeting, trouble with TLS) goes out through the same table of forms. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    const text = Array.isArray(data) ? data.join('\n') : (data ?? '');
    const enhanced = code === 421 ? '4.7.0' : code === 220 ? '' : this._getEnhancedStatusCode(code, context);
    this.reply(reply(code, enhanced === '' ? null : enhanced, text.replace(/^Error: (.)/, (_, first: string) => first.toUpperCase())));
  }

  /** At the end of the service: at once when idle, else behind the message under way. */
  drain(): void {
    this.#draining = true;
    if (!this.#handling && !this.#session.inTransaction) this.reply(replies.shuttingDown);
  }

  /** The time for finishing is over. */
  cut(): void {
    this.reply(replies.shuttingDown);
    this._socket.destroySoon();
  }

  override close(): void {
    this.#flush();
    super.close();
    this.#clock.dispose();
    this.#session.close();
  }

  override _onClose(): void {
    super._onClose();
    this.#clock.dispose();
    this.#session.close();
    if (this.#admitted) this.#server.leave(this.#peer);
    this.#admitted = false;
  }

  /** The library's limit is one on idleness, which any byte prolongs; ours is one on each stage. */
  override _armTimeout(): void {}

  override _createParser(): IntakeParser {
    // Called by the library's constructor, before fields of ours exist; the handlers run later.
    const { limits } = (this._server as Listener).settings;
    const parser = new IntakeParser(
      {
        command: (line) => this.#command(line),
        badLine: (problem) => this.#badLine(problem),
        message: (collector) => this.#message(collector),
      },
      limits.commandLineMaxBytes,
    );
    // An error of ours in one conversation must not end all others.
    parser.on('error', (error) => {
      this.#server.settings.log.error({ err: error }, 'conversation broke off');
      this.reply(replies.broken);
    });
    return parser;
  }

  /** @returns when the next command may be looked at, if not at once */
  #command(line: Buffer): Promise<void> | undefined {
    // What was sent in clear text behind STARTTLS must not count (RFC 3207 section 4.2).
    if (this._upgrading || (this._ready && this.#tooManyCommands())) return undefined;
    this.#clock.pause();
    this.#handling = true;
    const answer = this.#dispatch(line);
    return answer instanceof Promise ? this.#answered(answer) : this.#handled(answer);
  }

  async #answered(answer: Promise<Reply | null>): Promise<void> {
    this.#server.began();
    let given: Reply | null = replies.failed;
    try {
      given = await answer;
    } catch (error) {
      this.#server.settings.log.error({ err: error }, 'command could not be handled');
    }
    this.#server.ended();
    await this.#handled(given);
  }

  #handled(answer: Reply | null): Promise<void> | undefined {
    if (answer !== null) this.reply(answer);
    this.#handling = false;
    if (this.#draining && !this.#session.inTransaction) this.reply(replies.shuttingDown);
    else if (!this.#isCollecting) this.#startCommandStage();
    const socket = this._socket;
    if (!socket.writableNeedDrain || socket.destroyed) return undefined;
    // A client that sends commands and never reads the replies must not fill our memory with them.
    return new Promise((resolve) => socket.once('drain', resolve));
  }

  #dispatch(line: Buffer): Answer {
    if (!this._ready) return replies.talksTooSoon;
    const space = line.indexOf(SPACE);
    const verb = line.toString('latin1', 0, space < 0 ? line.length : space).toUpperCase();
    const isLmtp = this.#server.settings.protocol === 'lmtp';
    if (isLmtp && (verb === 'HELO' || verb === 'EHLO')) return notInLmtp(verb);
    const handler = isLmtp || verb !== 'LHLO' ? IntakeConnection.#handlers.get(verb) : undefined;
    if (handler === undefined || (verb === 'STARTTLS' && this.#server.settings.certificate === null)) {
      if (HTTP.test(line.toString('latin1'))) return replies.http;
      return ++this.#unknownCommands >= intake.unknownCommandsMax ? replies.tooManyUnknown : replies.unknownCommand;
    }
    if (!this.#greeted && (verb === 'MAIL' || verb === 'RCPT' || verb === 'DATA')) return isLmtp ? replies.needLhlo : replies.needHello;
    return handler(this, line);
  }

  static readonly #handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
    ['HELO', (connection, line) => connection.#hello(line, false)],
    ['EHLO', (connection, line) => connection.#hello(line, true)],
    ['LHLO', (connection, line) => connection.#hello(line, true)],
    ['MAIL', (connection, line) => (connection.#draining ? replies.shuttingDown : connection.#session.mail(line))],
    ['RCPT', (connection, line) => connection.#session.rcpt(line)],
    ['DATA', (connection, line) => connection.#data(line)],
    ['RSET', (connection) => connection.#reset()],
    ['NOOP', () => replies.flushed],
    ['QUIT', (connection) => connection.#quit()],
    ['HELP', () => replies.help],
    ['VRFY', () => replies.cannotVerify],
    ['EXPN', () => replies.notImplemented],
    ['XCLIENT', (connection, line) => connection.#xclient(line)],
    ['XFORWARD', (connection, line) => connection.#session.xforward(line.toString('utf8'))],
    ['STARTTLS', (connection, line) => connection.#startTls(line)],
  ]);

  async #hello(line: Buffer, extended: boolean): Promise<Reply> {
    const given = await this.#session.hello(line.toString('utf8'), extended);
    if (given.code === 250) this.#greeted = true;
    return given;
  }

  #data(line: Buffer): Reply {
    const given = line.length > 4 && line.toString('latin1').trim().length > 4 ? replies.noParameters : this.#session.data();
    if ('code' in given) return given;
    if (this._parser instanceof IntakeParser) this._parser.collect(given);
    const { dataTimeoutMs } = this.#server.settings.limits;
    const startedAt = performance.now();
    this.#clock.start(() => startedAt + dataTimeoutMs + (given.receivedBytes / intake.dataRateMinBytesPerSecond) * 1000);
    return replies.startData;
  }

  #reset(): Reply {
    this.#session.reset();
    return replies.flushed;
  }

  #quit(): null {
    this.reply(replies.bye);
    this.#flush();
    // The goodbye is on its way: the system closes behind it by itself. TLS has a goodbye of its own.
    if (!this.secure && this._socket.writableLength === 0) this._socket.destroy();
    this.close();
    return null;
  }

  #xclient(line: Buffer): Reply | null {
    const refused = this.#session.xclient(line.toString('utf8'));
    if (refused !== null) return refused;
    this.#greeted = false; // EHLO is asked for anew
    this._sendGreeting();
    return null;
  }

  #startTls(line: Buffer): Answer {
    const refused = line.toString('latin1').trim().length > 'STARTTLS'.length ? replies.noParameters : this.secure ? replies.tlsActive : this.#server.prepareTls() ? null : replies.tlsBroken;
    if (refused !== null) return refused;
    this.reply(replies.startTls);
    this.#flush();
    this._socket.pause(); // From here on the handshake has it.
    return new Promise((resolve) => {
      this.upgrade(() => resolve(null), () => {
        const socket = this._socket as TLSSocket;
        this.#greeted = false;
        this.#session.secured(`${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`);
        this.#startCommandStage();
      });
      this.#startCommandStage(); // for the handshake
    });
  }

  get #isCollecting(): boolean {
    return this._parser instanceof IntakeParser && this._parser.isCollecting;
  }

  async #message(collector: Collector): Promise<void> {
    this.#clock.pause();
    this.#handling = true;
    this.#server.stats.messages++;
    this.#server.began();
    let given: readonly Reply[];
    try {
      given = await this.#session.message(collector);
    } finally {
      this.#server.ended();
    }
    this.#handling = false;
    this.#commands = 0;
    for (const each of given) this.reply(each);
    if (collector.isHopeless) return this.cut();
    if (this.#draining) return this.reply(replies.shuttingDown);
    this.#startCommandStage();
  }

  #badLine(problem: LineProblem): void {
    if (this._upgrading) return;
    this.#badLines++;
    if (!this._ready || this.#badLines > intake.badLinesMax) return this.reply(replies.tooManyCommands);
    if (!this.#tooManyCommands()) this.reply(LINE_REPLIES[problem]);
    this.#startCommandStage();
  }

  #tooManyCommands(): boolean {
    if (++this.#commands <= this.#server.settings.limits.commandsMax) return false;
    this.reply(replies.tooManyCommands);
    return true;
  }

  #startCommandStage(): void {
    if (this._closing || this._closed) return;
    const dueAt = performance.now() + this.#server.settings.limits.commandTimeoutMs;
    this.#clock.start(() => dueAt);
  }

  #write(lines: string): void {
    if (this.#unwritten === '') atEndOfTurn(() => this.#flush());
    this.#unwritten += lines;
    if (this.#unwritten.length > intake.unwrittenMaxChars) this.#flush();
  }

  #flush(): void {
    const lines = this.#unwritten;
    this.#unwritten = '';
    // While the handshake runs, the socket is still the one in clear text.
    if (lines === '' || this._upgrading || this._socket.destroyed || !this._socket.writable) return;
    // A client that does not read its replies is waited for no longer than one that does not write.
    if (!this._socket.write(lines)) this.#startCommandStage();
  }
}
