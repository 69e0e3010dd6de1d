import { check, DataError, type Decodes, type Encodes, random } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { collectFeatures, type FeatureFunction, flatten } from "../internal/collect-features.js";
import { type Examples, eachBatch } from "../internal/each-batch.js";
import { compareManifolds, type ManifoldPrecision } from "./manifold-precision.js";
import { type LatentRegion, sampleCodes } from "./sample-codes.js";

/** Options of {@link samplePrecision}. */
export interface SamplePrecisionOptions {
  /** Where codes are drawn; `empty` unless given. See {@link sampleCodes}. */
  readonly region?: LatentRegion;
  /** Examples that stand for the data; 3,000 unless given. */
  readonly references?: number;
  /** Samples to decode, and further examples to reconstruct; 1,000 unless given. */
  readonly count?: number;
  /** k of {@link manifoldPrecision}; 3 unless given. */
  readonly neighbours?: number;
  /** Where distances are measured; flat data values unless given. See {@link manifoldPrecision}. */
  readonly features?: FeatureFunction;
  /** Seed of the choice of examples and of the codes; 0 unless given. */
  readonly seed?: number;
  /** Examples in a batch; 128 unless given. */
  readonly batchSize?: number;
}

/** Quality of decoded samples, between two other numbers that say what it could be. */
export interface SamplePrecision {
  /** Decoded samples against the data. */
  readonly samples: ManifoldPrecision;
  /** Reconstructions of other data: what the same decoder reaches from codes that data have. */
  readonly reconstructions: ManifoldPrecision;
  /** That other data themselves: the ceiling of any model. */
  readonly data: ManifoldPrecision;
}

/**
 * How good a generator an autoencoder is: the precision of what it decodes from *empty* places of its code space. A plain
 * autoencoder is trained only at the codes of its data, and what lies between them decodes to anything; a variational one
 * is trained on a cloud around each code and to fill the prior, so that little is empty and what is decodes to data.
 *
 * A random part of the data stands for the data manifold, with its codes. New codes are drawn by {@link sampleCodes}, from
 * the space that the model's own codes claim, so that models with other scales and shapes of code space are judged by one
 * rule; they are decoded and compared by {@link manifoldPrecision}. Compare `samples.precision` between models and with
 * `reconstructions.precision` of the same model; look at recall too, since a decoder that gives one blurred mean
 * everywhere has a high precision among flat values and a recall of nearly 0.
 *
 * **Memory**: features of `references` and `count` examples; see {@link manifoldPrecision}.
 *
 * **Source**: Kynkäänniemi et al., "Improved Precision and Recall Metric for Assessing Generative Models", 2019,
 * https://arxiv.org/abs/1904.06991, measured where Ghosh et al., "From Variational to Deterministic Autoencoders", 2020,
 * section 3, find plain autoencoders to fail, https://arxiv.org/abs/1903.12436
 *
 * @param data - A dataset, or a tensor `[n, …]`, with at least `references + count` examples.
 * @throws ConfigError for options out of range; DataError for too few examples, or NaN.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { samplePrecision } from "@latentkit/metrics";
 * import * as tf from "@tensorflow/tfjs";
 * const identity = { latentDim: 2, encode: (x: tf.Tensor) => tf.clone(x) as tf.Tensor2D, decode: (z: tf.Tensor) => tf.clone(z) };
 * const { samples } = await samplePrecision(identity, random(1).normal([400, 2]), { references: 300, count: 100 });
 * console.log(samples.precision);
 * ```
 */
export async function samplePrecision(
  model: Encodes & Decodes,
  data: Examples,
  options: SamplePrecisionOptions = {},
): Promise<SamplePrecision> {
  const owner = "samplePrecision";
  const { region = "empty", references = 3000, count = 1000, neighbours = 3, features = flatten } = options;
  const { seed = 0, batchSize = 128 } = options;
  const checker = check(owner);
  checker.known(options, ["region", "references", "count", "neighbours", "features", "seed", "batchSize"]);
  checker.integer("references", references, { min: 2 });
  checker.integer("count", count, { min: 2 });
  checker.integer("neighbours", neighbours, { min: 1 });

  const held: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };
  try {
    const plan = { batchSize, limit: references + count, random: random(seed).stream(owner) };
    const { x, codes } = await gather(owner, model, data, plan);
    keep(x);
    keep(codes);
    const through = (input: tf.Tensor, what: string, map: (batch: tf.Tensor) => tf.Tensor): Promise<tf.Tensor2D> =>
      collectFeatures(owner, what, input, (batch) => tf.tidy(() => features(map(batch))), { batchSize });
    const reference = keep(await through(keep(tf.slice(x, 0, references)), "the data", tf.clone));
    const compare = async (rows: Promise<tf.Tensor2D>): Promise<ManifoldPrecision> =>
      compareManifolds(owner, reference, keep(await rows), neighbours);

    const referenceCodes = keep(tf.slice(codes, 0, references));
    const drawn = keep(await sampleCodes(referenceCodes, { count, region, seed }));
    const others = keep(tf.slice(x, references, count));
    return {
      samples: await compare(through(drawn, "the samples", (z) => model.decode(z))),
      reconstructions: await compare(
        through(others, "the reconstructions", (batch) => model.decode(model.encode(batch))),
      ),
      data: await compare(through(others, "the data", tf.clone)),
    };
  } finally {
    tf.dispose(held);
  }
}

/** A random part of the data, and its codes. */
async function gather(
  owner: string,
  model: Encodes,
  data: Examples,
  plan: { readonly batchSize: number; readonly limit: number; readonly random: ReturnType<typeof random> },
): Promise<{ x: tf.Tensor; codes: tf.Tensor2D }> {
  const parts: { x: tf.Tensor; codes: tf.Tensor2D }[] = [];
  try {
    const found = await eachBatch(owner, data, plan, ({ x }) => {
      parts.push({ x: tf.clone(x), codes: model.encode(x) });
    });
    if (found < plan.limit) {
      throw new DataError(
        `${owner}: expected at least \`references\` + \`count\` = ${plan.limit} examples, received ${found}.`,
      );
    }
    return {
      x: tf.concat(
        parts.map(({ x }) => x),
        0,
      ),
      codes: tf.concat(
        parts.map(({ codes }) => codes),
        0,
      ),
    };
  } finally {
    for (const { x, codes } of parts) tf.dispose([x, codes]);
  }
}
