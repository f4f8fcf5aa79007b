/**
 * One connection of an MTA as a state machine, without the socket: commands in; replies out, and at the end of a body
 * a message to be decided about. Who speaks out of turn is no MTA.
 */
import { isUtf8 } from 'node:buffer';
import type { Limits } from '../../config.ts';
import { mailAddress, type Envelope, type EnvelopeRecipient, type MailAddress, type Transaction } from '../../message/envelope.ts';
import { intake, milter, parse } from '../../message/limits.ts';
import type { Reply } from '../../pipeline.ts';
import type { Clock } from '../../platform/clock.ts';
import { newId } from '../../platform/ids.ts';
import type { ByteBudget } from '../byte-budget.ts';
import { countReceived, originOf, type ConnectionFacts, type NetworkFacts } from '../direction.ts';
import { plainIp } from '../networks.ts';
import { contentReplies, replies as ours } from '../reply.ts';
import { replyCode } from './answer.ts';
import { MacroBook } from './macros.ts';
import { negotiate, plainLimits, type Agreement, type Offer } from './negotiation.ts';
import { MessageBuilder, type BuiltField } from './rebuild.ts';
import type { Command, FilterReply } from './wire.ts';

export interface SessionSettings {
  readonly limits: Pick<Limits, 'messageMaxBytes' | 'recipientsMax' | 'receivedMax'>;
  readonly networks: NetworkFacts;
  readonly bareLineBreaks: 'refuse' | 'normalise';
  readonly budget: ByteBudget;
  readonly clock: Clock;
  /** Over TCP, not a unix socket. */
  readonly tcp: boolean;
}

/** A message that came to its end, and what is needed to answer for it. */
export interface MilterMessage {
  readonly transaction: Transaction;
  /** RCPT as the MTA wrote it, for each recipient: by this it knows them again. */
  readonly recipientWords: readonly string[];
  readonly fields: readonly BuiltField[];
  readonly agreement: Agreement;
  /** Not to be decided about: this is the answer. `reason` is for the log. */
  readonly refused: { readonly reply: Reply; readonly reason: string } | null;
  readonly sizeBytes: number;
}

export type Step =
  | { readonly type: 'go-on'; readonly replies: readonly FilterReply[] }
  /** Nothing else must come in before `messageDone`. */
  | { readonly type: 'message'; readonly message: MilterMessage }
  | { readonly type: 'agreed'; readonly replies: readonly FilterReply[]; readonly agreement: Agreement }
  | { readonly type: 'end' }
  /** Out of turn or senseless. */
  | { readonly type: 'violation'; readonly what: string };

type Phase = 'negotiation' | 'connection' | 'greeted' | 'envelope' | 'header' | 'body' | 'deciding';

interface OpenMessage {
  readonly sender: MailAddress;
  readonly parameters: readonly string[];
  readonly recipients: EnvelopeRecipient[];
  readonly recipientWords: string[];
  readonly builder: MessageBuilder;
}

type Content = Extract<Command, { type: 'header' } | { type: 'body' | 'endOfBody' }> | { readonly type: 'endOfHeader' };

const SILENCE: Step = Object.freeze({ type: 'go-on', replies: [] });
const CONTINUE: Step = Object.freeze({ type: 'go-on', replies: [{ type: 'continue' }] as const });

/** In which phases a command may come. MAIL and HELO within an envelope begin anew, as a lost ABORT would leave it. */
const IN_TURN: Readonly<Record<Command['type'], readonly Phase[]>> = {
  negotiate: ['negotiation'],
  macros: ['connection', 'greeted', 'envelope', 'header', 'body'],
  connect: ['connection'],
  helo: ['greeted', 'envelope'],
  mail: ['greeted', 'envelope'],
  recipient: ['envelope'],
  data: ['envelope'],
  header: ['envelope', 'header'],
  endOfHeader: ['envelope', 'header'],
  body: ['envelope', 'header', 'body'],
  endOfBody: ['envelope', 'header', 'body'],
  unknown: ['connection', 'greeted', 'envelope', 'header', 'body'],
  abort: ['connection', 'greeted', 'envelope', 'header', 'body'],
  quit: ['negotiation', 'connection', 'greeted', 'envelope', 'header', 'body'],
  quitNewConnection: ['connection', 'greeted', 'envelope', 'header', 'body'],
};

