/**
 * The library's connection with our session behind it. The library keeps the socket, TLS and the order of commands;
 * the handlers of mail commands, the parser, the time limits and the texts are replaced here.
 * `test/intake/library.test.ts` fails when a new version of the library changes what this relies on.
 */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import type { Collector } from './collect.ts';
import { IntakeParser, type LineProblem } from './parser.ts';
import { replies, reply, replyLines } from './reply.ts';
import type { IntakeServer } from './server.ts';
import { Session, type Peer } from './session.ts';
import { StageClock } from './stage-clock.ts';

const LINE_REPLIES: Readonly<Record<LineProblem, Reply>> = {
  'bare-line-feed': replies.bareLineFeed,
  'control-characters': replies.controlCharacters,
  'line-too-long': replies.lineTooLong,
};

type Done = () => void;

export class IntakeConnection extends SMTPConnection {
  readonly #server: IntakeServer;
  readonly #peer: Peer;
  readonly #session: Session;
  readonly #clock = new StageClock(() => this.reply(replies.timeout));
  /** Since the last message. */
  #commands = 0;
  #badLines = 0;
  #handling = false;
  #draining = false;
  #admitted = false;

  constructor(server: IntakeServer, socket: Socket | TLSSocket, options: ConstructorParameters<typeof SMTPConnection>[2]) {
    super(server, socket, options);
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
      // Whoever talks before the greeting does not listen to it either; the library answers 421.
      setTimeout(() => this.connectionReady(), intake.greetingWaitMs).unref();
    });
  }

  /** Writes a reply; a 421 closes the connection. */
  reply(given: Reply): void {
    this.#write(replyLines(given, { utf8: this.#session.utf8 }));
    if (given.code === 421) this.close();
  }

  /** What the library itself says goes out through the same table of forms. */
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
    const { limits } = (this._server as IntakeServer).settings;
    return new IntakeParser(
      {
        command: (line) => new Promise((resolve) => this._onCommand(line, resolve)),
        badLine: (problem) => this.#badLine(problem),
        message: (collector) => this.#message(collector),
      },
      limits.commandLineMaxBytes,
    );
  }

  override _onCommand(line: Buffer, callback?: Done): void {
    if (this._ready && !this._upgrading && this.#tooManyCommands()) return;
    this.#clock.pause();
    this.#handling = true;
    super._onCommand(line, () => {
      this.#handling = false;
      if (this.#draining && !this.#session.inTransaction) this.reply(replies.shuttingDown);
      else if (!this.#isCollecting) this.#startCommandStage();
      callback?.();
    });
  }

  override handler_EHLO(line: Buffer, callback: Done): void {
    this.#hello(line, true, callback);
  }

  override handler_HELO(line: Buffer, callback: Done): void {
    this.#hello(line, false, callback);
  }

  override handler_MAIL(line: Buffer, callback: Done): void {
    if (this.#draining) return this.reply(replies.shuttingDown);
    this.#answer(this.#session.mail(line), callback);
  }

  override handler_RCPT(line: Buffer, callback: Done): void {
    this.#answer(this.#session.rcpt(line), callback);
  }

  override handler_DATA(line: Buffer, callback: Done): void {
    const given = line.length > 4 && line.toString('latin1').trim().length > 4 ? replies.noParameters : this.#session.data();
    if ('code' in given) {
      this.reply(given);
    } else if (this._parser instanceof IntakeParser) {
      this._parser.collect(given);
      const { dataTimeoutMs } = this.#server.settings.limits;
      const startedAt = performance.now();
      this.#clock.start(() => startedAt + dataTimeoutMs + (given.receivedBytes / intake.dataRateMinBytesPerSecond) * 1000);
      this.reply(replies.startData);
    }
    callback();
  }

  override handler_RSET(_line: Buffer, callback: Done): void {
    this.#session.reset();
    this.reply(replies.flushed);
    callback();
  }

  override handler_NOOP(_line: Buffer, callback: Done): void {
    this.reply(replies.flushed);
    callback();
  }

  override handler_QUIT(_line: Buffer, callback: Done): void {
    this.reply(replies.bye);
    this.close();
    callback();
  }

  override handler_HELP(_line: Buffer, callback: Done): void {
    this.reply(replies.help);
    callback();
  }

  override handler_VRFY(_line: Buffer, callback: Done): void {
    this.reply(replies.cannotVerify);
    callback();
  }

  /** Found by the library by its name, like the others. */
  handler_EXPN(_line: Buffer, callback: Done): void {
    this.reply(replies.notImplemented);
    callback();
  }

  override handler_XCLIENT(line: Buffer, callback: Done): void {
    const refused = this.#session.xclient(line.toString('utf8'));
    if (refused === null) {
      this.hostNameAppearsAs = false; // EHLO is asked for anew
      this._sendGreeting();
    } else {
      this.reply(refused);
    }
    callback();
  }

  override handler_XFORWARD(line: Buffer, callback: Done): void {
    this.reply(this.#session.xforward(line.toString('utf8')));
    callback();
  }

  override handler_STARTTLS(line: Buffer, callback: Done): void {
    const refused = line.toString('latin1').trim().length > 'STARTTLS'.length ? replies.noParameters : this.secure ? replies.tlsActive : this.#server.prepareTls() ? null : replies.tlsBroken;
    this.reply(refused ?? replies.startTls);
    if (refused !== null) return callback();
    this.upgrade(callback, () => {
      const socket = this._socket as TLSSocket;
      this.#session.secured(`${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`);
      this.#startCommandStage();
    });
    this.#startCommandStage(); // for the handshake
  }

  get #isCollecting(): boolean {
    return this._parser instanceof IntakeParser && this._parser.isCollecting;
  }

  #hello(line: Buffer, extended: boolean, callback: Done): void {
    const answered = this.#session.hello(line.toString('utf8'), extended).then((given) => {
      if (given.code === 250) this.hostNameAppearsAs = 'said'; // the library asks for it before MAIL
      return given;
    });
    this.#answer(answered, callback);
  }

  #answer(asked: Promise<Reply>, callback: Done): void {
    this.#server.track(asked);
    asked.then((given) => this.reply(given), (error: unknown) => {
      this.#server.settings.log.error({ err: error }, 'command could not be handled');
      this.reply(replies.failed);
    }).finally(callback);
  }

  async #message(collector: Collector): Promise<void> {
    this.#clock.pause();
    this.#handling = true;
    this.#server.stats.messages++;
    const asked = this.#session.message(collector);
    this.#server.track(asked);
    const given = await asked;
    this.#handling = false;
    this.#commands = 0;
    for (const each of given) this.reply(each);
    if (collector.isHopeless) return this.cut();
    if (this.#draining) return this.reply(replies.shuttingDown);
    this.#startCommandStage();
  }

  async #badLine(problem: LineProblem): Promise<void> {
    if (this._upgrading) return;
    this.#badLines++;
    if (!this._ready || this.#badLines > 10) return this.reply(replies.tooManyCommands);
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
    // While the handshake runs, the socket is still the one in clear text.
    if (this._upgrading || this._socket.destroyed || !this._socket.writable) return;
    // A client that does not read its replies is waited for no longer than one that does not write.
    if (!this._socket.write(lines)) this.#startCommandStage();
  }
}
