/** Third-party conformance vectors, which lie beside the checkout and are no part of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DIR = join(__dirname, '../../../shared/data/vectors');

/** @returns the parsed file, or null (and then the caller skips, visibly) when it is not on this machine */
export function vectors<T>(name: string): T | null {
  const file = join(DIR, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : null;
}

/** A suite on vectors; where they are missing it is skipped, visibly. They are no part of the project, so not even CI can demand them. */
export function describeVectors<T>(title: string, name: string, suite: (vectors: T) => void): void {
  const found = vectors<T>(name);
  if (found !== null) describe(title, () => suite(found));
  else describe.skip(`${title} [skipped: ../shared/data/vectors/${name} is not on this machine]`, () => test('vectors', () => {}));
}
