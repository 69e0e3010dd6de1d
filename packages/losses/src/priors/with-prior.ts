import type {
  BoundsLikelihood,
  Decodes,
  Encodes,
  Model,
  ModelFactory,
  Prior,
  SampleOptions,
  SamplesAtOnce,
  SamplesFromCodes,
} from "@latentkit/core";
import { check, checkShape, defineModel, drawGiven, model, sampleRequest } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { priorOption } from "../options.js";
import { type CodedModel, type CodePrior, type WithCodePrior, withCodePrior } from "./with-code-prior.js";

/** A model with codes, whose decoder may be given another prior. */
export type Decoding = Model<never> & Decodes & Partial<Encodes & SamplesFromCodes & BoundsUnder>;

/** A model whose bounds of the likelihood can be computed under another prior. */
export interface BoundsUnder {
  /** A prior as it is in this model: one that is made of an encoder is made of this model's. */
  bindPrior?(prior: Prior): Prior;
  /** The bounds with another p(z). */
  boundsUnder(prior: Prior): BoundsLikelihood;
}

/** Options of {@link withPrior}. */
export interface WithPriorOptions {
  /** A trained model with a decoder, such as an autoencoder or a VAE. */
  readonly model: Decoding;
  /** Where its codes come from instead of the prior that it was trained with. */
  readonly prior: Prior;
}

/** What {@link withPrior} returns: the model, drawing from the prior. */
export interface WithPrior
  extends Model<never>,
    Decodes,
    SamplesAtOnce,
    Partial<Pick<Encodes, "encode">>,
    Partial<Omit<BoundsLikelihood, "given">> {
  readonly prior: Prior;
  /** A prior as it is in this model, where the model that was given has such: see {@link BoundsUnder}. */
  readonly bindPrior?: BoundsUnder["bindPrior"];
  /** The bounds with another p(z), where the model that was given has such. */
  readonly boundsUnder?: BoundsUnder["boundsUnder"];
}

const factory: ModelFactory<WithPriorOptions, WithPrior> = defineModel(
  "withPrior",
  {
    model: model<Decoding>("a model with a decoder", (given) => typeof given.decode === "function"),
    prior: priorOption(),
  },
  ({ model: inner, prior: given }) => {
    const { latentDim } = inner;
    check("withPrior").that(
      "model",
      inner.kind,
      given.within === undefined || inner.bindPrior !== undefined,
      `a variational model, of whose encoder the prior ${given.name} is made`,
    );
    const prior = inner.bindPrior?.(given) ?? given;
    if (prior.latentDim !== undefined) {
      checkShape("withPrior", "prior's codes", [prior.latentDim], [latentDim]);
    }
    return {
      networks: {}, // the model's and the prior's are listed under their options' names
      ...(inner.state && { state: inner.state }),
      fields: inner.fields,
      ...(inner.given && { given: inner.given }),
      objectives: inner.objectives,
      latentDim,
      prior,
      decode: inner.decode,
      ...(inner.encode && { encode: inner.encode }),
      ...(inner.boundsUnder && { ...inner.boundsUnder(given), boundsUnder: inner.boundsUnder }),
      ...(inner.bindPrior && { bindPrior: inner.bindPrior }),
      sample(options: SampleOptions | number, random) {
        const parts = [
          "given",
          "temperature",
          "truncation",
          ...(inner.sampleFromCodes ? (["from"] as const) : []),
        ] as const;
        const asked = sampleRequest("withPrior", parts, options, random);
        return tf.tidy(() => {
          const z = prior.sample(asked.count, latentDim, asked.random, asked);
          const told = drawGiven(inner.given, asked.given, asked.count, asked.random);
          if (asked.from === "mean") return inner.decode(z, told);
          return inner.sampleFromCodes!(z, asked.random, told);
        });
      },
    };
  },
);

/** The factory of {@link withPrior}: a model and a prior, or options that hold both. */
export type WithPriorFactory = ModelFactory<WithPriorOptions, WithPrior> &
  ((model: CodedModel, prior: CodePrior) => WithCodePrior) &
  ((model: Decoding, prior: Prior) => WithPrior);

/**
 * A trained model that draws its codes from another prior, such as a mixture that was fitted to the codes of data after training:
 * a generator out of an autoencoder, and a better one out of a VAE, whose posterior never fills its prior exactly. Bounds of the
 * likelihood are computed under the new prior. Given a model of code numbers, such as a PixelCNN, it is {@link withCodePrior}.
 *
 * **Shapes**: codes `[batch, latentDim]`.
 *
 * **Source**: Ghosh et al., "From Variational to Deterministic Autoencoders", 2020, section 4. https://arxiv.org/abs/1903.12436
 *
 * @throws ConfigError for a model without a decoder; ShapeError for a prior of another size.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { fitGaussianMixture, withPrior } from "@latentkit/losses";
 * import { vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const model = vae({ encoder, decoder });
 * const codes = model.encode(random(1).uniform([64, 4]));
 * const { prior } = await fitGaussianMixture(codes, { components: 3 });
 * const samples = withPrior(model, prior).sample(8, random(2)); // [8, 4]
 * ```
 */
export const withPrior: WithPriorFactory = Object.assign(
  (given: WithPriorOptions | Decoding, prior?: Prior | CodePrior): WithPrior => {
    // A model in the place of a prior is one of code numbers.
    const learnt = typeof (prior as Partial<CodePrior> | null | undefined)?.describe === "function";
    if (learnt) return withCodePrior(given as never, prior as CodePrior) as unknown as WithPrior;
    return factory(
      prior === undefined ? (given as WithPriorOptions) : { model: given as Decoding, prior: prior as Prior },
    );
  },
  { kind: factory.kind, specification: factory.specification },
) as WithPriorFactory;
