/** One mail transaction: MAIL, its recipients, and the message (RFC 5321 section 3.3). */
import { mailAddress, type Door, type Envelope, type EnvelopeRecipient, type MailAddress } from '../message/envelope.ts';
import { parse } from '../message/limits.ts';
import type { Reply } from '../pipeline.ts';
import { newId } from '../platform/ids.ts';
import { Collector } from './collect.ts';
import type { AddressCommand, MailParameters } from './commands.ts';
import { countReceived, originOf, type ConnectionFacts } from './direction.ts';
import type { NextHopSession } from './door.ts';
import { contentReplies, passedOn, replies } from './reply.ts';
import type { IntakeSettings } from './settings.ts';

export class MailTransaction {
  readonly utf8: boolean;
  readonly #settings: IntakeSettings;
  readonly #sender: MailAddress;
  readonly #parameters: readonly string[];
  readonly #declaredBytes: number;
  readonly #nextHop: NextHopSession;
  readonly #recipients: EnvelopeRecipient[] = [];
  #recipientsAsked = 0;
  #collector: Collector | null = null;
  #released = false;

  constructor(settings: IntakeSettings, command: AddressCommand, parameters: MailParameters, nextHop: NextHopSession) {
    this.#settings = settings;
    this.#sender = mailAddress(command.address);
    this.#parameters = command.parameters;
    this.#declaredBytes = parameters.declaredBytes;
    this.utf8 = parameters.utf8;
    this.#nextHop = nextHop;
  }

  get recipientsAsked(): number {
    return this.#recipientsAsked;
  }

  get recipientsAccepted(): number {
    return this.#recipients.length;
  }

  async mail(): Promise<Reply> {
    return passedOn(await this.#nextHop.mail(this.#sender, this.#parameters));
  }

  /** The same address may come twice; LMTP answers each on its own (RFC 2033 section 4.2). */
  async rcpt(command: AddressCommand): Promise<Reply> {
    this.#recipientsAsked++;
    const address = mailAddress(command.address);
    const reply = passedOn(await this.#nextHop.rcpt(address, command.parameters));
    if (reply.code < 300) this.#recipients.push(Object.freeze({ address, parameters: command.parameters }));
    return reply;
  }

  /** For the message that now follows; its memory is held until the release. */
  collect(): Collector {
    const { limits, bareLineBreaks, budget } = this.#settings;
    this.#collector = new Collector({ messageMaxBytes: limits.messageMaxBytes, declaredBytes: this.#declaredBytes, bareLineBreaks, budget });
    return this.#collector;
  }

  /** One reply per accepted recipient; what fails is a 451. */
  async message(collector: Collector, connection: ConnectionFacts, tls: string | null): Promise<readonly Reply[]> {
    const now = this.#settings.clock.now();
    const id = newId(now);
    try {
      return await this.#handled(id, now, collector, connection, tls);
    } catch (error) {
      this.#settings.log.error({ id, err: error }, 'could not be handled');
      return this.#recipients.map(() => replies.failed);
    }
  }

  /** At the end of every transaction, whatever became of it. May be called again. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#collector?.free();
    this.#nextHop.release();
  }

  async #handled(id: string, now: number, collector: Collector, connection: ConnectionFacts, tls: string | null): Promise<readonly Reply[]> {
    const refuse = (reply: Reply, reason: string): readonly Reply[] => {
      this.#settings.log.info({ id, from: this.#sender.key, to: this.#recipients.map((each) => each.address.key), reason, bytes: collector.receivedBytes }, 'refused');
      return this.#recipients.map(() => reply);
    };
    if (collector.problem !== null) return refuse(contentReplies[collector.problem], collector.problem);
    const bytes = collector.bytes();
    const header = headerText(bytes);
    if (countReceived(header) > this.#settings.limits.receivedMax) return refuse(replies.tooManyHops, 'too-many-hops');
    const outcome = await this.#settings.gateway.handle({ envelope: this.#envelope(id, now, connection, tls, header), bytes }, this.#nextHop);
    if (outcome.replies.length !== this.#recipients.length) throw new Error(`${outcome.replies.length} replies for ${this.#recipients.length} recipients`);
    return outcome.replies.map(passedOn);
  }

  #envelope(id: string, receivedAt: number, connection: ConnectionFacts, tls: string | null, header: string): Envelope {
    const { protocol, relays, ourNetworks } = this.#settings;
    const door: Door = protocol;
    const { client, user, direction } = originOf(connection, { relays, ourNetworks }, () => header);
    return Object.freeze({ id, receivedAt, door, client, user, direction, tls, sender: this.#sender, parameters: this.#parameters, recipients: Object.freeze([...this.#recipients]) });
  }
}

/** As far as it is examined at all; a message of a thousand Received fields has them at its top. */
function headerText(bytes: Buffer): string {
  const end = bytes.subarray(0, parse.headerMaxBytes).indexOf('\r\n\r\n');
  return bytes.toString('latin1', 0, end < 0 ? Math.min(bytes.length, parse.headerMaxBytes) : end + 2);
}
