import type { FactorCodes } from "./factor-codes.js";

/** Bins of a feature at most: with fewer distinct values every cut between two of them is tried. */
const BINS = 256;

/** Features as numbers of bins, row after row: trees look for cuts between bins. */
export interface Binned {
  readonly count: number;
  readonly features: number;
  /** Bins of the feature that has most. */
  readonly width: number;
  readonly bins: Uint8Array;
}

/** Bins both by the cuts of the training examples. */
export function binFeatures(train: FactorCodes, test: FactorCodes): readonly [train: Binned, test: Binned] {
  const cuts = Array.from({ length: train.size }, (_, feature) => cutsOf(train, feature));
  return [binned(train, cuts), binned(test, cuts)];
}

/** Middles between neighbouring values, or between neighbouring quantiles where there are many. */
function cutsOf({ count, size, codes }: FactorCodes, feature: number): Float64Array {
  const sorted = Float64Array.from({ length: count }, (_, i) => codes[i * size + feature]!).sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  if (distinct.length <= BINS) return middles(distinct);
  const quantiles = Float64Array.from({ length: BINS }, (_, i) => sorted[Math.floor(((i + 0.5) * count) / BINS)]!);
  return middles(quantiles.filter((value, i) => i === 0 || value !== quantiles[i - 1]));
}

const middles = (values: Float64Array): Float64Array =>
  Float64Array.from({ length: values.length - 1 }, (_, i) => (values[i]! + values[i + 1]!) / 2);

function binned({ count, size, codes }: FactorCodes, cuts: readonly Float64Array[]): Binned {
  const bins = Uint8Array.from(codes, (value, i) => below(cuts[i % size]!, value));
  return { count, features: size, width: Math.max(...cuts.map(({ length }) => length)) + 1, bins };
}

/** How many cuts lie below a value. */
function below(cuts: Float64Array, value: number): number {
  let [low, high] = [0, cuts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
