/** What is in an Usher's quarantine: by its own command, and by the files on disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import Database from 'better-sqlite3';
import { runUsher, type UsherHome } from './usher.ts';

/** The fields of `usher quarantine list --json` that tests look at; there is one entry for each recipient. */
export interface HeldEntry {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  /** How often it was tried. */
  readonly count: number;
}

/** @param search in subject and sender, as the command has it */
export async function heldEntries(home: UsherHome, search?: string): Promise<readonly HeldEntry[]> {
  const { code, output, stdout } = await runUsher(home, ['quarantine', 'list', '--json', '--limit', '1000', ...(search === undefined ? [] : ['--search', search])]);
  if (code !== 0) throw new Error(`usher quarantine list: ${output}`);
  return JSON.parse(stdout) as readonly HeldEntry[];
}

/** Every row that is held, however many: the command lists a bounded number. */
export function heldRows(home: UsherHome): readonly HeldEntry[] {
  const database = new Database(join(home.dataDir, 'usher.sqlite'), { readonly: true });
  try {
    return database.prepare("select id, recipient, subject, count from held where state = 'held'").all() as HeldEntry[];
  } finally {
    database.close();
  }
}

/** Every message file below the quarantine folder, as text. */
export function heldFiles(home: UsherHome): readonly string[] {
  const files = readdirSync(join(home.dataDir, 'quarantine'), { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile() && ['new', 'cur'].includes(file.parentPath.split(sep).at(-1) ?? ''))
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'));
}
