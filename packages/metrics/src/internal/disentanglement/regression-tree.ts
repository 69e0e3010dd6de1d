import type { Binned } from "./binned-features.js";

/** Where a node sends its examples, or what it says of them. */
export interface TreeNode {
  /** Feature that is looked at; absent for a leaf. */
  readonly split?: {
    readonly feature: number;
    readonly bin: number;
    readonly left: TreeNode;
    readonly right: TreeNode;
  };
  /** Training examples of a leaf. */
  readonly examples?: Uint32Array;
  /** What a leaf adds. */
  value: number;
}

const DEPTH = 3;

/**
 * A regression tree of depth 3 that makes the squared error of `targets` least, each node by its best cut; a tie goes to the first feature.
 *
 * @param importance - Receives the decrease of the squared error by feature, per example.
 */
export function growTree(data: Binned, targets: Float64Array, importance: Float64Array): TreeNode {
  const whole = Uint32Array.from({ length: data.count }, (_, i) => i);
  return grow(data, targets, importance, whole, histogram(data, targets, whole), DEPTH);
}

/** Leaves of a tree, from left to right. */
export function leavesOf(node: TreeNode): TreeNode[] {
  return node.split === undefined ? [node] : [...leavesOf(node.split.left), ...leavesOf(node.split.right)];
}

/** What the tree says of an example. */
export function predict(tree: TreeNode, { bins, features }: Binned, example: number): number {
  let node = tree;
  while (node.split !== undefined) {
    const { feature, bin, left, right } = node.split;
    node = bins[example * features + feature]! <= bin ? left : right;
  }
  return node.value;
}

/** Sum of targets and number of examples by feature and bin. */
interface Histogram {
  readonly sums: Float64Array;
  readonly counts: Int32Array;
}

function histogram({ features, width, bins }: Binned, targets: Float64Array, examples: Uint32Array): Histogram {
  const [sums, counts] = [new Float64Array(features * width), new Int32Array(features * width)];
  for (const example of examples) {
    const target = targets[example]!;
    const row = example * features;
    for (let feature = 0; feature < features; feature++) {
      const at = feature * width + bins[row + feature]!;
      sums[at]! += target;
      counts[at]!++;
    }
  }
  return { sums, counts };
}

function grow(
  data: Binned,
  targets: Float64Array,
  importance: Float64Array,
  examples: Uint32Array,
  seen: Histogram,
  depth: number,
): TreeNode {
  const best = depth > 0 ? bestCut(data, targets, examples, seen) : undefined;
  if (best === undefined) return { examples, value: 0 };
  const { feature, bin, gain } = best;
  importance[feature]! += gain / data.count;
  const isLeft = (example: number): boolean => data.bins[example * data.features + feature]! <= bin;
  const parts = [examples.filter(isLeft), examples.filter((example) => !isLeft(example))] as const;
  // The larger part's histogram is what the smaller one leaves.
  const small = parts[0].length <= parts[1].length ? 0 : 1;
  let histograms: Histogram[] = [seen, seen];
  if (depth > 1) {
    const counted = histogram(data, targets, parts[small]);
    const rest = {
      sums: seen.sums.map((sum, i) => sum - counted.sums[i]!),
      counts: seen.counts.map((count, i) => count - counted.counts[i]!),
    };
    histograms = small === 0 ? [counted, rest] : [rest, counted];
  }
  const [left, right] = parts.map((part, i) => grow(data, targets, importance, part, histograms[i]!, depth - 1));
  return { split: { feature, bin, left: left!, right: right! }, value: 0 };
}

function bestCut(
  { features, width }: Binned,
  targets: Float64Array,
  examples: Uint32Array,
  { sums, counts }: Histogram,
): { readonly feature: number; readonly bin: number; readonly gain: number } | undefined {
  const count = examples.length;
  let [sum, squares] = [0, 0];
  for (const example of examples) {
    sum += targets[example]!;
    squares += targets[example]! ** 2;
  }
  const error = squares - (sum * sum) / count;
  // What is left of examples that agree is rounding.
  if (!(error > 1e-12 * Math.max(squares, 1e-12 * count))) return undefined;
  let best: { feature: number; bin: number; gain: number } | undefined;
  let most = 1e-10 * error;
  for (let feature = 0; feature < features; feature++) {
    let [leftSum, left] = [0, 0];
    for (let bin = 0; bin < width - 1; bin++) {
      const at = feature * width + bin;
      if (counts[at] === 0) continue;
      leftSum += sums[at]!;
      left += counts[at]!;
      const right = count - left;
      if (right === 0) break;
      const gain = ((left * right) / count) * (leftSum / left - (sum - leftSum) / right) ** 2;
      // A tie up to rounding stays with the first, whatever the order of sums.
      if (gain > most * (1 + 1e-9)) {
        most = gain;
        best = { feature, bin, gain };
      }
    }
  }
  return best;
}
