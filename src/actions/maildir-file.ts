/**
 * One message into one Maildir, for good (https://cr.yp.to/proto/maildir.html): written to `tmp`, synced, moved to `new`,
 * and `new` synced. Only then may anybody hear that it was delivered.
 */
import { randomBytes } from 'node:crypto';
import * as nodeFiles from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { maildirs } from '../message/limits.ts';
import { syncDirectory } from '../platform/sync-directory.ts';
import { hostInFileName } from './maildir-names.ts';

/** The part of node:fs/promises that is used, so that tests can let the disk fill up. */
export type MaildirFiles = Pick<typeof nodeFiles, 'open' | 'rename' | 'mkdir' | 'unlink' | 'access'>;

const SUBDIRECTORIES = ['tmp', 'new', 'cur'];
const MODE = Object.freeze({ directory: 0o700, file: 0o600 });

/** No room on the disk, over quota, or larger than a file may be. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException).code ?? '');

/** `<seconds>.M<microseconds>P<process>R<random>.<host>,S=<bytes>`: unique without asking anybody. */
export function uniqueName(now: number, hostname: string, sizeBytes: number): string {
  return `${Math.floor(now / 1000)}.M${(now % 1000) * 1000}P${process.pid}R${randomBytes(6).toString('hex')}.${hostInFileName(hostname)},S=${sizeBytes}`;
}

/** Maildirs below one directory, made as mail comes. */
export class Maildirs {
  readonly root: string;
  readonly #files: MaildirFiles;
  /** Those that this process has synced, with the directories above them. */
  readonly #lasting = new Set<string>();

  /** @param root directory that all of them are in @param files for tests */
  constructor(root: string, files: MaildirFiles = nodeFiles) {
    this.root = root;
    this.#files = files;
  }

  /**
   * Resolves when the message is durable; rejects with the file system's error, and nothing is left then.
   * @param path of the Maildir below the root, one name or two (a Maildir++ folder)
   */
  async write(path: readonly string[], name: string, slices: readonly Buffer[]): Promise<void> {
    try {
      await this.#writeOnce(path, name, slices);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Somebody removed the folder, as IMAP servers do when asked to, or those above it: once more from the beginning.
      this.#lasting.clear();
      await this.#writeOnce(path, name, slices);
    }
  }

  async #writeOnce(path: readonly string[], name: string, slices: readonly Buffer[]): Promise<void> {
    const maildir = join(this.root, ...path);
    // Once for each, also where it is there: whoever made it may have ended, or be about to, before it was synced.
    if (!this.#lasting.has(maildir)) {
      await makeMaildirs(this.#files, this.root, path);
      if (this.#lasting.size >= maildirs.rememberedMax) this.#lasting.clear();
      this.#lasting.add(maildir);
    }
    await writeMessageFile(this.#files, maildir, name, slices);
  }
}

/** Into a Maildir that is there. */
async function writeMessageFile(files: MaildirFiles, maildir: string, name: string, slices: readonly Buffer[]): Promise<void> {
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
async function makeMaildirs(files: MaildirFiles, root: string, path: readonly string[]): Promise<void> {
  let highest = root;
  for (let depth = 1; depth <= path.length; depth++) {
    const maildir = join(root, ...path.slice(0, depth));
    for (const each of SUBDIRECTORIES) {
      const made = await files.mkdir(join(maildir, each), { recursive: true, mode: MODE.directory });
      if (made !== undefined && made.length < highest.length) highest = made;
    }
    // Marks a folder as belonging to the Maildir above it (Maildir++).
    if (depth > 1) await unlessForeign(files, maildir, async () => (await files.open(join(maildir, 'maildirfolder'), 'a', MODE.file)).close());
  }
  const end = dirname(highest);
  for (let at = join(root, ...path); ; at = dirname(at)) {
    await unlessForeign(files, at, () => syncDirectory(at, files));
    if (at === end || at === dirname(at)) return;
  }
}

/** A directory in which we may make nothing is somebody else's, and nothing of ours in it can be lost: mail can be put below it all the same. */
async function unlessForeign(files: MaildirFiles, directory: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES' || (await mayWrite(files, directory))) throw error;
  }
}

async function mayWrite(files: MaildirFiles, directory: string): Promise<boolean> {
  try {
    await files.access(directory, nodeFiles.constants.W_OK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') return false;
    throw error;
  }
}
