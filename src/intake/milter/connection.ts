/** One MTA's connection: socket, packets, session, the decision, and the time limits. Whatever goes wrong here ends this connection alone. */
import type { Socket } from 'node:net';
import type { Transaction } from '../../message/envelope.ts';
import { milter } from '../../message/limits.ts';
import type { Onward, Outcome, Reply } from '../../pipeline.ts';
import type { Log } from '../../platform/log.ts';
import { passedOn, replies as ours, replyForAll } from '../reply.ts';
import { StageClock } from '../stage-clock.ts';
import { deliverReplies, replyCode } from './answer.ts';
import { lacking } from './negotiation.ts';
import { MilterOnward } from './onward.ts';
import { MilterSession, type MilterMessage, type SessionSettings, type Step } from './session.ts';
import { encodeReplies, FrameReader, parseCommand, type Fault, type FilterReply, type Frame } from './wire.ts';

/** Everything behind this door. */
export interface MilterGateway {
  /** What we deliver ourselves goes into folders of ours, not to the MTA. */
  readonly ownMailboxes: boolean;
  /** Decides and acts. One reply per recipient. When it throws, the answer is a 451. */
  handle(transaction: Transaction, onward: Onward): Promise<Outcome>;
}

export interface ConnectionSettings extends SessionSettings {
  readonly gateway: MilterGateway;
  readonly times: MilterTimes;
  readonly observer: MilterObserver;
  readonly log: Log;
  /** Says a thing once, however often it comes up. */
  readonly warnOnce: (sentence: string) => void;
}

/** What became of a message, as its MTA was told; `unanswered`: no answer could be given. */
export type MilterVerdict = 'delivered' | 'discarded' | 'refused' | 'put-off' | 'unanswered';

/** Why a connection was closed by us. */
export type MilterError = 'malformed' | 'too-large' | 'out-of-turn' | 'truncated' | 'timeout';

/** Who counts and measures. */
export interface MilterObserver {
  connectionOpened(): void;
  connectionClosed(): void;
  /** @param ms from the end of the message to the last byte of its answer */
  messageAnswered(verdict: MilterVerdict, ms: number): void;
  protocolError(kind: MilterError): void;
}

export interface MilterTimes {
  readonly packetTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly negotiationTimeoutMs: number;
  readonly progressMs: number;
}

export class MilterConnection {
  readonly #socket: Socket;
  readonly #settings: ConnectionSettings;
  readonly #session: MilterSession;
  readonly #reader: FrameReader;
  readonly #clock = new StageClock(() => this.#fail('took too long', 'timeout'));
  readonly #peer: string;
  #deciding: Promise<void> | null = null;
  #negotiated = false;
  #draining = false;
  #closed = false;

