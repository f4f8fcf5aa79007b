/** PURE. Words to slots: a 32-bit hash, of which the upper bits are the slot. A slot cannot be turned back into a word. */

/** Slots of a model: 2^20. */
export const SLOT_BITS = 20;
export const SLOTS = 1 << SLOT_BITS;

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), from a seed of its own for each kind of feature. */
export function hashText(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}

/** Two hashes in order. */
export const combine = (a: number, b: number): number => Math.imul(a ^ Math.imul(b, 0x9e3779b1), 0x85ebca6b) ^ (b >>> 15);

/** The finaliser of MurmurHash3 (Appleby) spreads the bits, then the upper ones are kept. */
export function slotOf(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed >>> (32 - SLOT_BITS);
}
