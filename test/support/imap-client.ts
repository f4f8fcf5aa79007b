/** As much IMAP as it takes to move a message about (RFC 9051), on one connection. */
import net from 'node:net';
import { once } from 'node:events';

export class ImapClient {
  readonly #socket: net.Socket;
  #input = '';
  #tag = 0;
  #heard: (() => void) | null = null;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#input += chunk.toString('latin1');
      this.#heard?.();
    });
    socket.on('close', () => this.#heard?.());
    socket.on('error', () => undefined);
  }

  static async login(port: number, user: string, password: string): Promise<ImapClient> {
    const socket = net.connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const client = new ImapClient(socket);
    await client.command(`LOGIN "${user}" "${password}"`);
    return client;
  }

  /** One command, without literals. @returns everything up to its answer; throws when that is not OK */
  async command(command: string): Promise<string> {
    const tag = `t${++this.#tag}`;
    this.#socket.write(`${tag} ${command}\r\n`);
    const end = new RegExp(`^${tag} (OK|NO|BAD)[^\n]*\n`, 'm');
    for (;;) {
      const match = end.exec(this.#input);
      if (match !== null) {
        const text = this.#input.slice(0, match.index + match[0].length);
        this.#input = this.#input.slice(text.length);
        if (match[1] !== 'OK') throw new Error(`${command}: ${text}`);
        return text;
      }
      if (this.#socket.destroyed) throw new Error(`${command}: the server hung up after ${this.#input}`);
      await new Promise<void>((resolve) => { this.#heard = resolve; });
      this.#heard = null;
    }
  }

  /** Moves the message with this subject. */
  async move(subject: string, from: string, into: string): Promise<void> {
    await this.command(`SELECT "${from}"`);
    const found = /^\* SEARCH (\d+)/m.exec(await this.command(`UID SEARCH SUBJECT "${subject}"`));
    if (found === null) throw new Error(`no message about "${subject}" in ${from}`);
    await this.command(`UID MOVE ${found[1]} "${into}"`);
  }

  /** How many messages with this subject a folder holds. */
  async count(subject: string, folder: string): Promise<number> {
    await this.command(`SELECT "${folder}"`);
    return (await this.command(`UID SEARCH SUBJECT "${subject}"`)).match(/^\* SEARCH(.*)$/m)?.[1]?.trim().split(' ').filter(Boolean).length ?? 0;
  }

  close(): void {
    this.#socket.destroy();
  }
}
