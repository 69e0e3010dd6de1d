import {
  type BoundsLikelihood,
  type Decodes,
  type Encodes,
  type Model,
  type Reconstructs,
  random,
  type Samples,
} from "@latentkit/core";
import { type Decoding, fitGaussianMixture, withPrior } from "@latentkit/losses";
import {
  activeUnits,
  encodeDataset,
  evidenceLowerBound,
  frechetDistance,
  importanceWeightedLogLikelihood,
  reconstructionError,
} from "@latentkit/metrics";
import { imageGrid, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import type { ZooData } from "./data.js";

/** One row of the table; what a model does not have is absent. */
export interface Row {
  /** Nats per example, of the test images. */
  readonly negativeElbo?: number;
  /** −log p(x) by importance samples, nats per example. */
  readonly negativeLogLikelihood?: number;
  /** Squared error a value. */
  readonly reconstruction?: number;
  /** Fréchet distance of samples by the digit classifier's features. */
  readonly fid?: number;
  /** Dimensions of the code that vary. */
  readonly active?: number;
  /** Where samples come from when not from the model's own prior. */
  readonly prior?: string;
}

type Able = Partial<Encodes & Decodes & Reconstructs & Samples & BoundsLikelihood>;

/** Measures what a model can do, and writes a sheet of its samples. */
export async function measure(model: Model<never>, data: ZooData, picture: string): Promise<Row> {
  const able = model as Model<never> & Able;
  const { test, some, seed, importanceSamples } = data;
  const bounded = able.logImportanceWeights ? (able as unknown as BoundsLikelihood) : undefined;
  const sampler = await samplerOf(able, data);
  return {
    ...(bounded && { negativeElbo: -(await evidenceLowerBound(bounded, test, { seed })).elbo.mean }),
    ...(bounded && {
      negativeLogLikelihood: -(
        await importanceWeightedLogLikelihood(bounded, some, { samples: importanceSamples, seed, batchSize: 50 })
      ).mean,
    }),
    ...(able.reconstruct && { reconstruction: (await reconstructionError(able as Reconstructs, test)).mean }),
    ...(able.encode && { active: (await activeUnits(able as Encodes, test)).active }),
    ...(sampler && { fid: await fid(sampler.model, data, picture), ...(sampler.prior && { prior: sampler.prior }) }),
  };
}

/** The model itself where it has a prior, else the model with a mixture of ten Gaussians fitted to its codes. */
async function samplerOf(able: Model<never> & Able, { train, size }: ZooData) {
  if (able.sample) return { model: able as Samples };
  if (!able.decode || !able.encode) return undefined;
  const { codes } = await encodeDataset(able as Encodes, train.take(Math.min(5000, size)));
  const { prior } = await fitGaussianMixture(codes, { components: 10, seed: 0 });
  codes.dispose();
  return { model: withPrior(able as Decoding, prior) as Samples, prior: "fitted mixture" };
}

async function fid(model: Samples, { grey, features, seed, samples }: ZooData, picture: string): Promise<number> {
  const parts: tf.Tensor[] = [];
  for (let done = 0; done < samples; done += 500) {
    const count = Math.min(500, samples - done);
    parts.push(await model.sample({ count, random: random(seed).stream("zoo").at(done) }));
  }
  const drawn = tf.concat(parts);
  const sheet = drawn.slice(0, Math.min(100, samples));
  await savePicture(await imageGrid(sheet, { columns: 10 }), picture);
  const distance = await frechetDistance(grey.take(samples), drawn, { features });
  tf.dispose([...parts, drawn, sheet]);
  return distance;
}
