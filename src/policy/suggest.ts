/** PURE. "Did you mean": the nearest of the words that could stand here. */

/** Lower case, hyphens for spaces and underscores: what forgiving comparison looks at. */
export function plainWord(text: string): string {
  return text.trim().toLowerCase().normalize('NFC').replace(/[\s_\u2010-\u2015-]+/g, '-');
}

/**
 * The choice that the text most likely means, or null when none is near: at most a third of its letters differ.
 * Distance is Damerau's (optimal string alignment): a swap of neighbours counts once.
 */
export function suggest(text: string, choices: readonly string[]): string | null {
  const wanted = plainWord(text);
  if (wanted === '' || wanted.length > 60) return null;
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const choice of choices) {
    const distance = editDistance(wanted, plainWord(choice));
    if (distance < bestDistance) [best, bestDistance] = [choice, distance];
  }
  if (best === null) return null;
  if (bestDistance <= Math.max(1, Math.floor(best.length / 3))) return best;
  // A word cut short or with more behind it: "quarantine-it", "never-miss".
  const starts = choices.filter((choice) => wanted.length >= 4 && (choice.startsWith(wanted) || wanted.startsWith(`${choice}-`)));
  return starts.length === 1 ? (starts[0] ?? null) : null;
}

export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
