/**
 * The state of one conversation, apart from the connection it runs over: commands in, replies out.
 * Order of commands: RFC 5321 section 4.1.4.
 */
import { isUtf8 } from 'node:buffer';
import { intake } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import { keywords, offeredBy } from './capabilities.ts';
import type { Collector } from './collect.ts';
import { parseAddressCommand, readMailParameters, unofferedParameter, type AddressCommand, type Parsed } from './commands.ts';
import { clientOfConnection, type ConnectionFacts } from './direction.ts';
import { NextHopUnavailable, type Capabilities, type NextHopSession } from './door.ts';
import { parseForward, type ForwardAttributes } from './forward.ts';
import { notOffered, passedOn, replies, reply, replyForAll } from './reply.ts';
import type { IntakeSettings } from './settings.ts';
import { MailTransaction } from './transaction.ts';

export interface Peer {
  /** null: a unix socket. */
  readonly ip: string | null;
  /** In `trusted-networks`, or over a unix socket, whose file's permissions say who may use it. */
  readonly trusted: boolean;
  /** What counts as one client, see clientKey; null: a unix socket. */
  readonly network: string | null;
}

export class Session {
  readonly #settings: IntakeSettings;
  readonly #peer: Peer;
  #offered: Capabilities;
  #helo = '';
  #tls: string | null = null;
  #xclient: ForwardAttributes = {};
  #xforward: ForwardAttributes = {};
  #transaction: MailTransaction | null = null;
  #utf8 = false;
  #closed = false;
  /** Rcpt or message: the transaction is in use. */
  #asking = false;

  constructor(settings: IntakeSettings, peer: Peer) {
    this.#settings = settings;
    this.#peer = peer;
    this.#offered = offeredBy(null, settings.limits.messageMaxBytes);
  }

  get inTransaction(): boolean {
    return this.#transaction !== null;
  }

  /** Whether replies may hold other than ASCII characters. */
  get utf8(): boolean {
    return this.#utf8;
  }

