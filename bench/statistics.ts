/** PURE. Numbers out of many measurements. */

/** The value below which `share` (0 to 1) of the sorted values lie; nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('no values, no percentile');
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] as number;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function rounded(value: number, digits = 3): number {
  return Number(value.toFixed(digits));
}

/** Something promised, and what came out. */
export interface Target {
  readonly name: string;
  /** In words with its unit, e.g. `at most 0.6`. */
  readonly target: string;
  readonly measured: number;
  readonly met: boolean;
}

/** @param unit stands behind the bound; '' for ratios */
export function atMost(name: string, bound: number, measured: number, unit: string): Target {
  return { name, target: `at most ${bound}${unit === '' ? '' : ` ${unit}`}`, measured: rounded(measured), met: measured <= bound };
}

/** @param unit stands behind the bound; '' for ratios */
export function atLeast(name: string, bound: number, measured: number, unit: string): Target {
  return { name, target: `at least ${bound}${unit === '' ? '' : ` ${unit}`}`, measured: rounded(measured), met: measured >= bound };
}

/** What a benchmark prints. */
export interface BenchmarkResult {
  readonly results: Readonly<Record<string, unknown>>;
  readonly targets: readonly Target[];
}
