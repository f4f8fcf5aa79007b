/** Looks through our own Maildirs for messages that lie elsewhere than we put them. Reads only what changed since the last look. */
import type { Stats } from 'node:fs';
import { open, opendir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { folderDirectory } from '../actions/maildir-names.ts';
import { mailboxes as bounds } from '../message/limits.ts';
import type { MarkKey } from '../quarantine/mark.ts';
import { claimedPlace, PLACED_MAX_BYTES, verifiedMessage, type Place, type Placed } from './placed.ts';

/** A message of ours, and where it lies now. */
export interface Sighting extends Placed {
  /** Directory of the mailbox. */
  readonly mailbox: string;
  readonly now: Place;
  /** As we delivered it, without the field that says where; only read when it was moved. */
  readonly bytes: Buffer | null;
}

export interface ScanOptions {
  /** Directory that all Maildirs are in. */
  readonly root: string;
  /** Names of folders that count as junk, as people read them. */
  readonly junkFolders: ReadonlySet<string>;
  readonly keys: readonly MarkKey[];
  /** What was not looked at since then, milliseconds since 1970, by directory; written to. */
  readonly lookedAt: Map<string, number>;
  /** For directories that were never looked at. */
  readonly since: number;
  readonly now: () => number;
  /** Told when the bound was reached before the end. */
  readonly cutShort: () => void;
  /** Told of what may not be read; the rest is looked at all the same. */
  readonly denied: (error: NodeJS.ErrnoException) => void;
}

type Attempt = <T>(what: Promise<T>) => Promise<T | null>;

/**
 * Everything of ours that was put, moved or opened since the last look. Directories that are not done when the bound is
 * reached are looked at the next time, as if this one had not been.
 */
export async function* sightings(options: ScanOptions): AsyncGenerator<Sighting> {
  let left: number = bounds.filesPerScanMax;
  const attempt = attempting(options.denied);
  for await (const mailbox of directoriesIn(options.root, attempt)) {
    const own = join(options.root, mailbox);
    const folders: readonly (readonly [Place, string])[] = [['inbox', own], ...[...options.junkFolders].map((name) => ['junk', join(own, folderDirectory(name))] as const)];
    for (const [now, folder] of folders) {
      for (const directory of [join(folder, 'cur'), join(folder, 'new')]) {
        if (left <= 0) return options.cutShort();
        const begun = options.now();
        for await (const file of changedIn(directory, options.lookedAt.get(directory) ?? options.since, attempt)) {
          left--;
          const seen = await lookAt({ path: file, mailbox, now, keys: options.keys, attempt });
          if (seen !== null) yield seen;
        }
        // File systems keep coarser time than we do; what is seen twice teaches once.
        options.lookedAt.set(directory, begun - bounds.clockMarginMs);
      }
    }
  }
}

async function* directoriesIn(root: string, attempt: Attempt): AsyncGenerator<string> {
  const entries = await attempt(opendir(root));
  if (entries === null) return;
  for await (const entry of entries) if (entry.isDirectory() && !entry.name.startsWith('.')) yield entry.name;
}

/** Files that came in or were renamed since then: both change the directory's time, and the file's own (inode(7), ctime). */
async function* changedIn(directory: string, since: number, attempt: Attempt): AsyncGenerator<string> {
  const about = await attempt(stat(directory));
  if (about === null || about.mtimeMs < since) return;
  for (const name of (await attempt(readdir(directory))) ?? []) {
    const path = join(directory, name);
    const file: Stats | null = await attempt(stat(path));
    if (file !== null && file.isFile() && file.ctimeMs >= since && file.size <= bounds.messageMaxBytes) yield path;
  }
}

interface Look {
  readonly path: string;
  readonly mailbox: string;
  readonly now: Place;
  readonly keys: readonly MarkKey[];
  readonly attempt: Attempt;
}

async function lookAt({ path, mailbox, now, keys, attempt }: Look): Promise<Sighting | null> {
  const claimed = claimedPlace((await attempt(headOf(path))) ?? Buffer.alloc(0));
  if (claimed === null) return null;
  if (claimed.place === now) return { ...claimed, mailbox, now, bytes: null };
  const file = await attempt(readFile(path));
  const bytes = file === null ? null : verifiedMessage(file, mailbox, keys);
  return bytes === null ? null : { ...claimed, mailbox, now, bytes };
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PLACED_MAX_BYTES), 0, PLACED_MAX_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** What people's programs move and delete while we look is simply not there; what we may not read is told. */
const attempting = (denied: ScanOptions['denied']): Attempt => async (what) => {
  try {
    return await what;
  } catch (error) {
    const problem = error as NodeJS.ErrnoException;
    if (problem.code === 'EACCES' || problem.code === 'EPERM') denied(problem);
    else if (problem.code !== 'ENOENT' && problem.code !== 'ENOTDIR') throw error;
    return null;
  }
};
