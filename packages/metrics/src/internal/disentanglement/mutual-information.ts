import type { Steps } from "../breathing.js";
import { type FactorCodes, unitCodes } from "./factor-codes.js";

/** What binned units tell of factors, in nats. */
export interface MutualInformation {
  /** I(unit; factor), a row a unit. */
  readonly information: readonly Float64Array[];
  /** Entropy of each factor. */
  readonly entropies: Float64Array;
}

/** Mutual information of every unit, cut into bins of one width between its extremes, with every factor. */
export function* mutualInformation(all: FactorCodes, bins: number): Steps<MutualInformation> {
  const information: Float64Array[] = [];
  for (let unit = 0; unit < all.size; unit++) {
    const binned = binOf(unitCodes(all, unit), bins);
    information.push(
      Float64Array.from(all.factors, ({ labels, classes }) => informationOf(binned, bins, labels, classes)),
    );
    yield;
  }
  const entropies = Float64Array.from(all.factors, ({ labels, classes }) => entropy(counted(labels, classes)));
  return { information, entropies };
}

/** Bin of each value, as numpy's `digitize` of `histogram`'s edges: the largest value has the last bin. */
function binOf(values: Float64Array, bins: number): Int32Array {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const width = (high - low) / bins;
  // A unit that never changes has one bin.
  if (!(width > 0)) return new Int32Array(values.length);
  return Int32Array.from(values, (value) => Math.min(bins - 1, Math.floor((value - low) / width)));
}

function informationOf(units: Int32Array, bins: number, labels: Int32Array, classes: number): number {
  const joint = new Int32Array(bins * classes);
  for (let i = 0; i < units.length; i++) joint[units[i]! * classes + labels[i]!]!++;
  const value = entropy(counted(units, bins)) + entropy(counted(labels, classes)) - entropy(joint);
  // Rounding may leave −1e-16 of nothing.
  return Math.max(0, value);
}

function counted(values: Int32Array, classes: number): Int32Array {
  const counts = new Int32Array(classes);
  for (const value of values) counts[value]!++;
  return counts;
}

/** log n − Σ c·log c / n. */
function entropy(counts: Int32Array): number {
  let [total, sum] = [0, 0];
  for (const count of counts) {
    if (count === 0) continue;
    total += count;
    sum += count * Math.log(count);
  }
  return Math.log(total) - sum / total;
}
