/** Third-party conformance vectors, which lie beside the checkout and are no part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIR = join(__dirname, '../../../shared/data/vectors');

/** @returns the parsed file, or null (and then the caller skips, visibly) when it is not on this machine */
export function vectors<T>(name: string): T | null {
  const file = join(DIR, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null;
}

export const VECTORS_MISSING = 'skipped: ../shared/data/vectors is not on this machine';
