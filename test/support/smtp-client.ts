/** A small SMTP client for tests and benchmarks: says exactly what it is told to, and gives every reply. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

export interface SmtpReply {
  readonly code: number;
  /** Lines without their codes, `\n` between. */
  readonly text: string;
}

export interface ConnectOptions {
  readonly port: number;
  /** Any address of 127.0.0.0/8, so that a test can be many clients. */
  readonly localAddress?: string;
  /** Without an answer for so long, the connection counts as broken. */
  readonly timeoutMs?: number;
}

export interface OutgoingMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As `wireForm` gives it. */
  readonly content: Buffer;
}

/** What follows DATA: every line ended by CRLF, dots stuffed (RFC 5321 section 4.5.2), the final dot included. */
export function wireForm(message: string | Buffer): Buffer {
  const text = (typeof message === 'string' ? Buffer.from(message) : message).toString('latin1');
  const lines = text.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  return Buffer.from(`${lines}${lines.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1');
}

export class SmtpClient {
  readonly #socket: Socket;
  #received = '';
  #lines: string[] = [];
  readonly #waiting: { readonly resolve: (reply: SmtpReply) => void; readonly reject: (error: Error) => void }[] = [];
  #broken: Error | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#take(chunk.toString()));
    socket.on('error', (error) => this.#fail(error));
    socket.on('timeout', () => this.#fail(new Error('no answer in time')));
    socket.on('close', () => this.#fail(new Error('connection closed')));
  }

  /** Connects and reads the greeting; throws when it is not 220. */
  static async connect({ port, localAddress, timeoutMs = 60_000 }: ConnectOptions): Promise<SmtpClient> {
    const socket = connect({ host: '127.0.0.1', port, ...(localAddress === undefined ? {} : { localAddress }) });
    socket.setTimeout(timeoutMs);
    const client = new SmtpClient(socket);
    const greeting = client.#reply();
    await Promise.race([once(socket, 'connect'), greeting]);
    const { code, text } = await greeting;
    if (code === 220) return client;
    client.destroy();
    throw new Error(`greeted with ${code} ${text}`);
  }

  /** One command, one reply. Rejects when the connection breaks. */
  command(line: string): Promise<SmtpReply> {
    const reply = this.#reply();
    this.#socket.write(`${line}\r\n`);
    return reply;
  }

  /** MAIL, RCPT, DATA and content, one after the other. The first refusal ends it, after RSET where that is due. */
  async send({ from, to, content }: OutgoingMail): Promise<SmtpReply> {
    for (const command of [`MAIL FROM:<${from}>`, ...to.map((address) => `RCPT TO:<${address}>`), 'DATA']) {
      const reply = await this.command(command);
      if (reply.code >= 400) {
        await this.command('RSET');
        return reply;
      }
    }
    const answer = this.#reply();
    this.#socket.write(content);
    return await answer;
  }

  async quit(): Promise<void> {
    await this.command('QUIT');
    this.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #reply(): Promise<SmtpReply> {
    if (this.#broken !== null) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #take(text: string): void {
    const lines = (this.#received + text).split('\r\n');
    this.#received = lines.pop() ?? '';
    for (const line of lines) {
      this.#lines.push(line.slice(4));
      if (line[3] === '-') continue;
      this.#waiting.shift()?.resolve({ code: Number(line.slice(0, 3)), text: this.#lines.join('\n') });
      this.#lines = [];
    }
  }

  #fail(error: Error): void {
    this.#broken ??= error;
    this.#socket.destroy();
    for (const { reject } of this.#waiting.splice(0)) reject(this.#broken);
  }
}
