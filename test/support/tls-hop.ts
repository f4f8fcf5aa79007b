/**
 * Next hops that offer STARTTLS: an honest one on smtp-server, and one on plain `net` that does at STARTTLS whatever it is
 * told. Their certificates lie in test/fixtures/tls.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import { SMTPServer } from 'smtp-server';
import type { RelayTarget } from '../../src/actions/relay-connection.ts';
import { certificateFiles } from './smtp-door.ts';

export interface TakenMail { readonly secure: boolean; readonly bytes: Buffer; readonly recipients: readonly string[] }

export interface TlsHop {
  readonly address: RelayTarget['address'];
  readonly mails: readonly TakenMail[];
  /** Commands that came in the clear, over all connections; content is left out. */
  readonly inClear: readonly string[];
  /** The same, of those that came encrypted. */
  readonly encrypted: readonly string[];
  readonly connections: () => number;
  /** Connections that are open. */
  readonly open: () => number;
  /** Ends open connections, as a restart would; goes on listening. */
  readonly hangUp: () => void;
  readonly close: () => Promise<void>;
}

const pem = (name: 'first' | 'second'): { cert: string; key: string } => {
  const { certFile, keyFile } = certificateFiles(name);
  return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
};

/** The certificate of `first` is its own authority; it says first.example.test. */
export const FIRST = pem('first');
export const SECOND = pem('second');

/** An honest server: smtp-server. */
export async function startHonestHop({ lmtp = false, certificate = FIRST }: { lmtp?: boolean; certificate?: typeof FIRST } = {}): Promise<TlsHop> {
  const mails: TakenMail[] = [];
  const sockets = new Set<net.Socket>();
  let connections = 0;
  const server = new SMTPServer({
    ...certificate, lmtp, disabledCommands: ['AUTH'], authOptional: true, disableReverseLookup: true, size: 10_000_000,
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map((each) => each.address);
        mails.push({ secure: session.secure, bytes: Buffer.concat(chunks), recipients });
        // Over LMTP one answer for each.
        done(null, (lmtp ? recipients.map(() => 'taken') : 'taken') as never);
      });
    },
  });
  server.server.on('connection', (socket: net.Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.server.address() as net.AddressInfo).port }, mails, inClear: [], encrypted: [], connections: () => connections, open: () => sockets.size,
    hangUp: () => { for (const socket of sockets) socket.destroy(); },
    close: () => new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy();
      server.close(resolve);
    }),
  };
}

export interface OddScript {
  /** Keywords of EHLO in the clear, and once more under TLS. */
  readonly offers: readonly string[];
  readonly offersEncrypted: readonly string[];
  /** false: EHLO is not known. */
  readonly extended: boolean;
  /** What is written at STARTTLS, word for word. null: nothing at all. */
  readonly atStartTls: string | null;
  /** What comes then. */
  readonly follows: 'handshake' | 'clear' | 'close' | 'nothing' | 'demand a certificate';
}

const honest: OddScript = { offers: ['STARTTLS', 'PIPELINING'], offersEncrypted: ['PIPELINING'], extended: true, atStartTls: '220 2.0.0 Go ahead\r\n', follows: 'handshake' };

/** A server that does as told. It understands one command a line and keeps no state but whether content comes. */
export async function startOddHop(changes: Partial<OddScript> = {}): Promise<TlsHop & { readonly set: (changes: Partial<OddScript>) => void }> {
  let script = { ...honest, ...changes };
  const [mails, inClear, encrypted, sockets] = [[] as TakenMail[], [] as string[], [] as string[], new Set<net.Socket>()];
  let connections = 0;
  const server = net.createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.write('220 odd.example ESMTP\r\n');
    converse(socket, script.offers, false);
  });
  function converse(socket: net.Socket, offers: readonly string[], secure: boolean): void {
    const heard = secure ? encrypted : inClear;
    let [rest, content] = ['', null as string | null];
    const take = (chunk: Buffer): void => {
      rest += chunk.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (content !== null && line !== '.') content += `${line}\r\n`;
        else if (content !== null) {
          mails.push({ secure, bytes: Buffer.from(content, 'latin1'), recipients: [] });
          content = null;
          socket.write('250 2.0.0 taken\r\n');
        } else {
          heard.push(line);
          if (line === 'DATA') content = '';
          if (line === 'STARTTLS' && offers.includes('STARTTLS')) return startTls(socket, take);
          socket.write(answer(line, offers, script.extended));
        }
      }
    };
    socket.on('data', take);
  }
  function startTls(socket: net.Socket, take: (chunk: Buffer) => void): void {
    if (script.atStartTls !== null) socket.write(script.atStartTls);
    if (script.follows === 'clear') return;
    socket.off('data', take);
    if (script.follows === 'close') return void socket.end();
    if (script.follows === 'nothing') return void socket.resume();
    const demanding = script.follows === 'demand a certificate';
    const secured = new tls.TLSSocket(socket, { isServer: true, secureContext: tls.createSecureContext(FIRST), requestCert: demanding, rejectUnauthorized: demanding });
    secured.on('error', () => undefined);
    converse(secured, script.offersEncrypted, true);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hangUp = (): void => { for (const socket of sockets) socket.destroy(); };
  return {
    address: { host: '127.0.0.1', port: (server.address() as net.AddressInfo).port }, mails, inClear, encrypted, connections: () => connections, open: () => sockets.size, hangUp,
    set: (further) => { script = { ...script, ...further }; },
    close: async () => {
      hangUp();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(line: string, offers: readonly string[], extended: boolean): string {
  if (/^(?:EHLO|LHLO) /.test(line)) return extended ? ['odd.example', ...offers].map((each, n) => `250${n === offers.length ? ' ' : '-'}${each}\r\n`).join('') : '502 5.5.1 What?\r\n';
  if (line === 'DATA') return '354 Go ahead\r\n';
  return line === 'QUIT' ? '221 2.0.0 Bye\r\n' : '250 2.0.0 Ok\r\n';
}
