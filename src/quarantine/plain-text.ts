/** PURE. Texts of strangers as one harmless line: for digests and wherever else a person reads a name or a subject. */

/**
 * Characters that have no shape of their own but change how others are shown: controls, directions (a `gpj.exe` that reads
 * `exe.jpg`), joiners and fillers without width, tags, and half characters.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2800]|\u034f|[\u{e0000}-\u{e0fff}]/gu;
/** More marks on one letter than any language writes: stacked so, they cover the lines above. */
const MARKS = /(\p{M}{3})\p{M}+/gu;

/** @param maxChars counted in code points; what is cut off is shown by an ellipsis */
export function plainText(text: string, maxChars: number): string {
  // Only a beginning can be shown, so that much more need not be cleaned.
  const short = text.slice(0, maxChars * 8).toWellFormed();
  const line = short.replace(/[\s\u2028\u2029]+/gu, ' ').replace(INVISIBLE, '').replace(MARKS, '$1').replace(/ {2,}/g, ' ').trim();
  const characters = [...line];
  return characters.length <= maxChars ? line : `${characters.slice(0, maxChars - 1).join('').trimEnd()}…`;
}
