import { checkShape } from "@latentkit/core/authoring";
import type { Tensor2D } from "@tensorflow/tfjs";
import { collectFeatures, type FeatureFunction } from "./collect-features.js";
import type { BatchPlan, Examples } from "./each-batch.js";

/** Collects the features of two sets by the names that the caller has for them, hands them to `compare` and frees them. */
export async function withFeaturePair<T>(
  owner: string,
  sets: Readonly<Record<string, Examples>>,
  features: FeatureFunction,
  plan: BatchPlan,
  compare: (first: Tensor2D, second: Tensor2D) => Promise<T>,
): Promise<T> {
  const [[nameA, a], [nameB, b]] = Object.entries(sets) as [[string, Examples], [string, Examples]];
  const first = await collectFeatures(owner, nameA, a, features, plan);
  try {
    const second = await collectFeatures(owner, nameB, b, features, plan);
    try {
      checkShape(owner, `features of ${nameB}`, second.shape, [null, first.shape[1]]);
      return await compare(first, second);
    } finally {
      second.dispose();
    }
  } finally {
    first.dispose();
  }
}
