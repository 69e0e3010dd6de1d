import type { DataBatch, Dataset, LabelledBatch } from "@latentkit/core";
import { glyphs, grid, mnist } from "@latentkit/data";
import { mlpDiscriminator, mlpGenerator } from "@latentkit/layers";
import { featureMoments, frechetDistanceOfMoments, mixtureCoverage, slicedWasserstein } from "@latentkit/metrics";
import type * as tf from "@tensorflow/tfjs";

/** What is learnt, by which networks, and how samples are judged without asking the critic. */
export interface Task {
  readonly data: Dataset<DataBatch>;
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  readonly batchSize: number;
  readonly learningRate: number;
  readonly penaltyWeight: number;
  /** How far samples are from held-out data. */
  readonly distanceName: string;
  distance(samples: tf.Tensor): Promise<number>;
  /** A sentence about samples at the end. */
  judge(samples: tf.Tensor): Promise<string>;
}

/** `grid`, `mnist` or `glyphs`. */
export async function task(name: string, seed: number): Promise<Task> {
  if (name === "grid") return gridTask(seed);
  const real = name === "mnist";
  const data = real ? await mnist({ split: "train" }) : glyphs({ count: 20_000, seed: 1 });
  const heldOut = real ? await mnist({ split: "test" }) : glyphs({ count: 10_000, seed: 2 });
  const reference = await featureMoments(heldOut);
  const distance = async (samples: tf.Tensor) => frechetDistanceOfMoments(reference, await featureMoments(samples));
  const outputShape = [28, 28, 1];
  const hiddenUnits = [256, 256];
  return {
    data: data as Dataset<LabelledBatch>,
    networks: {
      generator: mlpGenerator({ latentDim: 64, hiddenUnits, outputShape, outputActivation: "sigmoid", seed }),
      discriminator: mlpDiscriminator({ inputShape: outputShape, hiddenUnits, activation: "relu", seed }),
    },
    batchSize: 64,
    learningRate: 1e-4,
    penaltyWeight: 10,
    distanceName: "FID",
    distance,
    judge: async (samples) => `FID ${(await distance(samples)).toFixed(1)} against the held-out images`,
  };
}

/** PacGAN's grid at a quarter of its size, for networks whose weights begin fit for inputs near 1. */
const UNIT = { spacing: 0.5, deviation: 0.0125 };

async function gridTask(seed: number): Promise<Task> {
  const data = grid({ count: 50_000, seed, ...UNIT });
  let reference: tf.Tensor | undefined;
  for await (const { x, label } of grid({ count: 2000, seed: seed + 1, ...UNIT }).batches({ batchSize: 2000 })) {
    reference = x;
    label.dispose();
  }
  const hiddenUnits = [128, 128];
  return {
    data,
    networks: {
      generator: mlpGenerator({ latentDim: 2, hiddenUnits, outputShape: [2], seed }),
      discriminator: mlpDiscriminator({ inputShape: [2], hiddenUnits, activation: "relu", seed }),
    },
    batchSize: 256,
    learningRate: 5e-4,
    penaltyWeight: 10,
    distanceName: "sliced Wasserstein distance",
    distance: (samples) => slicedWasserstein(reference!, samples),
    judge: async (samples) => {
      const { centres, deviation } = data.info;
      const { modes, highQuality } = await mixtureCoverage(samples, { centres, deviation });
      return `${modes}/25 modes, ${(100 * highQuality).toFixed(1)} % of samples within 3σ`;
    },
  };
}
