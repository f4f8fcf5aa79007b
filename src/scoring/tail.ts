/**
 * PURE. How often wanted mail reaches a score: as counted where there is enough of it, and along a fitted exponential beyond
 * (the generalised Pareto distribution with shape zero, on log-odds; Pickands, Annals of Statistics 3, 1975).
 */

export interface Tail {
  /** Log-odds from which the fitted tail holds, and the share of wanted mail above. */
  readonly from: number;
  readonly share: number;
  /** Mean excess over `from`, in log-odds. */
  readonly scale: number;
  /** Counted shares below `from`: [log-odds, share of wanted mail at or above], ascending. */
  readonly counted: readonly (readonly [number, number])[];
  /** What a new source of mail may be off by, in log-odds: thresholds are raised by it. */
  readonly margin: number;
  /** Wanted messages that this was counted on. */
  readonly messages: number;
}

/** Share of wanted mail in the tail's part. */
const TAIL_SHARE = 0.02;
const COUNTED = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03];
const SCALE_MIN = 0.25;

/**
 * @param logits of wanted mail, each from a model that had not seen it
 * @param importance of each
 */
export function fitTail(logits: readonly number[], importance: readonly number[], margin: number): Tail {
  const order = logits.map((logit, i) => [logit, importance[i] ?? 1] as const).sort(([a], [b]) => b - a);
  const total = order.reduce((sum, [, counts]) => sum + counts, 0);
  const atShare = (share: number): number => {
    let sum = 0;
    for (const [logit, counts] of order) {
      sum += counts;
      if (sum >= share * total) return logit;
    }
    return order.at(-1)?.[0] ?? 0;
  };
  const from = atShare(TAIL_SHARE);
  let excess = 0, above = 0;
  for (const [logit, counts] of order) {
    if (logit <= from) break;
    excess += counts * (logit - from);
    above += counts;
  }
  const scale = Math.max(SCALE_MIN, above === 0 ? SCALE_MIN : excess / above);
  const counted = COUNTED.map((share) => [atShare(share), share] as const);
  return { from, share: TAIL_SHARE, scale, counted: ascending(counted), margin, messages: logits.length };
}

/** Strictly ascending in log-odds, so that shares fall strictly. */
function ascending(points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  for (const point of points) if (kept.length === 0 || point[0] > (kept.at(-1)?.[0] ?? 0) + 1e-6) kept.push(point);
  return kept;
}

/** Estimated share of wanted mail at or above these log-odds, with the margin for drift. Falls strictly. */
export function shareAbove(tail: Tail, logit: number): number {
  const at = logit - tail.margin;
  if (at >= tail.from) return tail.share * Math.exp(-(at - tail.from) / tail.scale);
  const points = [...tail.counted.filter(([x]) => x < tail.from), [tail.from, tail.share] as const];
  const first = points[0] as readonly [number, number];
  if (at <= first[0]) return 1 - (1 - first[1]) * Math.exp(at - first[0]);
  const next = points.findIndex(([x]) => x >= at);
  const [x0, y0] = points[next - 1] ?? first, [x1, y1] = points[next] ?? first;
  return Math.exp(Math.log(y0) + ((Math.log(y1) - Math.log(y0)) * (at - x0)) / Math.max(1e-9, x1 - x0));
}

/** The lowest log-odds above which at most `bound` of wanted mail is estimated to lie. */
export function logitFor(tail: Tail, bound: number): number {
  if (bound <= tail.share) return tail.margin + tail.from + tail.scale * Math.log(tail.share / bound);
  let low = -60, high = tail.from + tail.margin;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (shareAbove(tail, middle) > bound) low = middle;
    else high = middle;
  }
  return high;
}
