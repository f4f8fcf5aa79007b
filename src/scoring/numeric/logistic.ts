/** PURE. Logistic regression over sparse rows, with weights for messages and an offset that is given. */
import { minimise, type Objective } from './lbfgs.ts';

/** Compressed sparse rows: row i has the columns[starts[i] .. starts[i+1]) with these values. */
export interface Rows {
  readonly starts: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
  readonly columnCount: number;
}

export interface Fit {
  readonly weights: Float64Array;
  readonly bias: number;
}

export interface Training {
  readonly rows: Rows;
  /** 1: unwanted, 0: wanted. */
  readonly labels: Uint8Array;
  /** What each message counts; together as much as there are messages. */
  readonly importance: Float64Array;
  /** Log-odds from elsewhere. */
  readonly offsets: Float64Array;
  /** Strength of the L2 penalty. */
  readonly penalty: number;
  /** Penalty of each column, relative to `penalty`; absent: 1. */
  readonly relative?: Float64Array;
  /** Stops when a step gains less than this share of the loss. */
  readonly tolerance?: number;
  /** false: the bias stays 0. */
  readonly hasBias?: boolean;
}

const ITERATIONS_MAX = 200;
const TOLERANCE = 1e-6;
/** Models that are only asked for the scores of what they have not seen need not be as exact. */
export const ROUGHLY = 2e-4;

/** Log-odds of row i. */
export function logitOf({ starts, columns, values }: Rows, i: number, weights: Float64Array): number {
  let sum = 0;
  for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) sum += (weights[columns[k] as number] as number) * (values[k] as number);
  return sum;
}

/** Minimises importance-weighted log loss plus penalty/2 times the squared weights; the bias goes free of it. */
export function fitLogistic(training: Training): Fit {
  const { rows } = training;
  const { at } = minimise(objectiveOf(training), new Float64Array(rows.columnCount + 1), ITERATIONS_MAX, training.tolerance ?? TOLERANCE);
  return { weights: at.subarray(0, rows.columnCount), bias: at[rows.columnCount] as number };
}

function objectiveOf({ rows, labels, importance, offsets, penalty, relative, hasBias = true }: Training): Objective {
  const { starts, columns, values, columnCount } = rows;
  return (at, gradient) => {
    let loss = 0, biasSlope = 0;
    for (let j = 0; j < columnCount; j++) {
      const strength = penalty * (relative?.[j] ?? 1), weight = at[j] as number;
      loss += 0.5 * strength * weight * weight;
      gradient[j] = strength * weight;
    }
    const bias = at[columnCount] as number;
    for (let i = 0; i < labels.length; i++) {
      const logit = logitOf(rows, i, at) + bias + (offsets[i] as number);
      const signed = labels[i] === 1 ? -logit : logit;
      const counts = importance[i] as number;
      // log(1 + e^x) without overflow
      loss += counts * (signed > 30 ? signed : Math.log1p(Math.exp(signed)));
      const slope = counts * (1 / (1 + Math.exp(-logit)) - (labels[i] as number));
      biasSlope += slope;
      for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
        const j = columns[k] as number;
        gradient[j] = (gradient[j] as number) + slope * (values[k] as number);
      }
    }
    gradient[columnCount] = hasBias ? biasSlope : 0;
    return loss;
  };
}
