import {
  type BoundsLikelihood,
  type ConditionedBatch,
  ConfigError,
  type Decodes,
  type DecodesCodes,
  type Encodes,
  type EncodesCodes,
  type GivenLike,
  type HasLikelihood,
  type Model,
  type ModelFactory,
  type RandomSource,
  type Reconstructs,
  type SampleOptions,
  type SampleProgress,
  type Samples,
  type SamplesFromCodes,
  ShapeError,
  type StepContext,
  random as stream,
} from "@latentkit/core";
import {
  check,
  checkRandom,
  checkTensor,
  conditionInputs,
  defineModel,
  model,
  sampleRequest,
  showShape,
  sizeOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** A trained model whose codes are whole numbers, such as a VQ-VAE. */
export type CodedModel = Model<never> &
  EncodesCodes &
  DecodesCodes &
  Decodes &
  Encodes &
  Reconstructs &
  SamplesFromCodes &
  BoundsLikelihood;

/** A model p(codes) of maps of whole numbers: any with an exact likelihood that draws, such as a PixelCNN. */
export type CodePrior = Model<ConditionedBatch> & HasLikelihood & Samples;

/** Options of {@link withCodePrior}. */
export interface WithCodePriorOptions {
  /** The model whose codes they are; it is not trained further. */
  readonly model: CodedModel;
  /** What the codes come from: a model of its code maps, with a categorical likelihood of whole numbers. */
  readonly prior: CodePrior;
}

/** What {@link withCodePrior} returns: a whole generative model p(x|codes)·p(codes). */
export interface WithCodePrior
  extends Model<ConditionedBatch>,
    EncodesCodes,
    DecodesCodes,
    Encodes,
    Decodes,
    Reconstructs,
    Samples,
    BoundsLikelihood {
  readonly prior: CodePrior;
  /** Draws codes from the prior, place by place, and decodes them: `[count, …]`. */
  sample(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
  /** Draws code numbers alone: `[count, …codeShape]`. */
  sampleCodes(options: SampleOptions | number, random?: RandomSource): Promise<tf.Tensor>;
  /** (−log₂ p(x|codes) − log₂ p(codes)) by values of an example, `[batch]`: an upper bound of −log₂ p(x). */
  bitsPerDimension(x: tf.Tensor, given?: GivenLike): tf.Tensor1D;
}

const OWNER = "withCodePrior";
const PARTS = ["given", "temperature", "from", "signal", "onProgress"] as const;

const has = (given: object, ...names: readonly string[]): boolean =>
  names.every((name) => typeof (given as Readonly<Record<string, unknown>>)[name] === "function");

const factory: ModelFactory<WithCodePriorOptions, WithCodePrior> = defineModel(
  OWNER,
  {
    model: model<CodedModel>("a model whose codes are whole numbers, such as a vqVae", (given) =>
      has(given, "encodeCodes", "decodeCodes", "embedCodes"),
    ),
    prior: model<CodePrior>("a model of code maps with a likelihood, such as a gatedPixelCnn", (given) =>
      has(given, "logLikelihood", "sample"),
    ),
  },
  ({ model: inner, prior }) => {
    const { codeShape, codeCount, latentDim } = inner;
    checkPrior(prior, codeShape, codeCount);
    const state = { ...within("model", inner.state), ...within("prior", prior.state) };
    const codesOf = (x: tf.Tensor): tf.Tensor => tf.cast(inner.encodeCodes(x), "float32");
    const ofCodes = (batch: ConditionedBatch): ConditionedBatch => ({ ...batch, x: codesOf(batch.x) });
    /** What needs no conditions takes those of the prior all the same, and refuses others. */
    const untold =
      <T>(call: (x: tf.Tensor) => T) =>
      (x: tf.Tensor, asked?: GivenLike): T => {
        checkTensor(OWNER, "x", x);
        if (asked !== undefined) tf.tidy(() => void conditionInputs(OWNER, prior.given, asked, x.shape[0]!));
        return call(x);
      };
    const bounds = (x: tf.Tensor, random: RandomSource, asked?: GivenLike): ReturnType<WithCodePrior["elbo"]> => {
      checkTensor(OWNER, "x", x, inner.fields.x!.shape);
      return tf.tidy(() => {
        const { reconstruction } = inner.elbo(x, random);
        const kl = tf.neg(prior.logLikelihood(codesOf(x), asked)) as tf.Tensor1D;
        return { elbo: tf.neg(tf.add(reconstruction, kl)) as tf.Tensor1D, reconstruction, kl };
      });
    };
    const drawn = async (request: SampleOptions | number, random?: RandomSource) => {
      const { count, from, random: source, ...asked } = sampleRequest(OWNER, PARTS, request, random);
      const { given, temperature, signal, onProgress } = asked;
      const told =
        onProgress &&
        ((progress: SampleProgress) =>
          onProgress({ ...progress, picture: () => pictureOf(inner, progress.picture()) }));
      const codes = await prior.sample({
        ...{ count, random: source, temperature },
        ...(given && { given }),
        ...(signal && { signal }),
        ...(told && { onProgress: told }),
      });
      return { codes, from, source };
    };

    return {
      networks: {}, // those of the model and of the prior are listed under the options' names
      ...(Object.keys(state).length > 0 && { state }),
      fields: { x: inner.fields.x!, ...prior.given },
      ...(prior.given && { given: prior.given }),
      // The prior learns the codes of what it is shown; the model that they come from stays as it is.
      objectives: prior.objectives.map((objective) => ({
        ...objective,
        loss: (batch: ConditionedBatch, step: StepContext) => objective.loss(ofCodes(batch), step),
        ...(objective.first && {
          first: (batch: ConditionedBatch, step: StepContext) => objective.first!(ofCodes(batch), step),
        }),
      })),
      prior,
      ...{ latentDim, codeShape, codeCount, embedCodes: inner.embedCodes },
      encode: untold((x) => inner.encode(x)),
      decode: untold((z) => inner.decode(z)),
      reconstruct: untold((x) => inner.reconstruct(x)),
      encodeCodes: untold((x) => inner.encodeCodes(x)),
      decodeCodes: untold((codes) => inner.decodeCodes(codes)),
      sampleCodes: async (request, random) => (await drawn(request, random)).codes,
      async sample(request, random) {
        const { codes, from, source } = await drawn(request, random);
        if (from === "mean") return pictureOf(inner, codes);
        const picture = tf.tidy(() => inner.sampleFromCodes(inner.embedCodes(codes), source));
        codes.dispose();
        return picture;
      },
      elbo(x, random, asked) {
        checkRandom(`${OWNER}.elbo`, random);
        return bounds(x, random, asked);
      },
      logImportanceWeights(x, count, random, asked) {
        check(`${OWNER}.logImportanceWeights`).integer("count", count, { min: 1 });
        checkRandom(`${OWNER}.logImportanceWeights`, random);
        // The codes of an example are certain: all draws are the same.
        return tf.tidy(() => tf.tile(tf.expandDims(bounds(x, random, asked).elbo, 1), [1, count]) as tf.Tensor2D);
      },
      bitsPerDimension: (x, asked) =>
        tf.tidy(() => tf.div(bounds(x, stream(0), asked).elbo, -sizeOf(x.shape.slice(1)) * Math.LN2) as tf.Tensor1D),
    };
  },
);

/** Decodes code numbers, and frees them. */
function pictureOf(inner: CodedModel, codes: tf.Tensor): tf.Tensor {
  try {
    return inner.decodeCodes(codes);
  } finally {
    codes.dispose();
  }
}

/** Refuses a prior over other maps, or over other numbers. */
function checkPrior(prior: CodePrior, codeShape: readonly number[], codeCount: number): void {
  const { shape, support } = prior.fields.x!;
  if (shape.slice(1).join() !== codeShape.join()) {
    throw new ShapeError(
      `${OWNER}: expected \`prior\` to be a model of code maps of shape ${showShape([null, ...codeShape])}, received one of ${showShape(shape)}.`,
    );
  }
  if (support?.min === 0 && support.max === codeCount - 1) return;
  throw new ConfigError(
    `${OWNER}: expected \`prior\` to be a model of whole numbers from 0 to ${codeCount - 1}, received one of ${support?.name ?? "any values"}; give it \`likelihood: categorical(${codeCount}, { high: ${codeCount - 1} })\`.`,
  );
}

/** The variables of a model within the model, under names that say whose they are. */
function within(part: string, state: Model["state"] = {}): NonNullable<Model["state"]> {
  return Object.fromEntries(Object.entries(state).map(([name, variable]) => [`${part}.${name}`, variable]));
}

/** The factory of {@link withCodePrior}: a model and a prior, or options that hold both. */
export type WithCodePriorFactory = ModelFactory<WithCodePriorOptions, WithCodePrior> &
  ((model: CodedModel, prior: CodePrior) => WithCodePrior);

/**
 * A model with codes of whole numbers and a learnt prior over them: a whole generative model, which draws codes place by place and decodes
 * them. Trained, it moves the prior alone, on the codes of what it is shown; quicker is to train the prior itself on
 * `codeDataset(model, data)` of `@latentkit/data`. Conditions are the prior's: `sample({ count, given: { label: 7 } })`.
 *
 * Bounds the likelihood by log p(x) ≥ log p(x | codes of x) + log p(codes of x), whose second term `elbo` gives as `kl`.
 *
 * **Shapes**: code numbers `[batch, …codeShape]`. **Units**: nats per example, bits per dimension.
 *
 * **Source**: van den Oord, Vinyals and Kavukcuoglu, "Neural Discrete Representation Learning", 2017, section 3.3.
 * https://arxiv.org/abs/1711.00937
 *
 * @throws ConfigError for models that lack what is needed, and for a prior over other numbers; ShapeError for a prior
 *   over maps of another shape.
 * @example
 * ```ts
 * import { gatedPixelCnn } from "@latentkit/autoregressive";
 * import { mapDecoder, mapEncoder } from "@latentkit/layers";
 * import { categorical, vectorQuantizer, withCodePrior } from "@latentkit/losses";
 * import { vqVae } from "@latentkit/vae";
 * const model = vqVae({
 *   encoder: mapEncoder({ inputShape: [8, 8, 1], filters: [4], channels: 2 }),
 *   decoder: mapDecoder({ inputShape: [4, 4, 2], filters: [4], outputShape: [8, 8, 1] }),
 *   quantizer: vectorQuantizer({ codes: 16, dim: 2 }),
 * });
 * const likelihood = categorical(16, { high: 15 });
 * const prior = gatedPixelCnn({ inputShape: model.codeShape, likelihood, width: 4, layers: 1 });
 * const pictures = await withCodePrior(model, prior).sample(2); // [2, 8, 8, 1]
 * ```
 */
export const withCodePrior: WithCodePriorFactory = Object.assign(
  (given: WithCodePriorOptions | CodedModel, prior?: CodePrior): WithCodePrior =>
    factory(prior === undefined ? (given as WithCodePriorOptions) : { model: given as CodedModel, prior }),
  { kind: factory.kind, specification: factory.specification },
);
