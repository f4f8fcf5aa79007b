/**
 * PURE. What each training message counts. Wanted and unwanted mail weigh the same together; within each class a source counts by
 * the root of its size, so that no large one decides alone, and HTML is brought towards the share it has in the other class, the
 * nearer the less wanted HTML there is to learn from: public wanted mail is nearly all plain text, and a learner that is left alone
 * concludes that HTML is spam. Messages whose words are not learnt count little, or else form would be held against everybody
 * whose words nobody knows.
 */
import type { Example } from './dataset.ts';

/** Up to so many wanted messages in HTML say nothing of how much wanted mail is in HTML; the more there are beyond, the more they do. */
const WANTED_HTML_MIN = 300;
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

/** How little the training mail says about the share of HTML in wanted mail, 1 to 0. */
export function htmlUnknown(examples: readonly Pick<Example, 'label' | 'isHtml'>[]): number {
  return Math.min(1, WANTED_HTML_MIN / Math.max(1, examples.filter(({ label, isHtml }) => label === 0 && isHtml).length));
}

/** Shares of HTML brought together: all the way where nothing is known of wanted HTML, not at all where everything is. */
function evened(examples: readonly Example[], raw: Float64Array): Float64Array {
  const sums = [[0, 0], [0, 0]];
  for (const [i, { label, isHtml }] of examples.entries()) (sums[label] as number[])[isHtml ? 1 : 0]! += raw[i] as number;
  const unknown = htmlUnknown(examples);
  const share = sums.map(([plain = 0, html = 0]) => html / Math.max(1e-9, plain + html));
  const middle = ((share[0] as number) + (share[1] as number)) / 2;
  const factors = share.map((own) => {
    const wanted = own + (middle - own) * unknown;
    return own === 0 || own === 1 ? [1, 1] : [(1 - wanted) / (1 - own), wanted / own];
  });
  return raw.map((value, i) => value * (factors[(examples[i] as Example).label]?.[(examples[i] as Example).isHtml ? 1 : 0] ?? 1));
}