  constructor(socket: Socket, settings: ConnectionSettings) {
    this.#socket = socket;
    this.#settings = settings;
    this.#session = new MilterSession(settings);
    this.#reader = new FrameReader({ dataMaxBytes: (code) => this.#session.dataMaxBytes(code) });
    this.#peer = socket.remoteAddress === undefined ? 'unix socket' : `${socket.remoteAddress}:${socket.remotePort}`;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#received(chunk));
    socket.on('drain', () => this.#proceed());
    socket.on('error', (error) => this.#fail(error.message));
    socket.on('close', () => this.#close());
    socket.on('end', () => { if (this.#reader.pendingBytes > 0) this.#fail('ended within a packet', 'truncated'); else this.#end(); });
    this.#startClock();
  }

  /** The end of the service: at once when no message is on its way, else behind it. */
  drain(): void {
    this.#draining = true;
    this.#endIfDrained();
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** Settles when the decision under way has ended; it goes on when the MTA is gone. */
  async settled(): Promise<void> {
    await this.#deciding;
  }

  #received(chunk: Buffer): void {
    this.#reader.push(chunk);
    // An MTA that waits for its answer says nothing, so that stopping to read for every message would be in vain.
    if (this.#deciding === null) this.#proceed();
    else if (this.#reader.pendingBytes > milter.unaskedMaxBytes) this.#socket.pause();
  }

  /** Works off what came in, as far as it is our turn. */
  #proceed(): void {
    while (!this.#closed && this.#deciding === null && !this.#socket.writableNeedDrain) {
      const frame = this.#reader.next();
      if (frame === null) break;
      if ('fault' in frame) return this.#refuse(frame);
      this.#take(frame);
    }
    this.#listen();
  }

  /** Little is read while a decision is made, and nothing while replies are not taken: what waits stays with the MTA. */
  #listen(): void {
    if (this.#closed) return;
    if (this.#deciding !== null) return this.#clock.pause();
    if (this.#socket.writableNeedDrain) this.#socket.pause();
    else this.#socket.resume();
    this.#endIfDrained();
    if (!this.#closed) this.#startClock();
  }

  #take(frame: Frame): void {
    const command = parseCommand(frame);
    if (command.type === 'fault') return this.#refuse(command);
    const step: Step = this.#session.receive(command);
    switch (step.type) {
      case 'violation': return this.#fail(step.what, 'out-of-turn');
      case 'end': return this.#end();
      case 'message': this.#deciding = this.#decide(step.message); return;
      case 'agreed':
        this.#negotiated = true;
        for (const sentence of lacking(step.agreement)) this.#settings.warnOnce(`The MTA does not offer what is needed: ${sentence}.`);
        if (this.#settings.gateway.ownMailboxes) this.#settings.warnOnce('deliver-to is a folder: what is released goes there, not to the mail server that asks this milter.');
        break;
      default:
    }
    this.#write(step.replies);
  }

  async #decide(message: MilterMessage): Promise<void> {
    const begun = performance.now();
    const progress = setInterval(() => this.#write([{ type: 'progress' }]), this.#settings.times.progressMs);
    let verdict: MilterVerdict = 'unanswered';
    try {
      const answer = await this.#answerTo(message);
      this.#write(answer);
      verdict = verdictOf(answer.at(-1));
    } catch (error) {
      // What was held stays held; the MTA keeps the message and its sender tries again.
      this.#settings.log.error({ id: message.transaction.envelope.id, err: error }, 'could not be answered');
      this.#fail('no answer could be given');
    }
    clearInterval(progress);
    this.#settings.observer.messageAnswered(verdict, performance.now() - begun);
    this.#session.messageDone();
    this.#deciding = null;
    this.#proceed();
  }

  async #answerTo(message: MilterMessage): Promise<readonly FilterReply[]> {
    const { transaction: { envelope, bytes }, recipientWords, fields, agreement, refused } = message;
    const utf8 = envelope.parameters.some((each) => each.toUpperCase() === 'SMTPUTF8');
    if (refused !== null) {
      this.#settings.log.info({ id: envelope.id, queueId: envelope.queueId, from: envelope.sender.key, to: envelope.recipients.map(({ address }) => address.key), reason: refused.reason, bytes: message.sizeBytes }, 'refused');
      return [replyCode(refused.reply, utf8)];
    }
    const onward = new MilterOnward({ recipients: envelope.recipients.length, mayDeleteRecipients: agreement.mayDeleteRecipients, oneTextForAll: this.#settings.gateway.ownMailboxes });
    const reply = await this.#replyOf(message.transaction, onward);
    if (reply.code >= 400) return [replyCode(reply, utf8)];
    if (onward.compromised) this.#settings.log.warn({ id: envelope.id }, 'some recipients get the message unmarked, because deliver-to does not lead to the mail server');
    return deliverReplies({ bytes, fields, recipientWords, agreement, group: onward.group });
  }

  async #replyOf(transaction: Transaction, onward: MilterOnward): Promise<Reply> {
    const { id, recipients } = transaction.envelope;
    try {
      const { replies } = await this.#settings.gateway.handle(transaction, onward);
      if (replies.length !== recipients.length) throw new Error(`${replies.length} replies for ${recipients.length} recipients`);
      return passedOn(replyForAll(replies));
    } catch (error) {
      this.#settings.log.error({ id, err: error }, 'could not be handled');
      return ours.failed;
    }
  }

  #write(replies: readonly FilterReply[]): void {
    if (this.#closed || replies.length === 0 || !this.#socket.writable) return;
    this.#socket.write(encodeReplies(replies));
  }

  #startClock(): void {
    const { packetTimeoutMs, idleTimeoutMs, negotiationTimeoutMs } = this.#settings.times;
    const dueAt = performance.now() + (this.#reader.pendingBytes > 0 ? packetTimeoutMs : this.#negotiated ? idleTimeoutMs : negotiationTimeoutMs);
    this.#clock.start(() => dueAt);
  }

  #endIfDrained(): void {
    if (this.#draining && this.#deciding === null && !this.#session.inMessage) this.#end();
  }

  #refuse({ fault, code }: Fault): void {
    this.#fail(`${fault} packet ${JSON.stringify(code)}`, fault === 'too-large' ? 'too-large' : 'malformed');
  }

  /** One line, and the connection is over. @param error left out: not the MTA's fault, or the network's */
  #fail(what: string, error?: MilterError): void {
    if (this.#closed) return;
    if (error !== undefined) this.#settings.observer.protocolError(error);
    this.#settings.log.warn({ peer: this.#peer, what }, 'milter connection closed');
    this.#socket.destroy();
    this.#close();
  }

  #end(): void {
    this.#socket.end();
    this.#socket.destroySoon();
    this.#close();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#clock.dispose();
    // The decision looks at the message still.
    if (this.#deciding === null) this.#session.close();
  }
}

/** @param last of the packets that answer for a message */
function verdictOf(last: FilterReply | undefined): MilterVerdict {
  if (last?.type === 'replyCode') return last.text.startsWith('5') ? 'refused' : 'put-off';
  return last?.type === 'discard' ? 'discarded' : 'delivered';
}
