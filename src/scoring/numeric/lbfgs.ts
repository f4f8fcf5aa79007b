/**
 * PURE. Limited-memory BFGS (Liu and Nocedal, Mathematical Programming 45, 1989) for smooth convex functions: no random
 * order and no learning rate, so that the same training mail gives the same model.
 */

/** Writes the gradient at `at` into `gradient` and gives the value. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

export interface Minimum {
  readonly at: Float64Array;
  readonly value: number;
  readonly iterations: number;
}

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

interface Step {
  readonly move: Float64Array;
  readonly change: Float64Array;
  readonly rho: number;
}

/** The two-loop recursion: minus an approximation of the inverse Hessian times the gradient. */
function direction(gradient: Float64Array, history: readonly Step[]): Float64Array {
  const result = Float64Array.from(gradient, (value) => -value);
  const alphas: number[] = [];
  for (let k = history.length - 1; k >= 0; k--) {
    const { move, change, rho } = history[k] as Step;
    const alpha = rho * dot(move, result);
    alphas[k] = alpha;
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) - alpha * (change[i] as number);
  }
  const last = history.at(-1);
  const scale = last === undefined ? 1 / Math.max(1e-12, Math.sqrt(dot(gradient, gradient))) : 1 / (last.rho * dot(last.change, last.change));
  for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) * scale;
  for (const [k, { move, change, rho }] of history.entries()) {
    const beta = rho * dot(change, result);
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) + (move[i] as number) * ((alphas[k] as number) - beta);
  }
  return result;
}

/**
 * @param tolerance stops when a step lowers the value by less than this share of it
 */
export function minimise(objective: Objective, start: Float64Array, iterationsMax: number, tolerance: number, memory = 6): Minimum {
  let at = start, gradient: Float64Array = new Float64Array(start.length);
  let value = objective(at, gradient);
  const history: Step[] = [];
  for (let iteration = 1; iteration <= iterationsMax; iteration++) {
    const towards = direction(gradient, history);
    const slope = dot(gradient, towards);
    if (!(slope < 0)) return { at, value, iterations: iteration };
    const found = search(objective, at, value, towards, slope);
    if (found === null) return { at, value, iterations: iteration };
    const move = new Float64Array(at.length), change = new Float64Array(at.length);
    for (let i = 0; i < at.length; i++) {
      move[i] = (found.at[i] as number) - (at[i] as number);
      change[i] = (found.gradient[i] as number) - (gradient[i] as number);
    }
    const curvature = dot(move, change);
    if (curvature > 1e-12) {
      history.push({ move, change, rho: 1 / curvature });
      if (history.length > memory) history.shift();
    }
    const gained = value - found.value;
    ({ at, value, gradient } = found);
    if (gained <= tolerance * Math.abs(value)) return { at, value, iterations: iteration };
  }
  return { at, value, iterations: iterationsMax };
}

interface Found {
  readonly at: Float64Array;
  readonly gradient: Float64Array;
  readonly value: number;
}

/** Backtracking until the step lowers the value enough (Armijo). */
function search(objective: Objective, at: Float64Array, value: number, towards: Float64Array, slope: number): Found | null {
  for (let step = 1; step > 1e-10; step /= 2) {
    const next = new Float64Array(at.length), gradient = new Float64Array(at.length);
    for (let i = 0; i < at.length; i++) next[i] = (at[i] as number) + step * (towards[i] as number);
    const nextValue = objective(next, gradient);
    if (nextValue <= value + 1e-4 * step * slope) return { at: next, gradient, value: nextValue };
  }
  return null;
}
