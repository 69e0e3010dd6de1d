import type { Batch, Model } from "@latentkit/core";

/** Adam's settings for one objective. */
export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
}

/**
 * One training step of fixed shape, defined once for every runner: the networks and objectives as a model, a batch of
 * random data, and the optimiser of each objective. `torch_baseline.py` has the same layers under the same name.
 */
export interface Workload {
  readonly name: string;
  readonly batchSize: number;
  /** Builds the model, with the same weights each time. */
  model(): Model<Batch>;
  /** The one batch that every step sees, owned by the caller. */
  batch(): Batch;
  /** By the name of the objective. */
  readonly optimizers: Readonly<Record<string, AdamSettings>>;
}
