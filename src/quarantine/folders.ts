/**
 * The quarantine on disk: Maildir++ folders, one set per policy, so that the operator's IMAP server can show them
 * (https://cr.yp.to/proto/maildir.html; https://www.courier-mta.org/imap/README.maildirquota.html for the `++`).
 * Files are synced before they get their name, and the folder after it: a name that is there stands for a whole message.
 */
import type * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { Maildirs } from '../actions/maildir-file.ts';
import { folderDirectory, hostInFileName, recipientDirectory } from '../actions/maildir-names.ts';

/** The part of node:fs/promises that is used, so that tests can let the disk fill up. */
export type Files = Pick<typeof fs, 'open' | 'rename' | 'mkdir' | 'unlink' | 'readdir' | 'stat' | 'readFile' | 'access'>;

/** Where a held message lies, apart from its flags. */
export interface HeldFile {
  readonly policy: string;
  readonly folder: string;
  /** Base name. */
  readonly file: string;
}

const FILE = /^(\d+)\.U[0-9a-z]{16}\./;
const MODE = { folder: 0o700, file: 0o600 };

/**
 * Name of a new file; what stands before `:` never changes again.
 * @param retryKey of the delivery: should a crash leave the file without its row, the retry knows it again by this
 */
export function fileName(now: number, id: string, hostname: string, size: number, retryKey: string): string {
  return `${Math.floor(now / 1000)}.U${id}.${hostInFileName(hostname)},S=${size},K=${retryKey.slice(0, 16)}`;
}

/** What fileName took of the retry key; null for other files. */
const keyOfFile = (name: string): string | null => /,K=([0-9a-f]{16})(?=:|$)/.exec(name)?.[1] ?? null;

/** Seconds since 1970 in a name given by `fileName`; null for files that somebody else put there. */
export function secondsOfFile(name: string): number | null {
  const match = FILE.exec(name);
  return match === null ? null : Number(match[1]);
}

export class QuarantineFolders {
  readonly #root: string;
  readonly #files: Files;
  readonly #maildirs: Maildirs;
  /** Files that a crash left without a row, by the key in their name: gone as soon as their retry is held. */
  readonly #leftovers = new Map<string, string>();

  /** @param root `<data>/quarantine` */
  constructor(root: string, files: Files) {
    this.#root = root;
    this.#files = files;
    this.#maildirs = new Maildirs(root, files);
  }

  get root(): string {
    return this.#root;
  }

  directory(where: Pick<HeldFile, 'policy' | 'folder'>): string {
    return join(this.#root, ...pathOf(where));
  }

  /** Resolves when the file is durable. Rejects with the error of the file system; nothing is left then. */
  write(where: HeldFile, parts: readonly Buffer[]): Promise<void> {
    return this.#maildirs.write(pathOf(where), where.file, parts);
  }

  /** Path of a file, whatever its flags; null when it is not there any more. */
  async find(where: HeldFile): Promise<string | null> {
    const directory = this.directory(where);
    // It may be moved from new to cur by an IMAP server between two looks.
    for (let attempt = 0; attempt < 2; attempt++) {
      for (const plain of [join(directory, 'new', where.file), join(directory, 'cur', where.file)]) {
        if (await this.#isThere(plain)) return plain;
      }
      for (const sub of ['cur', 'new']) {
        const flagged = (await this.#list(join(directory, sub))).find((name) => name.startsWith(`${where.file}:`));
        if (flagged !== undefined) return join(directory, sub, flagged);
      }
    }
    return null;
  }

  /** The bytes of a stored file; null when it is not there any more. */
  async read(where: HeldFile): Promise<Buffer | null> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const path = await this.find(where);
      if (path === null) return null;
      try {
        return await this.#files.readFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    return null;
  }

  /** Removes a file; one that is not there is as good. */
  async remove(where: HeldFile): Promise<void> {
    const path = await this.find(where);
    if (path !== null) await this.#unlink(path);
  }

  /** @param path of a file without a row, found when the service started */
  rememberLeftover(path: string): void {
    const key = keyOfFile(path);
    if (key !== null) this.#leftovers.set(key, path);
  }

  /** The delivery that left it was tried again and is held: one copy is enough. */
  async removeLeftoverOf(where: HeldFile): Promise<void> {
    const key = this.#leftovers.size === 0 ? null : keyOfFile(where.file);
    const path = key === null ? undefined : this.#leftovers.get(key);
    if (key === null || path === undefined) return;
    this.#leftovers.delete(key);
    await this.#unlink(path);
  }

  /** Every directory of the quarantine that holds messages: `tmp`, `new` and `cur` of all folders. */
  async *subfolders(): AsyncGenerator<{ readonly kind: 'tmp' | 'new' | 'cur'; readonly path: string }> {
    for (const policy of await this.#list(this.#root)) {
      for (const folder of await this.#list(join(this.#root, policy))) {
        if (!folder.startsWith('.')) continue;
        for (const kind of ['tmp', 'new', 'cur'] as const) yield { kind, path: join(this.#root, policy, folder, kind) };
      }
    }
  }

  /** Rejects when a message could not be held now. */
  async checkWritable(): Promise<void> {
    await this.#files.mkdir(this.#root, { recursive: true, mode: MODE.folder });
    const path = join(this.#root, '.writable');
    const probe = await this.#files.open(path, 'w', MODE.file);
    try {
      await probe.write('x');
    } finally {
      await probe.close();
    }
    await this.#unlink(path);
  }

  async #isThere(path: string): Promise<boolean> {
    return absentAs(false, async () => {
      await this.#files.access(path);
      return true;
    });
  }

  #list(directory: string): Promise<readonly string[]> {
    return absentAs([], () => this.#files.readdir(directory));
  }

  #unlink(path: string): Promise<void> {
    return absentAs(undefined, () => this.#files.unlink(path));
  }
}

/** Below the root: the Maildir of the policy, and the folder in it. */
const pathOf = ({ policy, folder }: Pick<HeldFile, 'policy' | 'folder'>): readonly [string, string] => [recipientDirectory(policy), folderDirectory(folder)];

async function absentAs<T>(absent: T, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return absent;
    throw error;
  }
}