export class MilterSession {
  readonly #settings: SessionSettings;
  readonly #macros = new MacroBook();
  #phase: Phase = 'negotiation';
  #agreement: Agreement | null = null;
  #client: { readonly ip: string | null; readonly name: string | null; readonly local: boolean } = NOBODY;
  #helo = '';
  #open: OpenMessage | null = null;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /** Bounds for the packets to come. */
  dataMaxBytes(code: string): number {
    return (this.#agreement?.dataMaxBytes ?? plainLimits)(code);
  }

  /** A message is on its way or being decided about. */
  get inMessage(): boolean {
    return this.#open !== null;
  }

  receive(command: Command): Step {
    if (!IN_TURN[command.type].includes(this.#phase)) return { type: 'violation', what: `${command.type} out of turn (${this.#phase})` };
    switch (command.type) {
      case 'negotiate': return this.#negotiate(command);
      case 'macros': this.#macros.take(command); return SILENCE;
      case 'connect': this.#connect(command); break;
      case 'helo': this.#reset(); this.#helo = text(command.name).slice(0, intake.heloMaxChars); break;
      case 'mail': return this.#mail(command.words);
      case 'recipient': return this.#recipient(command.words);
      case 'header': case 'body': case 'endOfBody': return this.#content(command);
      case 'endOfHeader': return this.#content({ type: command.type });
      case 'abort': this.#reset(); break;
      case 'quit': this.close(); return { type: 'end' };
      case 'quitNewConnection': this.#newConnection(); break;
    }
    return this.#agreement?.answers(command.type) ? CONTINUE : SILENCE;
  }

  /** The answer has been given; the next message may come. */
  messageDone(): void {
    this.#phase = 'greeted';
    this.#reset();
  }

  /** The connection is gone: memory is given back. */
  close(): void {
    this.#open?.builder.free();
    this.#open = null;
  }

  #negotiate(offer: Offer): Step {
    const agreed = negotiate(offer, this.#settings.tcp);
    if (agreed === null) return { type: 'violation', what: `protocol version ${offer.version}` };
    this.#agreement = agreed.agreement;
    this.#phase = 'connection';
    return { type: 'agreed', replies: [agreed.reply], agreement: agreed.agreement };
  }

  /** A client that reached the MTA over a unix socket is a program of that very machine. */
  #connect({ name, family, address }: Extract<Command, { type: 'connect' }>): void {
    const known = /^[A-Za-z0-9._-]{1,253}$/.test(name) && name.toLowerCase() !== 'unknown';
    const ip = family === 'inet' || family === 'inet6' ? plainIp(address) : null;
    this.#client = { ip, name: known ? name.replace(/\.$/, '') : null, local: family === 'unix' };
    this.#phase = 'greeted';
  }

  #newConnection(): void {
    this.#reset();
    this.#macros.clear();
    this.#client = NOBODY;
    this.#helo = '';
    this.#phase = 'connection';
  }

  #reset(): void {
    this.close();
    if (this.#phase !== 'connection') this.#phase = 'greeted';
    this.#macros.endMessage();
  }

  #mail([address = '', ...parameters]: readonly string[]): Step {
    if (parameters.length > milter.wordsMax) return { type: 'violation', what: 'too many words' };
    this.close();
    const { limits, bareLineBreaks, budget } = this.#settings;
    const declared = parameters.find((each) => /^SIZE=\d{1,15}$/i.test(each));
    const builder = new MessageBuilder({
      messageMaxBytes: limits.messageMaxBytes, declaredBytes: declared === undefined ? 0 : Number(declared.slice(5)),
      bareLineBreaks, leadingSpace: this.#agreement?.leadingSpace ?? false, budget,
    });
    this.#open = { sender: addressOf(address), parameters: parameters.map(text), recipients: [], recipientWords: [], builder };
    this.#phase = 'envelope';
    return this.#agreement?.answers('mail') ? CONTINUE : SILENCE;
  }

