import {
  type BoundsLikelihood,
  type DataBatch,
  type HasLikelihood,
  type Reconstructs,
  random,
  type Samples,
} from "@latentkit/core";
import type { ArrayDataset } from "@latentkit/data";
import {
  bitsPerDimension,
  digitClassifier,
  evidenceLowerBound,
  frechetDistance,
  importanceWeightedLogLikelihood,
  logLikelihood,
  manifoldPrecision,
  reconstructionError,
  reconstructionQuality,
} from "@latentkit/metrics";
import * as tf from "@tensorflow/tfjs";

/** A figure and its name. */
export type Measured = readonly [name: string, value: number];

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The exact likelihood, or its bounds. */
export async function likelihoods(
  model: Partial<BoundsLikelihood & HasLikelihood>,
  data: ArrayDataset<DataBatch>,
  shape: readonly number[],
  options: { readonly samples: number; readonly seed: number },
): Promise<Measured[]> {
  if (model.logLikelihood) {
    const { mean } = await logLikelihood(model as HasLikelihood, data);
    return [
      ["negative log-likelihood, nats", -mean],
      ["bits a dimension", bitsPerDimension(mean, sizeOf(shape))],
    ];
  }
  if (!model.elbo || !model.logImportanceWeights) return [];
  const bounded = model as BoundsLikelihood;
  const { elbo, reconstruction, kl } = await evidenceLowerBound(bounded, data, { seed: options.seed });
  const weighted = await importanceWeightedLogLikelihood(bounded, data, options);
  return [
    ["negative ELBO, nats", -elbo.mean],
    ["reconstruction, nats", reconstruction.mean],
    ["KL divergence, nats", kl.mean],
    [`importance-weighted NLL (${options.samples}), nats`, -weighted.mean],
  ];
}

/** How near reconstructions are. */
export async function reconstructions(
  model: Partial<Reconstructs>,
  data: ArrayDataset<DataBatch>,
  shape: readonly number[],
): Promise<Measured[]> {
  if (!model.reconstruct) return [];
  const { mean } = await reconstructionError(model as Reconstructs, data);
  const found: Measured[] = [["reconstruction, mean squared error", mean]];
  if (shape.length !== 3 || Math.min(shape[0]!, shape[1]!) < 11) return found;
  const { psnr, ssim } = await reconstructionQuality(model as Reconstructs, data);
  return [...found, ["PSNR, dB", psnr.mean], ["SSIM", ssim.mean]];
}

/** How samples compare with data, by features of the digit classifier for digits, by pixels otherwise. */
export async function samples(
  model: Partial<Samples>,
  data: ArrayDataset<DataBatch>,
  shape: readonly number[],
  seed: number,
): Promise<Measured[]> {
  if (!model.sample) return [];
  const digits = shape.join() === "28,28,1";
  const features = digits
    ? (await digitClassifier()).features
    : (x: tf.Tensor) => tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;
  const drawn = await draw(model as Samples, data.size, seed);
  try {
    const { precision, recall } = await manifoldPrecision(data, drawn, { features });
    const by = digits ? "digit features" : "pixels";
    return [
      [`Fréchet distance, ${by}`, await frechetDistance(data, drawn, { features })],
      [`precision, ${by}`, precision],
      [`recall, ${by}`, recall],
    ];
  } finally {
    drawn.dispose();
  }
}

/** Samples, a few at a time. */
async function draw(model: Samples, count: number, seed: number): Promise<tf.Tensor> {
  const parts: tf.Tensor[] = [];
  try {
    for (let done = 0; done < count; done += 250) {
      parts.push(
        await model.sample({ count: Math.min(250, count - done), random: random(seed).stream("evaluate").at(done) }),
      );
    }
    return tf.concat(parts);
  } finally {
    tf.dispose(parts);
  }
}
