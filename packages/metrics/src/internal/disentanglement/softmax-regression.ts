import { type Evaluation, minimize } from "../lbfgs.js";

/** Rows of numbers with the class of each. */
export interface LabelledRows {
  /** Row after row. */
  readonly rows: Float64Array;
  readonly size: number;
  readonly labels: Int32Array;
}

/** Probability of each class for every row, row after row. */
export type ClassProbabilities = (rows: Float64Array) => Float64Array;

/**
 * Logistic regression in double precision with the penalty ½‖W‖² beside the summed cross-entropies, biases free: scikit-learn's default.
 */
export async function softmaxRegression(
  { rows, size, labels }: LabelledRows,
  classes: number,
  signal: AbortSignal | undefined,
): Promise<ClassProbabilities> {
  const count = labels.length;
  // For two classes the default has one row of weights, half of whose difference each of two rows takes.
  const decay = (classes === 2 ? 2 : 1) / count;
  const width = size + 1;
  const evaluate = async (weights: Float64Array): Promise<Evaluation> => {
    const shares = probabilities(rows, size, classes, weights);
    const gradient = new Float64Array(weights.length);
    let value = 0;
    for (let i = 0; i < count; i++) {
      value -= Math.log(Math.max(shares[i * classes + labels[i]!]!, Number.MIN_VALUE)) / count;
      for (let k = 0; k < classes; k++) {
        const slope = (shares[i * classes + k]! - (labels[i] === k ? 1 : 0)) / count;
        const at = k * width;
        for (let j = 0; j < size; j++) gradient[at + j]! += slope * rows[i * size + j]!;
        gradient[at + size]! += slope;
      }
    }
    for (let k = 0; k < classes; k++) {
      for (let j = k * width; j < k * width + size; j++) {
        value += 0.5 * decay * weights[j]! ** 2;
        gradient[j]! += decay * weights[j]!;
      }
    }
    return { value, gradient };
  };
  const found = await minimize(evaluate, new Float64Array(classes * width), {
    maxIterations: 100,
    tolerance: 1e-5,
    signal,
  });
  return (asked) => probabilities(asked, size, classes, found.point);
}

/** Share of rows whose class is the likeliest. */
export function likeliestRight(shares: Float64Array, labels: Int32Array, classes: number): number {
  let right = 0;
  for (const [i, label] of labels.entries()) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (shares[i * classes + k]! > shares[i * classes + best]!) best = k;
    if (best === label) right++;
  }
  return right / labels.length;
}

function probabilities(rows: Float64Array, size: number, classes: number, weights: Float64Array): Float64Array {
  const count = rows.length / size;
  const out = new Float64Array(count * classes);
  const width = size + 1;
  for (let i = 0; i < count; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      let logit = weights[k * width + size]!;
      for (let j = 0; j < size; j++) logit += weights[k * width + j]! * rows[i * size + j]!;
      out[i * classes + k] = logit;
      most = Math.max(most, logit);
    }
    let sum = 0;
    for (let k = i * classes; k < (i + 1) * classes; k++) {
      out[k] = Math.exp(out[k]! - most);
      sum += out[k]!;
    }
    for (let k = i * classes; k < (i + 1) * classes; k++) out[k]! /= sum;
  }
  return out;
}
