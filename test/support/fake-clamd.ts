/** A clamd for tests: knows one word, and misbehaves on demand. */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { once } from 'node:events';

export type Mood = 'well' | 'silent' | 'closes' | 'babbles' | 'too-large' | 'one-at-a-time';

export interface FakeClamd {
  readonly address: { readonly host: string; readonly port: number };
  /** Bytes of each message that was scanned. */
  readonly scanned: Buffer[];
  /** Most messages at a time that waited for their answer. */
  readonly busiest: () => number;
  close(): Promise<void>;
}

export async function fakeClamd(mood: Mood = 'well'): Promise<FakeClamd> {
  const scanned: Buffer[] = [];
  const sockets = new Set<Socket>();
  let open = 0, most = 0;
  const server = createServer((socket) => {
    most = Math.max(most, ++open);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    if (mood === 'closes') return void socket.destroy();
    if (mood === 'babbles') return void socket.end('220 mail.example ESMTP\0');
    if (mood === 'too-large') return void socket.end('INSTREAM size limit exceeded. ERROR\0');
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const message = messageIn(received);
      if (message === null || mood === 'silent') return;
      scanned.push(message);
      const reply = message.includes('HARMFUL') ? 'stream: Test.Harmful FOUND\0' : message.includes('ADVERT') ? 'stream: PUA.Advert FOUND\0' : 'stream: OK\0';
      setTimeout(() => {
        open--;
        socket.end(reply);
      }, mood === 'one-at-a-time' ? 30 : 0);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port }, scanned, busiest: () => most,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Null until the chunk of length zero. */
function messageIn(received: Buffer): Buffer | null {
  const command = 'zINSTREAM\0';
  if (received.toString('latin1', 0, command.length) !== command) return null;
  const chunks: Buffer[] = [];
  for (let at = command.length; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}
