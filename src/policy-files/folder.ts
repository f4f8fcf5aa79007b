/** Where pages and lists come from: the policies folder, or a remembered copy of it. */
import type { BigIntStats } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { policyFiles } from '../message/limits.ts';

export type FileProblem = 'missing' | 'outside' | 'too-large' | 'unreadable';

/** `stamp` changes when the content may have: the file need not be read again while it stays. */
export type FileAnswer = { readonly bytes: Buffer; readonly stamp: string } | { readonly problem: FileProblem };

export interface Folder {
  /** Names of all pages relative to the folder, with `/`, sorted; null: the folder cannot be read. */
  pages(): Promise<readonly string[] | null>;
  read(name: string, maxBytes: number): Promise<FileAnswer>;
  /** What `read` would stamp, without reading; `missing` or `unreadable` where there is nothing to read. */
  stamp(name: string): Promise<string>;
}

const isPage = (name: string): boolean => /\.ya?ml$/i.test(name);

/** The folder on disk. Hidden files and folders are left alone (editors and Kubernetes keep theirs there). */
export class DiskFolder implements Folder {
  readonly dir: string;
  /** Folders seen by the last `pages()`, for watching. */
  directories: readonly string[] = [];

  constructor(dir: string) {
    this.dir = dir;
  }

  async pages(): Promise<readonly string[] | null> {
    const found: string[] = [];
    const directories: string[] = [];
    const visit = async (below: string): Promise<void> => {
      const entries = await readdir(join(this.dir, below), { withFileTypes: true });
      directories.push(join(this.dir, below));
      for (const entry of entries) {
        if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
        const name = below === '' ? entry.name : `${below}/${entry.name}`;
        if (entry.isDirectory()) await visit(name);
        else if (isPage(entry.name) && found.length <= policyFiles.filesMax) found.push(name);
      }
    };
    try {
      await visit('');
    } catch {
      return null;
    }
    this.directories = directories;
    return found.sort();
  }

  async read(name: string, maxBytes: number): Promise<FileAnswer> {
    try {
      for (let attempt = 1; ; attempt++) {
        const before = await this.#inspect(name);
        if (typeof before === 'string') return { problem: before };
        if (before.size > maxBytes) return { problem: 'too-large' };
        const bytes = await readFile(before.path);
        const after = await this.#inspect(name);
        // An editor was writing while we read: half a page must not pass for a page.
        if (typeof after === 'string' || after.stamp === before.stamp || attempt === 3) return { bytes, stamp: before.stamp };
      }
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  async stamp(name: string): Promise<string> {
    try {
      return stampOf(await stat(join(this.dir, name), { bigint: true }));
    } catch (error) {
      return problemOf(error);
    }
  }

  async #inspect(name: string): Promise<{ readonly path: string; readonly size: number; readonly stamp: string } | FileProblem> {
    const [root, path] = await Promise.all([realpath(this.dir), realpath(join(this.dir, name))]);
    if (!path.startsWith(root + sep)) return 'outside';
    const state = await stat(path, { bigint: true });
    if (!state.isFile()) return 'unreadable';
    return { path, size: Number(state.size), stamp: stampOf(state) };
  }
}

function stampOf(state: BigIntStats): string {
  return `${state.ino}-${state.size}-${state.mtimeNs}-${state.ctimeNs}`;
}

function problemOf(error: unknown): FileProblem {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
}

/** A copy in memory: what was in force before a restart. */
export class MemoryFolder implements Folder {
  readonly #files: ReadonlyMap<string, Buffer>;

  constructor(files: ReadonlyMap<string, Buffer>) {
    this.#files = files;
  }

  pages(): Promise<readonly string[]> {
    return Promise.resolve([...this.#files.keys()].filter(isPage).sort());
  }

  read(name: string): Promise<FileAnswer> {
    const bytes = this.#files.get(name);
    return Promise.resolve(bytes === undefined ? { problem: 'missing' } : { bytes, stamp: 'remembered' });
  }

  stamp(name: string): Promise<string> {
    return Promise.resolve(this.#files.has(name) ? 'remembered' : 'missing');
  }
}
