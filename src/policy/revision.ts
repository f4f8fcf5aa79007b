/** PURE. The name of a state of all policies: changes with every byte of every page and list. */
import { createHash } from 'node:crypto';

/**
 * First 12 hex digits of SHA-256 over names and contents, in the order of names; lengths keep their borders apart.
 * @param files pages and list files, names relative to the policies folder
 */
export function revisionOf(files: readonly { readonly name: string; readonly content: string | Uint8Array }[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of [...files].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))) {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    hash.update(`${Buffer.byteLength(name)}:${name}${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 12);
}
