/**
 * One message into one Maildir, for good (https://cr.yp.to/proto/maildir.html): written to `tmp`, synced, moved to `new`,
 * and `new` synced. Only then may anybody hear that it was delivered.
 */
import { randomBytes } from 'node:crypto';
import type * as fs from 'node:fs/promises';
import { join } from 'node:path';

/** The part of node:fs/promises that is used, so that tests can let the disk fill up. */
export type MaildirFiles = Pick<typeof fs, 'open' | 'rename' | 'mkdir' | 'unlink'>;

const SUBDIRECTORIES = ['tmp', 'new', 'cur'];
const MODE = Object.freeze({ directory: 0o700, file: 0o600 });

/** `<seconds>.M<microseconds>P<process>R<random>.<host>,S=<bytes>`: unique without asking anybody. */
export function uniqueName(now: number, hostname: string, sizeBytes: number): string {
  // Slash and colon must not stand in the name; the octal forms are those of the Maildir page.
  const host = hostname.replaceAll('/', '\\057').replaceAll(':', '\\072');
  return `${Math.floor(now / 1000)}.M${(now % 1000) * 1000}P${process.pid}R${randomBytes(6).toString('hex')}.${host},S=${sizeBytes}`;
}

/**
 * Resolves when the message is durable; rejects with the file system's error, and nothing is left then.
 * @param root directory that all Maildirs are in @param path of the Maildir below it, one name or two (a Maildir++ folder)
 */
export async function writeToMaildir(files: MaildirFiles, root: string, path: readonly string[], name: string, slices: readonly Buffer[]): Promise<void> {
  const maildir = join(root, ...path);
  try {
    await writeFile(files, maildir, name, slices);
  } catch (error) {
    // The first message for somebody, or for somebody whose folders were removed.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeMaildirs(files, root, path);
    await writeFile(files, maildir, name, slices);
  }
}

async function writeFile(files: MaildirFiles, maildir: string, name: string, slices: readonly Buffer[]): Promise<void> {
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
    await syncDirectory(files, join(maildir, 'new'));
  } catch (error) {
    await removeAfter(files, at, error);
    throw error;
  }
}

/** A half-written file must not be found; if it cannot be removed either, both errors are told. */
async function removeAfter(files: MaildirFiles, path: string, cause: unknown): Promise<void> {
  try {
    await files.unlink(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new AggregateError([cause, error], `${String(cause)}; ${String(error)}`, { cause: error });
  }
}

/** Each directory is synced from below upwards, so that none is lost with a power failure. */
async function makeMaildirs(files: MaildirFiles, root: string, path: readonly string[]): Promise<void> {
  for (let depth = 1; depth <= path.length; depth++) {
    const maildir = join(root, ...path.slice(0, depth));
    for (const each of SUBDIRECTORIES) await files.mkdir(join(maildir, each), { recursive: true, mode: MODE.directory });
    // Marks a folder as belonging to the Maildir above it (Maildir++).
    if (depth > 1) await (await files.open(join(maildir, 'maildirfolder'), 'a', MODE.file)).close();
  }
  for (let depth = path.length; depth >= 0; depth--) await syncDirectory(files, join(root, ...path.slice(0, depth)));
  await syncDirectory(files, join(root, '..'));
}

async function syncDirectory(files: MaildirFiles, directory: string): Promise<void> {
  const handle = await files.open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
