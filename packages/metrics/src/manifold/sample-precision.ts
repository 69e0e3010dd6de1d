import { DataError, type Decodes, type Encodes, type Given, random } from "@latentkit/core";
import { choice, integer, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkModel } from "../internal/check-model.js";
import { collectFeatures, type FeatureFunction, flatten } from "../internal/collect-features.js";
import { type BatchPlan, type Examples, eachBatch } from "../internal/each-batch.js";
import { reading, rowFunction, seedOption } from "../internal/options.js";
import { joinParts, type Part, slicePart } from "../internal/parts.js";
import { compareManifolds, type ManifoldPrecision } from "./manifold-precision.js";
import { type LatentRegion, sampleCodes } from "./sample-codes.js";

/** Options of {@link samplePrecision}. */
export interface SamplePrecisionOptions {
  /** Where codes are drawn. Default `empty`. See {@link sampleCodes}. */
  readonly region?: LatentRegion;
  /** Examples that stand for the data. Default 3,000. */
  readonly references?: number;
  /** Samples to decode, and further examples to reconstruct. Default 1,000. */
  readonly count?: number;
  /** k of {@link manifoldPrecision}. Default 3. */
  readonly neighbours?: number;
  /** Where distances are measured. Default flat data values. See {@link manifoldPrecision}. */
  readonly features?: FeatureFunction;
  /** Seed of the choice of examples and of the codes. Default 0. */
  readonly seed?: number;
  /** Examples in a batch. Default 128. */
  readonly batchSize?: number;
  /** Ends the measurement with the signal's reason. */
  readonly signal?: AbortSignal;
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
 * A conditional model is told the conditions of the data: those of the further examples for the samples too.
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
  const { limit: _, ...read } = reading(128);
  const specification = {
    ...read,
    region: choice(["empty", "matched", "prior"], { default: "empty" }),
    references: integer({ min: 2, default: 3000 }),
    count: integer({ min: 2, default: 1000 }),
    neighbours: integer({ min: 1, default: 3 }),
    features: rowFunction,
    seed: seedOption,
  };
  const resolved = resolveOptions(owner, specification, options);
  const { region, references, count, neighbours, features = flatten, seed, batchSize, signal } = resolved;
  checkModel(owner, model, "encode", "decode", "latentDim");

  const held: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };
  const keepPart = (part: Part): Part => {
    held.push(part.x, part.codes, ...Object.values(part.given ?? {}));
    return part;
  };
  try {
    const plan = { batchSize, signal, model, limit: references + count, random: random(seed).stream(owner) };
    const all = keepPart(await gather(owner, model, data, plan));
    const [reference, others] = [keepPart(slicePart(all, 0, references)), keepPart(slicePart(all, references, count))];
    /** Features of what becomes of rows, each batch with its conditions. */
    const through = async (
      rows: tf.Tensor,
      what: string,
      map: (batch: tf.Tensor, given: Given | undefined) => tf.Tensor,
      given?: Given,
    ): Promise<tf.Tensor2D> => {
      let first = 0;
      const mapped = (batch: tf.Tensor): tf.Tensor2D =>
        tf.tidy(() => {
          const [start, size] = [first, batch.shape[0]!];
          first += size;
          const told =
            given && Object.fromEntries(Object.entries(given).map(([k, v]) => [k, tf.slice(v, start, size)]));
          return features(map(batch, told));
        });
      return keep(await collectFeatures(owner, what, rows, mapped, { batchSize, signal }));
    };
    const referenceRows = await through(reference.x, "the data", tf.clone);
    const compare = async (rows: tf.Tensor2D): Promise<ManifoldPrecision> =>
      compareManifolds(owner, referenceRows, rows, neighbours, signal);
    const decode = (z: tf.Tensor, given: Given | undefined): tf.Tensor => model.decode(z, given);

    const drawn = keep(await sampleCodes(reference.codes, { count, region, seed, ...(signal && { signal }) }));
    return {
      samples: await compare(await through(drawn, "the samples", decode, others.given)),
      reconstructions: await compare(await through(others.codes, "the reconstructions", decode, others.given)),
      data: await compare(await through(others.x, "the data", tf.clone)),
    };
  } finally {
    tf.dispose(held);
  }
}

/** A random part of the data, its codes and its conditions. */
async function gather(
  owner: string,
  model: Encodes,
  data: Examples,
  plan: BatchPlan & { readonly limit: number },
): Promise<Part> {
  const parts: Part[] = [];
  try {
    const found = await eachBatch(owner, data, plan, ({ x, given }) => {
      const kept = given && Object.fromEntries(Object.entries(given).map(([name, value]) => [name, tf.clone(value)]));
      parts.push({ x: tf.clone(x), codes: model.encode(x, given), given: kept });
    });
    if (found < plan.limit) {
      throw new DataError(
        `${owner}: expected at least \`references\` + \`count\` = ${plan.limit} examples, received ${found}.`,
      );
    }
    return joinParts(parts);
  } finally {
    for (const { x, codes, given } of parts) tf.dispose([x, codes, ...Object.values(given ?? {})]);
  }
}
