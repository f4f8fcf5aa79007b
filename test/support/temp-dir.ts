/** Temporary directories that go away again. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TempDir {
  readonly path: string;
  readonly remove: () => void;
}

/** A new directory, also removed when the process ends. `mode` is for directories that other users must enter. */
export function tempDir(name: string, mode = 0o700): TempDir {
  const path = mkdtempSync(join(tmpdir(), `usher-${name}-`));
  chmodSync(path, mode);
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', remove);
  return { path, remove };
}
