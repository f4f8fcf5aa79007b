/** Unix sockets that doors listen on. */
import { unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/** Removes a socket file that nobody listens on, left behind by a process that could not tidy up. Rejects with the error of the file system. */
export async function removeStaleSocket(path: string): Promise<void> {
  const refused = await new Promise<boolean>((resolve) => {
    const probe = connect({ path });
    probe.once('connect', () => { probe.destroy(); resolve(false); });
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
  if (refused) await unlink(path);
}
