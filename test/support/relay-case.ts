/** A client against a scripted next hop, and a transaction in a few words. */
import { openRelaySession, type RelaySession } from '../../src/actions/relay.ts';
import { RelayPool, type RelayPoolOptions } from '../../src/actions/relay-pool.ts';
import { mailAddress, type Client, type Envelope } from '../../src/message/envelope.ts';
import type { Reply } from '../../src/pipeline.ts';
import { startNextHop, type NextHop, type Script } from './next-hop.ts';

export const someClient: Client = Object.freeze({ ip: '192.0.2.7', unknownReason: null, name: 'mail.sender.example', helo: 'sender.example' });
export const someMessage = Buffer.from('From: a@sender.example\r\nSubject: Hello\r\n\r\nDear all,\r\n.hidden dot\r\nBye\r\n');

/** @param changes to an envelope with one recipient, received over SMTP */
export function envelopeOf(changes: Partial<Envelope> = {}, recipients: readonly string[] = ['anna@example.com']): Envelope {
  return {
    id: '01hw4kz9g0abcdef', receivedAt: Date.UTC(2027, 0, 31, 12, 0, 5), door: 'smtp', direction: 'in', client: someClient, tls: null, user: null,
    sender: mailAddress('a@sender.example'), parameters: [],
    recipients: recipients.map((each) => ({ address: mailAddress(each), parameters: [] })), ...changes,
  };
}

export class RelayCase {
  readonly hop: NextHop;
  readonly pool: RelayPool;
  constructor(hop: NextHop, pool: RelayPool) {
    this.hop = hop;
    this.pool = pool;
  }

  static async start(script: Partial<Script> = {}, options: Partial<RelayPoolOptions> = {}): Promise<RelayCase> {
    const hop = await startNextHop(script);
    return new RelayCase(hop, new RelayPool({ protocol: hop.script.protocol, address: hop.address, hostname: 'mx.example.com', timeoutMs: 5000, ...options }));
  }

  open(): Promise<RelaySession> {
    return openRelaySession(this.pool, someClient);
  }

  /** A whole transaction. @returns replies to MAIL, to each RCPT, and for each accepted recipient */
  async send(recipients: readonly string[] = ['anna@example.com'], message: Buffer = someMessage): Promise<{ mail: Reply; rcpts: Reply[]; data: readonly Reply[] }> {
    const session = await this.open();
    const mail = await session.mail(mailAddress('a@sender.example'), []);
    const rcpts: Reply[] = [];
    for (const recipient of recipients) rcpts.push(await session.rcpt(mailAddress(recipient), []));
    const accepted = rcpts.flatMap((reply, n) => (reply.code === 250 ? [n] : [])).map((_, n) => n);
    const data = accepted.length === 0 ? [] : await session.deliver(accepted, [message]);
    session.release();
    return { mail, rcpts, data };
  }

  async stop(): Promise<void> {
    await this.pool.close();
    await this.hop.close();
  }
}

/** `250 2.1.5 Ok` */
export const said = (reply: Reply | undefined): string => (reply === undefined ? 'nothing' : [reply.code, reply.enhanced, reply.text].filter((each) => each !== null).join(' '));
