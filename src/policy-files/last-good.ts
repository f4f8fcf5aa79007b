/** The set in force, kept in one file of the data folder, so that a broken edit survives no restart either. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncDirectory } from '../platform/sync-directory.ts';

/** Says what the file is, should somebody find it. */
const FORMAT = 'usher-policies-1';

export interface Kept {
  readonly revision: string;
  /** Names relative to the policies folder. */
  readonly files: ReadonlyMap<string, Buffer>;
}

interface Stored {
  readonly format: string;
  readonly revision: string;
  readonly savedAt: string;
  readonly files: readonly { readonly name: string; readonly base64: string }[];
}

/** Where it is kept. */
export const keptFile = (dataDir: string): string => join(dataDir, 'policies', 'last-good.json');

/** Null when nothing was kept; rejects when it cannot be read or is not ours. */
export async function readKept(dataDir: string): Promise<Kept | null> {
  let text: string;
  try {
    text = await readFile(keptFile(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const stored = JSON.parse(text) as Partial<Stored>;
  if (stored.format !== FORMAT || typeof stored.revision !== 'string' || !Array.isArray(stored.files)) throw new Error(`${keptFile(dataDir)} is not a set of policies`);
  return { revision: stored.revision, files: new Map((stored as Stored).files.map(({ name, base64 }) => [name, Buffer.from(base64, 'base64')])) };
}

/** Durable before it resolves: written beside, synced, then moved into place. */
export async function writeKept(dataDir: string, kept: Kept, now: number): Promise<void> {
  const file = keptFile(dataDir);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const beside = `${file}.new`;
  try {
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(`{"format":"${FORMAT}","revision":${JSON.stringify(kept.revision)},"savedAt":"${new Date(now).toISOString()}","files":[`);
      let first = true;
      // One file at a time: a set may hold many megabytes of lists.
      for (const [name, bytes] of kept.files) {
        await handle.writeFile(`${first ? '' : ','}\n${JSON.stringify({ name, base64: bytes.toString('base64') })}`);
        first = false;
      }
      await handle.writeFile('\n]}\n');
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, file);
    await syncDirectory(dirname(file));
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
