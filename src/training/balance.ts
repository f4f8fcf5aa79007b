/**
 * PURE. What each training message counts. Wanted and unwanted mail weigh the same together, and within each class HTML is
 * brought half-way to the share it has in the other: wanted training mail is nearly all plain text, and a learner that is left
 * alone concludes that HTML is spam.
 */
import type { Example } from './dataset.ts';

/** 0: shares as they are; 1: the same share of HTML in both classes. */
const HTML_EVENED = 0.5;

/** @returns importance of each example, together as much as there are examples */
export function importanceOf(examples: readonly Example[]): Float64Array {
  const counts = [[0, 0], [0, 0]];
  for (const { label, isHtml } of examples) (counts[label] as number[])[isHtml ? 1 : 0]! += 1;
  const share = counts.map(([plain = 0, html = 0]) => html / Math.max(1, plain + html));
  const middle = ((share[0] as number) + (share[1] as number)) / 2;
  const each = counts.map(([plain = 0, html = 0], label) => {
    const own = share[label] as number;
    const wanted = own + (middle - own) * HTML_EVENED;
    const half = examples.length / 2;
    return html === 0 || plain === 0 ? [half / Math.max(1, plain + html), half / Math.max(1, plain + html)] : [(half * (1 - wanted)) / plain, (half * wanted) / html];
  });
  return Float64Array.from(examples, ({ label, isHtml }) => each[label]?.[isHtml ? 1 : 0] ?? 1);
}
