/** A door between two servers that a test opens and closes: closed, connections are refused and open ones cut. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export interface Gate {
  readonly open: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Passes connections on `port` to `targetPort`, both on loopback; closed at first. */
export function gate(port: number, targetPort: number): Gate {
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  const join = (from: Socket, to: Socket): void => {
    sockets.add(from);
    from.pipe(to);
    // Ending one side ends the other; which error it was does not matter here.
    from.on('error', () => to.destroy()).on('close', () => { to.destroy(); sockets.delete(from); });
  };
  return {
    open: async () => {
      server = createServer((inner) => {
        const outer = connect({ host: '127.0.0.1', port: targetPort });
        join(inner, outer);
        join(outer, inner);
      });
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    close: async () => {
      if (server === null) return;
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      server = null;
    },
  };
}
