/**
 * A next hop for tests: SMTP or LMTP over a loopback port or a unix socket, on plain `net` so that it can do what no
 * decent server does. It keeps the dialogue and the messages, and each stage can be told to refuse, wait, lie or hang up.
 */
import net from 'node:net';
import { once } from 'node:events';
import type { ListenAddress } from '../../src/config-values.ts';

/** What is done at a stage: a reply (with code; '\n' between lines), or something worse. */
export type Step =
  | string
  | 'close'
  /** No answer, ever. */
  | 'silent'
  /** These bytes exactly. */
  | { readonly raw: string }
  | { readonly afterMs: number; readonly then: Step }
  /** The reply, then the connection ends. */
  | { readonly reply: string; readonly andClose: true };

/** The step after a while. */
// oxlint-disable-next-line unicorn/no-thenable -- plain data, never awaited
export const later = (afterMs: number, step: Step): Step => ({ afterMs, then: step });

export interface Script {
  readonly protocol: 'smtp' | 'lmtp';
  /** Lines of the EHLO or LHLO reply behind the greeting. */
  readonly capabilities: readonly string[];
  readonly banner: Step;
  /** null: the usual reply with the capabilities. */
  readonly ehlo: Step | null;
  readonly helo: Step;
  readonly xforward: Step;
  readonly mail: Step;
  /** @param address between the angle brackets; @param n 0 for the first RCPT of the transaction */
  readonly rcpt: (address: string, n: number) => Step;
  readonly data: Step;
  /** @param n over LMTP: number among the accepted recipients; over SMTP 0 */
  readonly dot: (address: string, n: number) => Step;
  readonly rset: Step;
  readonly quit: Step;
  /** Hang up after this many bytes of content; null: never. */
  readonly closeAfterDataBytes: number | null;
  /** Do not read for so long once content began. */
  readonly pauseDataMs: number;
  /** Count the bytes of a message only; for large ones. */
  readonly forgetContent: boolean;
}

export interface ReceivedMessage {
  readonly sender: string;
  readonly senderParameters: readonly string[];
  readonly recipients: readonly { readonly address: string; readonly parameters: readonly string[] }[];
  /** Attributes of XFORWARD commands before it, as received (xtext). */
  readonly xforward: Readonly<Record<string, string>>;
  /** Without dot-stuffing and without the final dot. Empty with forgetContent. */
  readonly bytes: Buffer;
  readonly sizeBytes: number;
  /** Ordinal of the connection, from 0. */
  readonly connection: number;
}

