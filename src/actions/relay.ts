/**
 * One mail transaction with the next hop: MAIL and RCPT as they come in, each RCPT answered with the next hop's own
 * answer, then the message for those who are to get it. MAIL waits for the first RCPT, to travel together with it;
 * when the next hop refuses it, that refusal is the answer to each RCPT.
 */
import assert from 'node:assert/strict';
import { NextHopUnavailable, type NextHopSession } from '../intake/door.ts';
import type { Client, Door, Envelope, MailAddress } from '../message/envelope.ts';
import type { DeliveryGroup, Onward, Reply } from '../pipeline.ts';
import { applyEdits } from './headers.ts';
import type { RelayCapabilities } from './relay-capabilities.ts';
import { UNREACHABLE, type RelayConnection } from './relay-connection.ts';
import type { Acquired, RelayPool } from './relay-pool.ts';
import { xforwardCommands } from './xforward.ts';

const NOTED: Reply = Object.freeze({ code: 250, enhanced: '2.1.0', text: 'Ok' });
const NEEDS_MAIL: Reply = Object.freeze({ code: 503, enhanced: '5.5.1', text: 'MAIL is needed first' });
const UNSAFE_ADDRESS: Reply = Object.freeze({ code: 553, enhanced: '5.1.3', text: 'This address has characters in it that no address can have' });

interface Recipient { readonly address: MailAddress; readonly parameters: readonly string[] }

/** Takes a connection for one transaction. @throws NextHopUnavailable with the reply that the sender should have */
export async function openRelaySession(pool: RelayPool, client: Client, door: Door = 'smtp'): Promise<RelaySession> {
  const acquired = await pool.acquire();
  if ('connection' in acquired) return new RelaySession(pool, acquired, client, door);
  throw new NextHopUnavailable(acquired);
}

/** What came of RSET, XFORWARD, MAIL and RCPTs sent together. null: the connection failed before that reply. */
interface Begun { readonly mail: Reply | null; readonly rcpts: readonly (Reply | null)[] }

