/** PURE. Words to slots: a 32-bit hash, of which the upper bits are the slot. A slot cannot be turned back into a word. */

/** Slots of a model: 2^20. */
export const SLOT_BITS = 20;
export const SLOTS = 1 << SLOT_BITS;

/** FNV-1a over UTF-16 units (Fowler, Noll, Vo), from a seed of its own for each kind of feature: where it begins, and a unit more. */
export const hashStart = (seed: number): number => seed ^ 0x811c9dc5;
export const hashUnit = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);

/** A hash continued by a text. */
export function hashOn(hash: number, text: string): number {
  let on = hash;
  for (let i = 0; i < text.length; i++) on = hashUnit(on, text.charCodeAt(i));
  return on;
}

export const hashText = (text: string, seed: number): number => hashOn(hashStart(seed), text);

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