export const defaultScript: Script = Object.freeze({
  protocol: 'smtp',
  capabilities: ['PIPELINING', 'SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'DSN', 'ENHANCEDSTATUSCODES'],
  banner: '220 next.example ESMTP',
  ehlo: null,
  helo: '250 next.example',
  xforward: '250 2.0.0 Ok',
  mail: '250 2.1.0 Ok',
  rcpt: () => '250 2.1.5 Ok',
  data: '354 Go ahead',
  dot: () => '250 2.0.0 Ok: queued',
  rset: '250 2.0.0 Ok',
  quit: '221 2.0.0 Bye',
  closeAfterDataBytes: null,
  pauseDataMs: 0,
  forgetContent: false,
});

export class NextHop {
  readonly messages: ReceivedMessage[] = [];
  /** `0 C: …` and `0 S: …`: connection, side, line; content of messages is left out. */
  readonly dialogue: string[] = [];
  readonly sockets = new Set<net.Socket>();
  connections = 0;
  /** What is done from now on; change it at any time. */
  script: Script;
  address: ListenAddress = { host: '127.0.0.1', port: 0 };
  readonly #server: net.Server;

  constructor(script: Script) {
    this.script = script;
    this.#server = net.createServer({ noDelay: true }, (socket) => new Conversation(this, socket, this.connections++));
  }

  /** @param path unix socket; without it a free port on 127.0.0.1 */
  async listen(path?: string): Promise<this> {
    this.#server.listen(path === undefined ? { host: '127.0.0.1', port: 0 } : { path });
    await once(this.#server, 'listening');
    const bound = this.#server.address();
    this.address = bound !== null && typeof bound === 'object' ? { host: '127.0.0.1', port: bound.port } : { path: path as string };
    return this;
  }

  set(changes: Partial<Script>): void {
    this.script = { ...this.script, ...changes };
  }

  /** Commands received, without replies: `MAIL FROM:<a@b>`. */
  get commands(): string[] {
    return this.dialogue.filter((line) => / C: /.test(line)).map((line) => line.replace(/^\d+ C: /, ''));
  }

  /** Ends every open connection, as a restart would; goes on listening. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** A next hop that listens; without changes an obliging SMTP server. */
export async function startNextHop(changes: Partial<Script> = {}, path?: string): Promise<NextHop> {
  return await new NextHop({ ...defaultScript, ...changes }).listen(path);
}

interface Recipient { readonly address: string; readonly parameters: readonly string[] }

class Conversation {
  readonly #hop: NextHop;
  readonly #socket: net.Socket;
  readonly #number: number;
  #input = Buffer.alloc(0);
  /** Replies go out in order, however long one takes. */
  #tail: Promise<void> = Promise.resolve();
  #inData = false;
  #content: Buffer[] = [];
  #contentBytes = 0;
  #contentTail = Buffer.from('\r\n');
  #sender: Recipient | null = null;
  #recipients: Recipient[] = [];
  #rcpts = 0;
  #xforward: Record<string, string> = {};
  #busy = false;

  constructor(hop: NextHop, socket: net.Socket, number: number) {
    this.#hop = hop;
    this.#socket = socket;
    this.#number = number;
    hop.sockets.add(socket);
    socket.on('close', () => hop.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => this.#take(chunk));
    this.#say(hop.script.banner);
  }

  #take(chunk: Buffer): void {
    if (this.#inData) this.#takeContent(chunk);
    else {
      this.#input = Buffer.concat([this.#input, chunk]);
      void this.#commands();
    }
  }

  /** One command after the other, each with its reply, so that delays hold up what was pipelined behind. */
  async #commands(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let end = this.#input.indexOf('\r\n'); end >= 0 && !this.#inData; end = this.#input.indexOf('\r\n')) {
      const line = this.#input.toString('utf8', 0, end);
      this.#input = this.#input.subarray(end + 2);
      this.#hop.dialogue.push(`${this.#number} C: ${line}`);
      this.#command(line);
      await this.#tail;
    }
    this.#busy = false;
    if (this.#inData && this.#input.length > 0) {
      const rest = this.#input;
      this.#input = Buffer.alloc(0);
      this.#takeContent(rest);
    }
  }

  #command(line: string): void {
    const script = this.#hop.script;
    const verb = (line.split(' ')[0] ?? '').toUpperCase();
    const greeting = script.protocol === 'lmtp' ? 'LHLO' : 'EHLO';
    if (verb === greeting) return this.#say(script.ehlo ?? ['250-next.example', ...script.capabilities.map((c) => `250-${c}`)].join('\n').replace(/250-([^\n]*)$/, '250 $1'));
    if (verb === 'HELO' && script.protocol === 'smtp') return this.#say(script.helo);
    if (verb === 'MAIL') return this.#mail(line);
    if (verb === 'RCPT') return this.#rcpt(line);
    if (verb === 'DATA') return this.#data();
    if (verb === 'XFORWARD') {
      for (const pair of line.split(' ').slice(1)) this.#xforward[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1);
      return this.#say(script.xforward);
    }
    if (verb === 'RSET') {
      this.#forget();
      return this.#say(script.rset);
    }
    if (verb === 'NOOP') return this.#say('250 2.0.0 Ok');
    if (verb === 'QUIT') return this.#say(typeof script.quit === 'string' && /^\d/.test(script.quit) ? { reply: script.quit, andClose: true } : script.quit);
    return this.#say('500 5.5.2 What is that?');
  }

  #mail(line: string): void {
    const sender = path(line, 'MAIL FROM:');
    if (sender === null) return this.#say('501 5.5.4 Syntax: MAIL FROM:<address>');
    if (this.#sender !== null) return this.#say('503 5.5.1 Nested MAIL');
    const step = this.#hop.script.mail;
    if (accepts(step)) this.#sender = sender;
    this.#say(step);
  }

  #rcpt(line: string): void {
    const recipient = path(line, 'RCPT TO:');
    if (this.#sender === null) return this.#say('503 5.5.1 Need MAIL first');
    if (recipient === null) return this.#say('501 5.5.4 Syntax: RCPT TO:<address>');
    const step = this.#hop.script.rcpt(recipient.address, this.#rcpts++);
    if (accepts(step)) this.#recipients.push(recipient);
    this.#say(step);
  }

  #data(): void {
    if (this.#recipients.length === 0) return this.#say('503 5.5.1 Need RCPT first');
    const step = this.#hop.script.data;
    this.#say(step);
    if (typeof step === 'string' ? !step.startsWith('354') : !('then' in step && typeof step.then === 'string' && step.then.startsWith('354'))) return;
    this.#inData = true;
    if (this.#hop.script.pauseDataMs > 0) {
      this.#socket.pause();
      setTimeout(() => this.#socket.resume(), this.#hop.script.pauseDataMs);
    }
  }

  #takeContent(chunk: Buffer): void {
    const { closeAfterDataBytes, forgetContent } = this.#hop.script;
    // The end may lie across chunks: look at the last few bytes together with the new ones.
    const joined = Buffer.concat([this.#contentTail, chunk]);
    const end = joined.indexOf('\r\n.\r\n');
    const own = end < 0 ? chunk.length : end + 2 - this.#contentTail.length;
    this.#contentBytes += own;
    if (closeAfterDataBytes !== null && this.#contentBytes >= closeAfterDataBytes) return void this.#socket.destroy();
    if (!forgetContent) this.#content.push(chunk.subarray(0, Math.max(0, own)));
    if (end < 0) {
      this.#contentTail = joined.subarray(-4);
      return;
    }
    this.#received(own < 0 ? own : 0);
    this.#input = Buffer.from(joined.subarray(end + 5));
    void this.#commands();
  }

  /** @param surplus bytes (negative) that belonged to the dot's line and were taken for content in an earlier chunk */
  #received(surplus: number): void {
    const { protocol, dot } = this.#hop.script;
    const stuffed = Buffer.concat(this.#content).toString('latin1');
    const whole = surplus < 0 ? stuffed.slice(0, surplus) : stuffed;
    const bytes = Buffer.from(whole.replace(/(^|\r\n)\./g, '$1'), 'latin1');
    this.#hop.messages.push({
      sender: this.#sender?.address ?? '', senderParameters: this.#sender?.parameters ?? [], recipients: this.#recipients,
      xforward: this.#xforward, bytes, sizeBytes: this.#contentBytes, connection: this.#number,
    });
    const asked = protocol === 'lmtp' ? this.#recipients : this.#recipients.slice(0, 1);
    this.#forget();
    asked.forEach((recipient, n) => this.#say(dot(recipient.address, n)));
  }

  #forget(): void {
    this.#inData = false;
    this.#content = [];
    this.#contentBytes = 0;
    this.#contentTail = Buffer.from('\r\n');
    this.#sender = null;
    this.#recipients = [];
    this.#rcpts = 0;
    this.#xforward = {};
  }

  #say(step: Step): void {
    this.#tail = this.#tail.then(() => this.#perform(step));
  }

  async #perform(step: Step): Promise<void> {
    if (step === 'silent') return await new Promise(() => undefined);
    if (step === 'close') return void this.#socket.destroy();
    if (typeof step === 'string') return this.#write(`${step.replaceAll('\n', '\r\n')}\r\n`);
    if ('raw' in step) return this.#write(step.raw);
    if ('reply' in step) {
      this.#write(`${step.reply}\r\n`);
      return void this.#socket.end();
    }
    await new Promise((resolve) => setTimeout(resolve, step.afterMs));
    return await this.#perform(step.then);
  }

  #write(text: string): void {
    for (const line of text.split('\r\n')) if (line !== '') this.#hop.dialogue.push(`${this.#number} S: ${line}`);
    if (this.#socket.writable) this.#socket.write(text);
  }
}

function accepts(step: Step): boolean {
  if (typeof step === 'string') return step.startsWith('2');
  if ('then' in step) return accepts(step.then);
  return 'reply' in step && step.reply.startsWith('2');
}

/** `MAIL FROM:<a@b> X Y=Z` taken apart; null if it is not of that form. */
function path(line: string, start: string): Recipient | null {
  if (line.slice(0, start.length).toUpperCase() !== start) return null;
  const match = /^<((?:"(?:[^"\\]|\\.)*"|[^">])*)>(?: (.*))?$/.exec(line.slice(start.length));
  if (match === null) return null;
  return { address: match[1] ?? '', parameters: match[2]?.split(' ') ?? [] };
}