export class RelaySession implements NextHopSession {
  readonly #pool: RelayPool;
  readonly #client: Client;
  readonly #door: Door;
  #connection: RelayConnection;
  /** Nothing was answered on this connection in this session, and it was idle before: it may be dead unnoticed. */
  #stale: boolean;
  #sender: Recipient | null = null;
  /** The next hop's answer to MAIL; null while it has not been asked. */
  #mailReply: Reply | null = null;
  /** Recipients that the next hop accepted, in order: `envelope.recipients`. */
  readonly #accepted: Recipient[] = [];
  /** The next hop has exactly the accepted recipients in an open transaction. */
  #current = false;
  #released = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(pool: RelayPool, acquired: Acquired, client: Client, door: Door) {
    this.#pool = pool;
    this.#connection = acquired.connection;
    this.#stale = acquired.reused;
    this.#client = client;
    this.#door = door;
  }

  get capabilities(): RelayCapabilities {
    return this.#connection.capabilities;
  }

  async mail(sender: MailAddress, parameters: readonly string[]): Promise<Reply> {
    if (isUnsafe(sender.raw, parameters)) return UNSAFE_ADDRESS;
    this.#sender = { address: sender, parameters };
    if (this.capabilities.pipelining) return NOTED;
    await this.#beginFreshly([]);
    return this.#mailReply ?? this.#failure();
  }

  async rcpt(recipient: MailAddress, parameters: readonly string[]): Promise<Reply> {
    if (this.#sender === null) return NEEDS_MAIL;
    if (isUnsafe(recipient.raw, parameters)) return UNSAFE_ADDRESS;
    const asked = { address: recipient, parameters };
    const reply = await this.#ask(asked);
    if (reply === null) return this.#failure();
    if (reply.code >= 200 && reply.code < 300) this.#accepted.push(asked);
    return reply;
  }

  /** The other half of the transaction: who gets the message, or that nobody does. */
  onward(envelope: Envelope): Onward {
    assert.equal(envelope.recipients.length, this.#accepted.length, 'the recipients are those whom the next hop accepted');
    return {
      deliver: (group: DeliveryGroup, bytes: Buffer) => this.deliver(group.recipients, applyEdits(bytes, group.edits)),
      abandon: async () => { await this.#tail; },
    };
  }

  /**
   * The message to some of the accepted recipients; several calls, each for others of them, go one after another.
   * @param indices into the accepted recipients, in their order
   * @param slices the message, without dot-stuffing; not copied
   * @returns the next hop's answer for each of them; where it could not answer, a 451
   */
  deliver(indices: readonly number[], slices: readonly Buffer[]): Promise<readonly Reply[]> {
    const done = this.#tail.then(() => this.#deliver(indices, slices));
    this.#tail = done;
    return done;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#pool.giveBack(this.#connection);
  }

  async #ask(asked: Recipient): Promise<Reply | null> {
    if (this.#mailReply === null) {
      const begun = await this.#beginFreshly([asked]);
      return refuses(begun.mail) ? begun.mail : begun.rcpts[0] ?? null;
    }
    if (refuses(this.#mailReply)) return this.#mailReply;
    return this.#counted(await this.#connection.exchange(rcptCommand(asked), 'command'));
  }

  async #deliver(indices: readonly number[], slices: readonly Buffer[]): Promise<readonly Reply[]> {
    const wanted = indices.map((index) => this.#accepted[index] as Recipient);
    assert(!this.#released && wanted.every((each) => each !== undefined), 'deliver comes before release, for accepted recipients');
    let replay = !this.#current || indices.length !== this.#accepted.length || indices.some((index, at) => index !== at);
    this.#current = false;
    // Before content began a lost connection is no more than a reason to ask again, once, on a new one.
    for (let again = true; ; again = false) {
      if (this.#connection.failure !== null) {
        const failure = await this.#reconnect();
        if (failure !== null) return wanted.map(() => failure);
        replay = true;
      }
      const asked: Begun = replay ? await this.#begin(wanted) : { mail: NOTED, rcpts: wanted.map(() => NOTED) };
      const replies = asked.rcpts.map((reply) => (refuses(asked.mail) ? asked.mail : reply) ?? this.#failure());
      const takers = wanted.filter((_, at) => !refuses(replies[at] as Reply));
      if (takers.length === 0 && this.#connection.failure === null) return replies;
      if (takers.length > 0) {
        const data = await this.#connection.exchange('DATA', 'data');
        if (data !== null) return spread(replies, await this.#content(data, takers.length, slices));
      }
      if (!again || !this.#connection.lost) return wanted.map(() => this.#failure());
    }
  }

  /** @param data the reply to DATA; @returns one reply for each taker */
  async #content(data: Reply, takers: number, slices: readonly Buffer[]): Promise<readonly Reply[]> {
    if (data.code !== 354) {
      if (data.code < 400) this.#connection.misunderstood();
      return times(takers, this.#counted(data.code < 400 ? null : data) ?? this.#failure());
    }
    const written = this.#connection.writeContent(slices);
    if (written !== true && !await written) return times(takers, this.#failure());
    if (this.#pool.target.protocol !== 'lmtp' || takers === 1) {
      const reply = await this.#connection.expect('dot');
      this.#connection.needsReset = false;
      return times(takers, this.#final(reply));
    }
    // All at once: LMTP answers come one behind the other, in one packet as a rule (RFC 2033 section 4.2).
    const replies = await Promise.all(Array.from({ length: takers }, () => this.#connection.expect('dot')));
    this.#connection.needsReset = false;
    return replies.map((reply) => this.#final(reply));
  }

  /** Only 2xx, 4xx and 5xx end a message; anything else leaves open whether it was taken. */
  #final(reply: Reply | null): Reply {
    if (reply === null) return this.#failure();
    this.#connection.count(reply);
    if (reply.code < 300) this.#connection.delivered();
    if (reply.code < 300 || reply.code >= 400) return reply;
    this.#connection.misunderstood();
    return this.#failure();
  }

  /** As #begin, but with a second try on a new connection when the idle one turns out to be dead. */
  async #beginFreshly(recipients: readonly Recipient[]): Promise<Begun> {
    const stale = this.#stale;
    this.#stale = false;
    this.#current = true;
    const begun = await this.#begin(recipients);
    // A 421 is how a next hop says goodbye to an idle connection (RFC 5321 section 3.8).
    const died = begun.mail === null ? this.#connection.failure !== null : begun.mail.code === 421;
    if (!stale || !died) return begun;
    const failure = await this.#reconnect();
    if (failure === null) return await this.#begin(recipients);
    this.#mailReply = failure;
    return { mail: failure, rcpts: recipients.map(() => failure) };
  }

  /** RSET when needed, XFORWARD, MAIL and these RCPTs: in one write if the next hop has PIPELINING. */
  async #begin(recipients: readonly Recipient[]): Promise<Begun> {
    const connection = this.#connection;
    const before = [...(connection.needsReset ? ['RSET'] : []), ...xforwardCommands(this.#client, this.#door, this.capabilities.xforward)];
    const commands = [...before, mailCommand(this.#sender as Recipient), ...recipients.map(rcptCommand)];
    const first = connection.needsReset;
    connection.needsReset = true;
    const replies = this.capabilities.pipelining ? await together(connection, commands) : await oneByOne(connection, commands, before.length);
    const reset = first ? replies[0] ?? null : null;
    // Without a reset the transaction before would go on: nothing on this connection can be trusted.
    if (reset !== null && reset.code !== 250) {
      connection.destroy();
      return { mail: null, rcpts: recipients.map(() => null) };
    }
    const mail = this.#counted(replies[before.length] ?? null);
    const rcpts = recipients.map((_, n) => this.#counted(replies[before.length + 1 + n] ?? null));
    this.#mailReply = mail ?? connection.failure;
    return { mail, rcpts };
  }

  /** @returns null when there is a new connection, else why not */
  async #reconnect(): Promise<Reply | null> {
    this.#pool.giveBack(this.#connection);
    const acquired = await this.#pool.connect();
    if (!('connection' in acquired)) return acquired;
    this.#connection = acquired.connection;
    if (this.#released) this.#pool.giveBack(this.#connection);
    return null;
  }

  #counted(reply: Reply | null): Reply | null {
    if (reply !== null) this.#connection.count(reply);
    return reply;
  }

  #failure(): Reply {
    return this.#connection.failure ?? UNREACHABLE;
  }
}

async function together(connection: RelayConnection, commands: readonly string[]): Promise<(Reply | null)[]> {
  connection.write(`${commands.join('\r\n')}\r\n`);
  return await Promise.all(commands.map(() => connection.expect('command')));
}

/** @param mailAt index of MAIL: once it is refused there is nothing more to ask */
async function oneByOne(connection: RelayConnection, commands: readonly string[], mailAt: number): Promise<(Reply | null)[]> {
  const replies: (Reply | null)[] = [];
  for (const command of commands) {
    if (replies.length > mailAt && refuses(replies[mailAt] ?? null)) break;
    replies.push(await connection.exchange(command, 'command'));
  }
  return replies;
}

const mailCommand = (sender: Recipient): string => `MAIL FROM:<${sender.address.raw}>${withSpace(sender.parameters)}`;
const rcptCommand = (recipient: Recipient): string => `RCPT TO:<${recipient.address.raw}>${withSpace(recipient.parameters)}`;
const withSpace = (parameters: readonly string[]): string => (parameters.length === 0 ? '' : ` ${parameters.join(' ')}`);

/** Line breaks in a command would be further commands. */
const isUnsafe = (address: string, parameters: readonly string[]): boolean => /[\r\n\0]/.test(address) || parameters.some((each) => /[\r\n\0 ]/.test(each));
const refuses = (reply: Reply | null): reply is Reply => reply !== null && (reply.code < 200 || reply.code >= 300);
const times = (count: number, reply: Reply): Reply[] => (count === 1 ? [reply] : Array.from({ length: count }, () => reply));

/** Answers of the takers put in the places of those whom RCPT did not refuse. */
function spread(replies: readonly Reply[], answers: readonly Reply[]): Reply[] {
  let next = 0;
  return replies.map((reply) => (refuses(reply) ? reply : answers[next++] as Reply));
}
