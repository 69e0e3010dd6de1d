import type { Tensor2D } from "@tensorflow/tfjs";
import { collectFeatures, type FeatureFunction } from "./collect-features.js";
import type { Examples } from "./each-batch.js";

/** Collects the features of two sets, hands them to `compare` and frees them. */
export async function withFeaturePair<T>(
  owner: string,
  sets: { readonly real: Examples; readonly generated: Examples },
  features: FeatureFunction,
  plan: { readonly batchSize: number; readonly limit?: number },
  compare: (real: Tensor2D, generated: Tensor2D) => Promise<T>,
): Promise<T> {
  const real = await collectFeatures(owner, "real", sets.real, features, plan);
  try {
    const generated = await collectFeatures(owner, "generated", sets.generated, features, plan);
    try {
      return await compare(real, generated);
    } finally {
      generated.dispose();
    }
  } finally {
    real.dispose();
  }
}
