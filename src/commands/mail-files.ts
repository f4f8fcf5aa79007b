/** Message files below the paths that somebody named. */
import { createReadStream } from 'node:fs';
import type { Dirent } from 'node:fs';
import { opendir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { limitDefaults } from '../message/limits.ts';

/** The file itself, or all files of a folder and below, in order of name; what cannot be opened comes as it is. */
export async function* filesUnder(path: string, cwd: string): AsyncGenerator<string> {
  const entries: Dirent[] = [];
  try {
    if (!(await stat(resolve(cwd, path))).isDirectory()) return yield path;
    for await (const entry of await opendir(resolve(cwd, path))) entries.push(entry);
  } catch {
    // Reading it fails again, and that line says why.
    return yield path;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const inside = join(path, entry.name);
    // A link to a folder may lead back up; pipes and devices would never end.
    if (entry.isDirectory()) yield* filesUnder(inside, cwd);
    else if (entry.isFile() || (entry.isSymbolicLink() && (await isFile(resolve(cwd, inside))))) yield inside;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    // A link that leads nowhere: reading it says so.
    return true;
  }
}

/** Reads a file, but no more of it than a message may have; rejects with what is wrong with it. */
export function readMail(file: string): Promise<Buffer> {
  return readBounded(createReadStream(file));
}

/** The same for any stream, such as standard input. */
export async function readBounded(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitDefaults.messageMaxBytes) throw new Error(`larger than ${limitDefaults.messageMaxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
