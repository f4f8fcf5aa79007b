/** The mail server's side of a milter connection: what an MTA does with a message and with a filter's answer. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { ListenAddress } from '../../src/config-values.ts';
import { ACTION, encodeCommand, FrameReader, parseReply, STEP, type Command, type FilterReply } from '../../src/intake/milter/wire.ts';
import { waitFor } from './wait.ts';

const ALL = (bits: Readonly<Record<string, number>>): number => Object.values(bits).reduce((sum, bit) => sum | bit, 0) >>> 0;
export const OFFER = Object.freeze({ version: 6, actions: ALL(ACTION), steps: (ALL(STEP) & ~(STEP.data256K | STEP.data1M)) >>> 0 });

const PATIENCE_MS = 10_000;

export interface MailFacts {
  readonly name?: string;
  readonly family?: 'unknown' | 'unix' | 'inet' | 'inet6';
  readonly address?: string;
  readonly helo?: string;
  /** By stage letter. */
  readonly macros?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly sender?: readonly string[];
  readonly recipients: readonly (readonly string[])[];
  readonly bytes: Buffer;
  readonly bodyChunkBytes?: number;
}

/** What became of a message. */
export interface Verdict {
  readonly end: FilterReply;
  readonly changes: readonly FilterReply[];
  /** Refused RCPTs, with the reply. */
  readonly refusedRecipients: readonly { readonly word: string; readonly text: string }[];
}

export class MilterClient {
  readonly socket: Socket;
  readonly replies: FilterReply[] = [];
  agreed: Extract<FilterReply, { type: 'negotiate' }> | null = null;
  closed = false;
  progress = 0;
  #wake: (() => void) | null = null;
  readonly #reader = new FrameReader({ dataMaxBytes: () => 2 ** 24 });

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#reader.push(chunk);
      for (let frame = this.#reader.next(); frame !== null; frame = this.#reader.next()) {
        const reply = 'fault' in frame ? frame : parseReply(frame);
        if (reply.type === 'fault') throw new Error(`the filter wrote no packet: ${JSON.stringify(reply)}`);
        if (reply.type === 'progress') this.progress++;
        else this.replies.push(reply);
      }
      this.#wake?.();
    });
    socket.on('error', () => undefined).on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
  }

  static async connect(address: ListenAddress): Promise<MilterClient> {
    const socket = connect(address);
    await once(socket, 'connect');
    return new MilterClient(socket);
  }

  send(...commands: readonly Command[]): void {
    this.socket.write(Buffer.concat(commands.map(encodeCommand)));
  }

  write(bytes: Buffer | string): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  async reply(): Promise<FilterReply> {
    const timer = setTimeout(() => this.socket.destroy(), PATIENCE_MS);
    while (this.replies.length === 0 && !this.closed) await new Promise<void>((resolve) => { this.#wake = resolve; });
    clearTimeout(timer);
    const reply = this.replies.shift();
    if (reply === undefined) throw new Error('the filter closed the connection');
    return reply;
  }

  async negotiate(offer: { readonly version: number; readonly actions: number; readonly steps: number } = OFFER): Promise<void> {
    this.send({ type: 'negotiate', ...offer });
    const reply = await this.reply();
    if (reply.type !== 'negotiate') throw new Error(`an odd answer: ${reply.type}`);
    this.agreed = reply;
  }

  /** The connection's client. */
  async hello({ name = 'client.example.test', family = 'inet', address = '192.0.2.1', helo = 'client.example.test', macros = {} }: Partial<MailFacts> = {}): Promise<void> {
    if (this.agreed === null) await this.negotiate();
    this.#macros('C', macros);
    this.send({ type: 'connect', name, family, port: family === 'unknown' ? 0 : 4321, address: family === 'unknown' ? '' : address });
    await this.#answered(STEP.noReplyConnect);
    this.#macros('H', macros);
    this.send({ type: 'helo', name: helo });
    await this.#answered(STEP.noReplyHelo);
  }

  /** One message from MAIL to the end of its body. */
  async message({ sender = ['<ann@sender.test>'], recipients, bytes, macros = {}, bodyChunkBytes = 65_535 }: MailFacts): Promise<Verdict> {
    this.#macros('M', macros);
    this.send({ type: 'mail', words: sender });
    await this.#answered(STEP.noReplyMail);
    const refusedRecipients: { word: string; text: string }[] = [];
    for (const words of recipients) {
      this.#macros('R', macros);
      this.send({ type: 'recipient', words });
      const reply = await this.#answered(STEP.noReplyRecipient);
      if (reply?.type === 'replyCode') refusedRecipients.push({ word: words[0] as string, text: reply.text });
    }
    if (!this.has(STEP.noData)) {
      this.send({ type: 'data' });
      await this.#answered(STEP.noReplyData);
    }
    const { fields, body } = taken(bytes, this.has(STEP.leadingSpace));
    for (const field of fields) {
      this.send({ type: 'header', ...field });
      await this.#answered(STEP.noReplyHeader);
    }
    if (!this.has(STEP.noEndOfHeader)) {
      this.send({ type: 'endOfHeader' });
      await this.#answered(STEP.noReplyEndOfHeader);
    }
    let at = 0;
    for (; body.length - at > bodyChunkBytes; at += bodyChunkBytes) {
      this.send({ type: 'body', data: body.subarray(at, at + bodyChunkBytes) });
      await this.#answered(STEP.noReplyBody);
    }
    this.#macros('E', macros);
    this.send({ type: 'endOfBody', data: body.subarray(at) });
    const changes: FilterReply[] = [];
    for (;;) {
      const reply = await this.reply();
      if (!('text' in reply || 'name' in reply || reply.type === 'replaceBody') || reply.type === 'replyCode') return { end: reply, changes, refusedRecipients };
      changes.push(reply);
    }
  }

  has(step: number): boolean {
    return this.agreed !== null && (this.agreed.steps & step) !== 0;
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.send({ type: 'quit' });
    this.socket.end();
    await waitFor('the end of the connection', () => this.closed);
  }

  #macros(stage: string, macros: NonNullable<MailFacts['macros']>): void {
    if (macros[stage] !== undefined) this.send({ type: 'macros', stage, values: macros[stage] });
  }

  async #answered(silence: number): Promise<FilterReply | null> {
    return this.has(silence) ? null : await this.reply();
  }
}

