/** PURE. Short arrays that outlive the text they were made for, cut from one piece of memory: asking for each apart costs more than filling it. */

const PIECE = 16_384;
let piece = new Int32Array(PIECE);
let used = 0;

/** A copy of the beginning. What is kept of one message keeps a piece that is shared with a few others. */
export function keep(from: Int32Array, length: number): Int32Array {
  if (length > PIECE / 4) return from.slice(0, length);
  if (used + length > PIECE) {
    piece = new Int32Array(PIECE);
    used = 0;
  }
  const kept = piece.subarray(used, used + length);
  used += length;
  kept.set(from.subarray(0, length));
  return kept;
}
