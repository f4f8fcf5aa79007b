/** PURE. What counted outcomes prove: Clopper and Pearson's exact interval (Biometrika 26, 1934), its upper end. */

/** Wanted messages by the log-odds they had: ascending, one entry for each. */
export interface Evidence {
  /** Log-odds of wanted mail, ascending. */
  readonly wanted: readonly number[];
}

export const NO_EVIDENCE: Evidence = Object.freeze({ wanted: Object.freeze([]) });

const CONFIDENCE = 0.95;

/**
 * Upper end of the one-sided 95 % interval for a share of which k of n were counted; 1 when n is 0. For k = 0 this is the rule
 * of three, 3/n (Hanley and Lippman-Hand, JAMA 1983).
 */
export function upperShare(k: number, n: number): number {
  if (k >= n) return 1;
  let low = k / n, high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (atMost(k, n, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of at most k of n, each with probability p. */
function atMost(k: number, n: number, p: number): number {
  const logP = Math.log(p), logQ = Math.log1p(-p);
  let term = n * logQ, sum = Math.exp(term);
  for (let i = 1; i <= k; i++) {
    term += Math.log((n - i + 1) / i) + logP - logQ;
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/** How many of the wanted messages had at least these log-odds. */
export function countAbove({ wanted }: Evidence, logit: number): number {
  let low = 0, high = wanted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((wanted[middle] as number) < logit) low = middle + 1;
    else high = middle;
  }
  return wanted.length - low;
}

/** Wanted messages still lacking until `k` mistakes among them would hold the bound; 0 when they do. */
export function lackingFor(k: number, n: number, bound: number): number {
  if (upperShare(k, n) <= bound) return 0;
  let low = n, high = Math.max(n, 1);
  while (upperShare(k, high) > bound) high *= 2;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (upperShare(k, middle) > bound) low = middle;
    else high = middle;
  }
  return high - n;
}