  #recipient([address = '', ...parameters]: readonly string[]): Step {
    const open = this.#open as OpenMessage;
    if (parameters.length > milter.wordsMax || address.length > milter.addressMaxChars) return { type: 'violation', what: 'an endless recipient' };
    if (open.recipients.length >= this.#settings.limits.recipientsMax) return { type: 'go-on', replies: [replyCode(ours.tooManyRecipients, false)] };
    open.recipients.push(Object.freeze({ address: addressOf(address), parameters: Object.freeze(parameters.map(text)) }));
    open.recipientWords.push(address);
    return this.#agreement?.answers('recipient') ? CONTINUE : SILENCE;
  }

  #content(command: Content): Step {
    const open = this.#open as OpenMessage;
    if (open.recipients.length === 0) return { type: 'violation', what: `${command.type} without a recipient` };
    this.#phase = command.type === 'header' ? 'header' : 'body';
    if (command.type === 'header') {
      if (!FIELD_NAME.test(command.name)) return { type: 'violation', what: 'a field without a proper name' };
      open.builder.header(command.name, command.value);
    } else if (command.type !== 'endOfHeader') open.builder.body(command.data);
    if (command.type === 'endOfBody') return this.#endOfBody(open);
    return this.#agreement?.answers(command.type) ? CONTINUE : SILENCE;
  }

  #endOfBody(open: OpenMessage): Step {
    this.#phase = 'deciding';
    const { builder } = open;
    const bytes = builder.finish();
    const header = builder.headerText(parse.headerMaxBytes);
    const hops = builder.problem === null && countReceived(header) > this.#settings.limits.receivedMax;
    const refused = builder.problem !== null ? { reply: contentReplies[builder.problem], reason: builder.problem } : hops ? { reply: ours.tooManyHops, reason: 'too-many-hops' } : null;
    const transaction = { envelope: this.#envelope(open, header), bytes };
    return {
      type: 'message',
      message: { transaction, recipientWords: open.recipientWords, fields: builder.fields, agreement: this.#agreement as Agreement, refused, sizeBytes: builder.receivedBytes },
    };
  }

  #envelope({ sender, parameters, recipients }: OpenMessage, header: string): Envelope {
    const { tls, user, queueId } = this.#macros.known();
    const receivedAt = this.#settings.clock.now();
    // The MTA speaks for its client as a trusted server does by XCLIENT, so that both doors judge alike.
    const { ip: addr, name, local } = this.#client;
    const plain = { addr, name, helo: this.#helo };
    const said = user === null && !local ? plain : { ...plain, ...(user === null ? {} : { login: user }), ...(local ? { source: 'LOCAL' } : {}) };
    const facts: ConnectionFacts = { peerIp: null, helo: this.#helo, xclient: said, xforward: {} };
    const { client, user: by, direction } = originOf(facts, this.#settings.networks, () => header);
    const envelope: Envelope = { id: newId(receivedAt), receivedAt, door: 'milter', client, user: by, direction, tls, sender, parameters: Object.freeze(parameters), recipients: Object.freeze([...recipients]) };
    return Object.freeze(queueId === null ? envelope : { ...envelope, queueId });
  }
}

const NOBODY = Object.freeze({ ip: null, name: null, local: false });
const FIELD_NAME = /^[^\x00-\x20:\x7f][^\x00-\x1f:\x7f]*$/;
/** RFC 5321 appendix C: left in, it would hide the address from policies. */
const SOURCE_ROUTE = /^<@[^\s,:@]+(?:,@[^\s,:@]+)*:/;

/** Bytes one to one into text: UTF-8 where it is (RFC 6531). */
function text(latin1: string): string {
  if (/^[\x00-\x7f]*$/.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : latin1;
}

const addressOf = (word: string): MailAddress => mailAddress(text(word).trim().replace(SOURCE_ROUTE, '<'));
