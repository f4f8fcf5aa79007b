/**
 * PURE. What each training message counts. Wanted and unwanted mail weigh the same together; within each class a source counts by
 * the root of its size, so that no large one decides alone, and HTML is brought half-way to the share it has in the other class:
 * wanted training mail is nearly all plain text, and a learner that is left alone concludes that HTML is spam. Messages whose
 * words are not learnt count little, or else form would be held against everybody whose words nobody knows.
 */
import type { Example } from './dataset.ts';

/** 0: shares as they are; 1: the same share of HTML in both classes. */
const HTML_EVENED = 0.5;
const UNTAUGHT = 0.1;

/**
 * @param languages whose words are learnt
 * @returns importance of each example, together as much as there are examples
 */
export function importanceOf(examples: readonly Example[], languages: ReadonlySet<string>): Float64Array {
  const bySource = evened(examples, sourceImportance(examples));
  return classesEven(examples, bySource.map((counts, i) => counts * (languages.has((examples[i] as Example).language) ? 1 : UNTAUGHT)));
}

/** Within each class every source counts by the root of its size. */
export function sourceImportance(examples: readonly Example[]): Float64Array {
  const key = ({ label, source }: Example): string => `${label} ${source}`;
  const sizes = new Map<string, number>();
  for (const example of examples) sizes.set(key(example), (sizes.get(key(example)) ?? 0) + 1);
  return classesEven(examples, Float64Array.from(examples, (example) => 1 / Math.sqrt(sizes.get(key(example)) ?? 1)));
}

/** Each class half of all. */
function classesEven(examples: readonly Example[], raw: Float64Array): Float64Array {
  const totals = [0, 0];
  for (const [i, { label }] of examples.entries()) totals[label] = (totals[label] as number) + (raw[i] as number);
  return raw.map((value, i) => (value * examples.length) / 2 / (totals[(examples[i] as Example).label] as number));
}

function evened(examples: readonly Example[], raw: Float64Array): Float64Array {
  const sums = [[0, 0], [0, 0]];
  for (const [i, { label, isHtml }] of examples.entries()) (sums[label] as number[])[isHtml ? 1 : 0]! += raw[i] as number;
  const share = sums.map(([plain = 0, html = 0]) => html / Math.max(1e-9, plain + html));
  const middle = ((share[0] as number) + (share[1] as number)) / 2;
  const factors = share.map((own) => {
    const wanted = own + (middle - own) * HTML_EVENED;
    return own === 0 || own === 1 ? [1, 1] : [(1 - wanted) / (1 - own), wanted / own];
  });
  return raw.map((value, i) => value * (factors[(examples[i] as Example).label]?.[(examples[i] as Example).isHtml ? 1 : 0] ?? 1));
}