/** A message as an MTA takes it apart: what is no field ends the header. Names without white space behind them. */
export function taken(bytes: Buffer, leadingSpace: boolean): { readonly fields: readonly { readonly name: string; readonly value: string }[]; readonly body: Buffer } {
  const text = bytes.toString('latin1');
  const fields: { name: string; value: string }[] = [];
  const FIELD = /([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n/y;
  let at = 0;
  for (let match = FIELD.exec(text); match !== null; match = FIELD.exec(text)) {
    at = FIELD.lastIndex;
    const value = (match[2] as string).replaceAll('\r\n', '\n');
    fields.push({ name: match[1] as string, value: leadingSpace ? value : value.replace(/^ /, '') });
  }
  return { fields, body: bytes.subarray(text.startsWith('\r\n', at) ? at + 2 : at) };
}

/** The message that the MTA has after the changes, with CRLF; as Postfix and Sendmail carry them out. */
export function changed(bytes: Buffer, changes: readonly FilterReply[], leadingSpace: boolean): Buffer {
  const { fields, body } = taken(bytes, true);
  const list = fields.map((field) => ({ ...field }));
  const written = (value: string): string => (leadingSpace ? value : ` ${value}`);
  for (const change of changes) {
    if (change.type === 'insertHeader') list.splice(change.index, 0, { name: change.name, value: written(change.value) });
    else if (change.type === 'addHeader') list.push({ name: change.name, value: written(change.value) });
    else if (change.type === 'changeHeader') {
      const named = list.filter((each) => each.name.toLowerCase() === change.name.toLowerCase());
      const one = named[Math.max(0, change.index - 1)];
      if (one !== undefined && change.value === '') list.splice(list.indexOf(one), 1);
      else if (one !== undefined) one.value = written(change.value);
      else list.push({ name: change.name, value: written(change.value) });
    }
  }
  const header = list.map(({ name, value }) => `${name}:${value.replaceAll('\n', '\r\n')}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${header}\r\n`, 'latin1'), body]);
}
