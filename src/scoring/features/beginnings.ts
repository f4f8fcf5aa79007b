/** PURE. Words by how they begin, so that nearly all others are told from them at a glance. */

export interface ByBeginning<T> {
  /** By a hash of the first three letters, which all have. */
  readonly lists: ReadonlyMap<number, readonly T[]>;
  /** A bit for the hash of the first three letters of those that have no more, and for that of the first four of others: most words are told from them by these, without a look at the lists or at much memory. */
  readonly three: Int32Array;
  readonly four: Int32Array;
}

export const hashOfThree = (a: number, b: number, c: number): number => (Math.imul(a, 961) + Math.imul(b, 31) + c) & 0x3fff;
export const hashOfFour = (three: number, d: number): number => (Math.imul(three, 31) + d) & 0x3fff;
/** Of the first three letters. */
export const hashOf = (text: string): number => hashOfThree(text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2));
export const bitOf = (bits: Int32Array, key: number): number => (bits[key >>> 5] as number) & (1 << key);

export function byBeginning<T extends { readonly text: string }>(list: readonly T[]): ByBeginning<T> {
  const three = new Int32Array(0x4000 / 32), four = new Int32Array(0x4000 / 32);
  for (const { text } of list) {
    if (text.length < 3) throw new Error(`topic word too short: ${text}`);
    const [bits, key] = text.length === 3 ? [three, hashOf(text)] : [four, hashOfFour(hashOf(text), text.charCodeAt(3))];
    bits[key >>> 5] = (bits[key >>> 5] as number) | (1 << key);
  }
  return { lists: Map.groupBy(list, ({ text }) => hashOf(text)), three, four };
}
