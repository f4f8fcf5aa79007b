/**
 * One message into one Maildir, for good (https://cr.yp.to/proto/maildir.html): written to `tmp`, synced, moved to `new`,
 * and `new` synced. Only then may anybody hear that it was delivered.
 */
import { randomBytes } from 'node:crypto';
import type * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../platform/sync-directory.ts';
import { hostInFileName } from './maildir-names.ts';

/** The part of node:fs/promises that is used, so that tests can let the disk fill up. */
export type MaildirFiles = Pick<typeof fs, 'open' | 'rename' | 'mkdir' | 'unlink'>;

const SUBDIRECTORIES = ['tmp', 'new', 'cur'];
const MODE = Object.freeze({ directory: 0o700, file: 0o600 });

/** No room on the disk, over quota, or larger than a file may be. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');

/** `<seconds>.M<microseconds>P<process>R<random>.<host>,S=<bytes>`: unique without asking anybody. */
export function uniqueName(now: number, hostname: string, sizeBytes: number): string {
  return `${Math.floor(now / 1000)}.M${(now % 1000) * 1000}P${process.pid}R${randomBytes(6).toString('hex')}.${hostInFileName(hostname)},S=${sizeBytes}`;
}

/**
 * Resolves when the message is durable; rejects with the file system's error, and nothing is left then.
 * @param root directory that all Maildirs are in @param path of the Maildir below it, one name or two (a Maildir++ folder)
 */
export async function writeToMaildir(files: MaildirFiles, root: string, path: readonly string[], name: string, slices: readonly Buffer[]): Promise<void> {
  const maildir = join(root, ...path);
  try {
    await writeMessageFile(files, maildir, name, slices);
  } catch (error) {
    // The first message for somebody, or for somebody whose folders were removed.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeMaildirs(files, root, path);
    await writeMessageFile(files, maildir, name, slices);
  }
}

/** The same into a Maildir that is there. */
export async function writeMessageFile(files: MaildirFiles, maildir: string, name: string, slices: readonly Buffer[]): Promise<void> {
  const temporary = join(maildir, 'tmp', name);
  const final = join(maildir, 'new', name);
  const handle = await files.open(temporary, 'wx', MODE.file);
  let at = temporary;
  try {
    try {
      for (const slice of slices) await handle.writeFile(slice);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await files.rename(temporary, final);
    at = final;
    await syncDirectory(join(maildir, 'new'), files);
  } catch (error) {
    await removeAfter(files, at, error);
    throw error;
  }
}

/** A half-written file must not be found; if it cannot be removed either, both errors are told, with the code of the first. */
async function removeAfter(files: MaildirFiles, path: string, cause: unknown): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      const both = new AggregateError([cause, error], `${String(cause)}; ${String(error)}`, { cause });
      throw Object.assign(both, { code: (cause as NodeJS.ErrnoException).code });
    }
  }
}

/** The directories of a Maildir and of those above it, each synced from below upwards, so that none is lost with a power failure. */
export async function makeMaildirs(files: MaildirFiles, root: string, path: readonly string[]): Promise<void> {
  for (let depth = 1; depth <= path.length; depth++) {
    const maildir = join(root, ...path.slice(0, depth));
    for (const each of SUBDIRECTORIES) await files.mkdir(join(maildir, each), { recursive: true, mode: MODE.directory });
    // Marks a folder as belonging to the Maildir above it (Maildir++).
    if (depth > 1) await (await files.open(join(maildir, 'maildirfolder'), 'a', MODE.file)).close();
  }
  for (let depth = path.length; depth >= 0; depth--) await syncDirectory(join(root, ...path.slice(0, depth)), files);
  await syncDirectory(join(root, '..'), files);
}
