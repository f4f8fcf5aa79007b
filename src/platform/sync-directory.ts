/** Names in a directory last over a power failure only once the directory itself is synced (fsync(2)). */
import * as nodeFiles from 'node:fs/promises';

/** Rejects with the error of the file system. @param files for tests */
export async function syncDirectory(directory: string, files: Pick<typeof nodeFiles, 'open'> = nodeFiles): Promise<void> {
  const handle = await files.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
