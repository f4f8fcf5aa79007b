/** Removes what a crash left in the quarantine: half-written files, and files that no row needs. Runs at start. */
import { join } from 'node:path';
import { readdir, stat, unlink } from 'node:fs/promises';
import { secondsOfFile } from './folders.ts';
import type { QuarantineFolders } from './folders.ts';
import { quarantine } from '../message/limits.ts';
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { HeldBook } from '../storage/store.ts';

export interface SweepResult {
  readonly halfWritten: number;
  /** Removed, their rows having come to an end. */
  readonly done: number;
  /** Without any row: never acknowledged, so the sender kept them. */
  readonly orphans: number;
}

/** Rejects when a folder cannot be read. */
export async function sweep(folders: QuarantineFolders, held: HeldBook, clock: Clock, log: Log): Promise<SweepResult> {
  let halfWritten = 0;
  const done: string[] = [];
  const orphans: string[] = [];
  for await (const { kind, path } of folders.subfolders()) {
    for (const name of await readdir(path).catch(emptyIfAbsent)) {
      const file = join(path, name);
      if (kind === 'tmp') {
        if ((await ageMs(file, clock)) > quarantine.halfWrittenKeepMs && (await removed(file))) halfWritten++;
        continue;
      }
      const seconds = secondsOfFile(name);
      // Files with other names are not ours to remove: somebody may have moved mail here.
      if (seconds === null) continue;
      const state = await held.stateOfFile(name.split(':')[0] ?? name);
      const isYoung = clock.now() - seconds * 1000 < quarantine.orphanKeepMs;
      // Its sender was told nothing and tries again soon; until then the file may also be that of a process still at work.
      if (state === 'unknown' && isYoung) folders.rememberLeftover(file);
      if (isYoung) continue;
      if (state === 'done') done.push(file);
      if (state === 'unknown') orphans.push(file);
    }
  }
  for (const file of done) await removed(file);
  if (orphans.length > quarantine.orphansMax) {
    // A crash leaves a few. So many mean that the database is not the one these files were indexed in: they may be all there is.
    log.error({ files: orphans.length }, 'the quarantine holds files that the database does not know; nothing was removed');
    return { halfWritten, done: done.length, orphans: 0 };
  }
  for (const file of orphans) await removed(file);
  if (halfWritten + orphans.length > 0) log.warn({ halfWritten, orphans }, 'removed from the quarantine what a crash had left and nobody had been told was kept');
  return { halfWritten, done: done.length, orphans: orphans.length };
}

async function ageMs(file: string, clock: Clock): Promise<number> {
  const found = await stat(file).catch(() => null); // Gone in the meantime: nothing to remove.
  return found === null ? 0 : clock.now() - found.mtimeMs;
}

async function removed(file: string): Promise<boolean> {
  try {
    await unlink(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function emptyIfAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