  /** @returns the reply, with the keywords when it is EHLO or LHLO */
  async hello(line: string, extended: boolean): Promise<Reply> {
    const words = line.trim().split(/\s+/);
    const name = words[1] ?? '';
    if (words.length !== 2 || name.length > intake.heloMaxChars) return replies.badHello;
    this.reset();
    this.#helo = name;
    if (!extended) return reply(250, null, this.#settings.hostname);
    this.#offered = offeredBy(await this.#nextHopCapabilities(), this.#settings.limits.messageMaxBytes);
    const options = { startTls: this.#settings.certificate !== null && this.#tls === null, forward: this.mayForward };
    return reply(250, null, [this.#settings.hostname, ...keywords(this.#offered, options)].join('\n'));
  }

  async mail(line: Buffer): Promise<Reply> {
    if (this.#transaction !== null) return replies.senderTwice;
    const command = readLine(line, 'MAIL FROM');
    if (!command.ok) return command.reply;
    const parameters = readMailParameters(command.value.parameters, this.#offered);
    if (!parameters.ok) return parameters.reply;
    if (!parameters.value.utf8 && !isAscii(command.value.address)) return replies.needsUtf8;
    if (parameters.value.declaredBytes > (this.#offered.sizeMaxBytes ?? Infinity)) return replies.tooLarge;
    if (!this.#settings.budget.has(parameters.value.declaredBytes)) return replies.noRoom;
    const nextHop = await this.#open();
    if ('code' in nextHop) return nextHop;
    const transaction = new MailTransaction(this.#settings, command.value, parameters.value, nextHop);
    const changed = unofferedParameter(command.value.parameters, 'MAIL', nextHop.capabilities) !== null;
    const given = changed ? replies.nextHopChanged : await transaction.mail();
    if (given.code >= 300 || this.#closed) transaction.release();
    else this.#transaction = transaction;
    this.#utf8 = parameters.value.utf8;
    return given;
  }

  async rcpt(line: Buffer): Promise<Reply> {
    const transaction = this.#transaction;
    if (transaction === null) return replies.needSender;
    const command = readLine(line, 'RCPT TO');
    if (!command.ok) return command.reply;
    if (!transaction.utf8 && !isAscii(command.value.address)) return replies.needsUtf8;
    const unoffered = unofferedParameter(command.value.parameters, 'RCPT', this.#offered);
    if (unoffered !== null) return notOffered(unoffered);
    if (transaction.recipientsAccepted >= this.#settings.limits.recipientsMax) return replies.tooManyRecipients;
    this.#asking = true;
    try {
      return await transaction.rcpt(command.value);
    } finally {
      this.#asking = false;
      if (this.#closed) this.reset();
    }
  }

  /** @returns a reply when there can be no message now */
  data(): Reply | Collector {
    if (this.#transaction === null) return replies.needSender;
    if (this.#transaction.recipientsAccepted > 0) return this.#transaction.collect();
    return this.#transaction.recipientsAsked > 0 && this.#settings.protocol === 'smtp' ? replies.noValidRecipients : replies.needRecipient;
  }

  /** The message was read. One reply, or over LMTP one per accepted recipient (RFC 2033 section 4.2). */
  async message(collector: Collector): Promise<readonly Reply[]> {
    const transaction = this.#transaction;
    if (transaction === null) return [replies.needSender]; // the connection closed meanwhile
    this.#asking = true;
    try {
      const each = await transaction.message(collector, this.#facts(), this.#tls);
      return this.#settings.protocol === 'lmtp' ? each : [replyForAll(each)];
    } finally {
      this.#asking = false;
      transaction.release();
      this.#transaction = null;
      this.#xforward = {};
    }
  }

  /** RSET, EHLO and the like: what was said of a message is forgotten, who the client is is not. */
  reset(): void {
    this.#transaction?.release();
    this.#transaction = null;
    this.#xforward = {};
    this.#utf8 = false;
  }

  /** The connection is gone. What the next hop or the decision is being asked is brought to its end first. */
  close(): void {
    this.#closed = true;
    if (!this.#asking) this.reset();
  }

  /** RFC 3207 section 4.2: what was said before TLS is forgotten; a client that XCLIENT named stays that client. */
  secured(tls: string): void {
    this.reset();
    this.#helo = '';
    this.#tls = tls;
  }

  /** Once XCLIENT has named the client, the client may be the one that speaks, and it is not trusted. */
  get mayForward(): boolean {
    return this.#peer.trusted && this.#xclient.addr === undefined;
  }

  /** @returns null: accepted, the session begins anew with a greeting */
  xclient(line: string): Reply | null {
    const given = this.#forward(line, 'XCLIENT');
    if ('code' in given) return given;
    this.reset();
    this.#xclient = { ...this.#xclient, ...given };
    this.#helo = '';
    return null;
  }

  xforward(line: string): Reply {
    const given = this.#forward(line, 'XFORWARD');
    if ('code' in given) return given;
    this.#xforward = { ...this.#xforward, ...given };
    return replies.flushed;
  }

  #forward(line: string, command: 'XCLIENT' | 'XFORWARD'): ForwardAttributes | Reply {
    if (!this.mayForward) return replies.notTrusted;
    if (this.#transaction !== null) return replies.inTransaction;
    return parseForward(line, command) ?? replies.badForward;
  }

  #facts(): ConnectionFacts {
    return { peerIp: this.#peer.ip, helo: this.#helo, xclient: this.#xclient, xforward: this.#xforward };
  }

  async #nextHopCapabilities(): Promise<Capabilities | null> {
    try {
      return await this.#settings.gateway.capabilities();
    } catch (error) {
      this.#settings.log.warn({ err: error }, 'next hop cannot be asked what it offers');
      return null;
    }
  }

  async #open(): Promise<NextHopSession | Reply> {
    try {
      return await this.#settings.gateway.open(clientOfConnection(this.#facts()));
    } catch (error) {
      this.#settings.log.warn({ err: error }, 'next hop cannot be reached');
      return error instanceof NextHopUnavailable ? passedOn(error.reply) : replies.nextHopUnreachable;
    }
  }
}

const isAscii = (text: string): boolean => /^[\u0000-\u007f]*$/.test(text);

function readLine(line: Buffer, verb: 'MAIL FROM' | 'RCPT TO'): Parsed<AddressCommand> {
  const plain = line.toString('latin1');
  if (isAscii(plain)) return parseAddressCommand(plain, verb);
  // Bytes that are no UTF-8 could not go onward as they came.
  return isUtf8(line) ? parseAddressCommand(line.toString('utf8'), verb) : { ok: false, reply: replies.notUtf8 };
}
