/** Temporary directories that go away again. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  readonly remove: () => void;
}

/** One listener for all of them: each of its own would be told to be a leak. */
const standing = new Set<string>();
process.once('exit', () => { for (const path of standing) rmSync(path, { recursive: true, force: true }); });

/** A new directory. Outside of Jest, whose test files are not told of it, also removed when the process ends. `mode` is for directories that other users must enter. */
export function tempDir(name: string, mode = 0o700): TempDir {
  const path = mkdtempSync(join(tmpdir(), `usher-${name}-`));
  chmodSync(path, mode);
  standing.add(path);
  const remove = (): void => {
    standing.delete(path);
    rmSync(path, { recursive: true, force: true });
  };
  return { path, remove };
}
