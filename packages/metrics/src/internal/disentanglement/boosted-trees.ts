import type { Steps } from "../breathing.js";
import type { Binned } from "./binned-features.js";
import { growTree, leavesOf, predict } from "./regression-tree.js";

/** What boosted trees find out about a factor. */
export interface BoostedTrees {
  /** Share of each feature in what the trees decrease, with sum 1; zeros where no tree finds a cut. */
  readonly importance: Float64Array;
  /** Share of the training examples whose class is right. */
  readonly trainAccuracy: number;
  /** Share of the test examples whose class is right. */
  readonly accuracy: number;
}

const STAGES = 100;
const RATE = 0.1;

/**
 * Gradient boosting of trees of depth 3 on the logistic loss: 100 stages at rate 0.1, a tree a class and stage, or one a stage for two
 * classes; leaves by one Newton step. Deterministic: nothing is drawn, ties go to the first feature.
 *
 * Source: Friedman, "Greedy Function Approximation: A Gradient Boosting Machine", 2001, algorithms 5 and 6.
 */
export function* boostedTrees(
  train: Binned,
  labels: Int32Array,
  test: Binned,
  testLabels: Int32Array,
  classes: number,
): Steps<BoostedTrees> {
  const outputs = classes === 2 ? 1 : classes;
  const start = startOf(labels, classes);
  const [scores, testScores] = [train, test].map(({ count }) =>
    Array.from({ length: outputs }, (_, k) => new Float64Array(count).fill(start[k]!)),
  ) as [Float64Array[], Float64Array[]];
  const total = new Float64Array(train.features);
  let trees = 0;
  for (let stage = 0; stage < STAGES; stage++) {
    const residuals = residualsOf(scores, labels);
    yield;
    for (const [k, residual] of residuals.entries()) {
      const decreased = new Float64Array(train.features);
      const tree = growTree(train, residual, decreased);
      for (const leaf of leavesOf(tree)) {
        leaf.value = leafValue(residual, leaf.examples!, classes);
        for (const example of leaf.examples!) scores[k]![example]! += RATE * leaf.value;
      }
      for (let i = 0; i < test.count; i++) testScores[k]![i]! += RATE * predict(tree, test, i);
      if (tree.split !== undefined) trees++;
      for (const [feature, gain] of decreased.entries()) total[feature]! += gain;
      yield;
    }
  }
  const sum = total.reduce((all, one) => all + one, 0);
  const importance = trees > 0 && sum > 0 ? total.map((one) => one / sum) : total;
  return {
    importance,
    trainAccuracy: rightOf(scores, labels),
    accuracy: rightOf(testScores, testLabels),
  };
}

/** The scores that the classes' shares alone give. */
function startOf(labels: Int32Array, classes: number): Float64Array {
  const shares = new Float64Array(classes);
  for (const label of labels) shares[label]! += 1 / labels.length;
  if (classes === 2) return Float64Array.of(Math.log(shares[1]! / shares[0]!));
  // A class that only the test examples have is never decided for.
  return shares.map((share) => Math.log(Math.max(share, 1e-15)));
}

/** [label is k] − p(k), for every score. */
function residualsOf(scores: readonly Float64Array[], labels: Int32Array): Float64Array[] {
  const [first] = scores;
  if (scores.length === 1) return [first!.map((score, i) => labels[i]! - 1 / (1 + Math.exp(-score)))];
  const largest = first!.map((_, i) => scores.reduce((most, score) => Math.max(most, score[i]!), -Infinity));
  const shares = scores.map((score) => score.map((value, i) => Math.exp(value - largest[i]!)));
  const sums = first!.map((_, i) => shares.reduce((sum, share) => sum + share[i]!, 0));
  return shares.map((share, k) => share.map((value, i) => (labels[i] === k ? 1 : 0) - value / sums[i]!));
}

/** Σ r / Σ p(1 − p), times (K − 1)/K for several classes; p(1 − p) = |r|(1 − |r|) whatever the class. */
function leafValue(residual: Float64Array, examples: Uint32Array, classes: number): number {
  let [sum, curvature] = [0, 0];
  for (const example of examples) {
    const r = residual[example]!;
    sum += r;
    curvature += Math.abs(r) * (1 - Math.abs(r));
  }
  if (curvature < 1e-150) return 0;
  return ((classes === 2 ? 1 : (classes - 1) / classes) * sum) / curvature;
}

function rightOf(scores: readonly Float64Array[], labels: Int32Array): number {
  let right = 0;
  for (const [i, label] of labels.entries()) {
    let best = 0;
    if (scores.length === 1) best = scores[0]![i]! > 0 ? 1 : 0;
    else for (let k = 1; k < scores.length; k++) if (scores[k]![i]! > scores[best]![i]!) best = k;
    if (best === label) right++;
  }
  return right / labels.length;
}
