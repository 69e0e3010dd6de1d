import {
  type FieldSpecs,
  type GivenLike,
  type Posterior,
  type Prior,
  type RandomSource,
  type StepContext,
  UnsupportedError,
} from "@latentkit/core";
import {
  apply,
  applyAll,
  check,
  checkEncoderDecoder,
  checkShape,
  checkTensor,
  conditionInputs,
  drawGiven,
  sampleRequest,
} from "@latentkit/core/authoring";
import { dataField } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { eachTimes } from "./internal/each-times.js";
import { boundsOf, type LatentPass, latentPass, type Refine } from "./internal/latent-pass.js";
import type { LatentOptions } from "./latent-options.js";
import type { LatentVariableModel } from "./types.js";

/** What a latent variable model is made of. */
export interface LatentVariableParts extends Required<LatentOptions> {
  /** The model's kind: the first word of messages. */
  readonly owner: string;
  /** What both networks are told beside the data. */
  readonly given?: FieldSpecs;
  /** What the decoder takes of codes, where it does not take them as they are: one level of several. */
  readonly entry?: CodeEntry;
  /** Moves codes that q(z|x) drew, as Hamiltonian dynamics do. Default nothing. */
  readonly refine?: Refine;
}

/** What a decoder takes of codes that it does not take as they are. */
export interface CodeEntry {
  /** Size of the codes. */
  readonly latentDim: number;
  /** Shape of what the decoder takes of one code. */
  readonly shape: readonly number[];
  /** Codes `[rows, latentDim]` → what the decoder takes, `[rows, …shape]`. */
  enter(z: tf.Tensor): tf.Tensor;
}

/** Everything of a latent variable model but how it is trained. */
export type LatentVariableCapabilities = Omit<
  LatentVariableModel,
  "kind" | "describe" | "checkBatch" | "dispose" | "objectives"
>;

export type { LatentPass, Refine };

/** Capabilities, and the pass that objectives are written with. */
export interface LatentVariableBase {
  readonly model: LatentVariableCapabilities;
  /** What its objective moves: encoder, decoder, and the networks of a prior or posterior that is learned. */
  readonly updates: readonly tf.LayersModel[];
  /** Takes a batch through both networks, as a loss does. */
  pass(batch: { readonly x: tf.Tensor } & Readonly<Record<string, tf.Tensor>>, step: StepContext): LatentPass;
}

/**
 * What all models p(x|z)·p(z) with an inferred q(z|x) have in common: encode, decode, reconstruct, sample, the evidence lower bound
 * and importance weights, for any likelihood, prior and posterior, conditional or not. A model of this family adds its objective.
 *
 * **Shapes**: data `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * @throws ShapeError and ConfigError when the parts do not fit together.
 */
export function latentVariableModel(parts: LatentVariableParts): LatentVariableBase {
  const isRecord = typeof parts === "object" && parts !== null && typeof parts.owner === "string";
  check("latentVariableModel").that("parts", parts, isRecord, "the parts of a model: { owner, encoder, decoder, … }");
  const { owner, encoder, decoder, likelihood, posterior, given, entry, refine } = parts;
  const { dataShape, latentDim } = checkEncoderDecoder(owner, encoder, decoder, {
    encoderOutputs: posterior.outputs,
    encoderWidths: posterior.widths,
    parametersPerValue: likelihood.parametersPerValue,
    reason: `${likelihood.name} likelihood`,
    given,
    entry,
  });
  if (posterior.latentDim !== undefined) checkShape(owner, "posterior's codes", [posterior.latentDim], [latentDim]);
  const told = encoder.inputs.length > 1;

  const infer = (x: tf.Tensor, conditions: tf.Tensor[], step?: StepContext): tf.Tensor2D[] =>
    applyAll(encoder, told ? [x, ...conditions] : x, step) as tf.Tensor2D[];
  const generate = (z: tf.Tensor, conditions: tf.Tensor[], step?: StepContext): tf.Tensor => {
    const entered = entry === undefined ? z : entry.enter(z);
    return apply(decoder, conditions.length > 0 ? [entered, ...conditions] : entered, step);
  };
  /** A prior as it is in this model, applied as a step applies networks. */
  const bind = (under: Prior, step?: StepContext): Prior => {
    if (under.latentDim !== undefined) checkShape(owner, "prior's codes", [under.latentDim], [latentDim]);
    check(owner).that(
      "prior",
      under.name,
      under.within === undefined || !told,
      "a prior that needs no encoder: this one is told conditions, which a prior does not have",
    );
    const [ours, theirs] = [posterior.codes ?? "real numbers", under.codes ?? "real numbers"];
    const fits = ours === theirs;
    check(owner).that(
      "prior",
      under.name,
      fits,
      `one of codes that are ${ours}, as ${posterior.name}'s are, not ${theirs}`,
    );
    return under.within?.({ dataShape, posterior, infer: (x) => infer(x, [], step) }) ?? under;
  };
  const prior = bind(parts.prior);
  const through = (
    x: tf.Tensor,
    conditions: tf.Tensor[],
    random: RandomSource,
    under: Prior,
    step?: StepContext,
  ): LatentPass => {
    const outputs = infer(x, conditions, step);
    const repeated = (rows: number): tf.Tensor[] => conditions.map((one) => eachTimes(one, rows / one.shape[0]!));
    const parameters = (z: tf.Tensor): tf.Tensor => generate(z, repeated(z.shape[0]!), step);
    const reconstruction = (z: tf.Tensor): tf.Tensor1D => {
      const times = z.shape[0]! / x.shape[0]!;
      return likelihood.negativeLogLikelihood(eachTimes(x, times), parameters(z));
    };
    const batch = x.shape[0]!;
    const made = { outputs, posterior, prior: under, random, batch, step, refine, reconstruction };
    return { ...latentPass(made), parameters };
  };

  const entered = (x: tf.Tensor, asked: GivenLike | undefined): tf.Tensor[] => {
    checkTensor(owner, "x", x, dataShape);
    return conditionInputs(owner, given, asked, x.shape[0]!);
  };
  const decoded = (z: tf.Tensor, asked: GivenLike | undefined): tf.Tensor => {
    checkTensor(owner, "z", z, [null, latentDim]);
    return generate(z, conditionInputs(owner, given, asked, z.shape[0]!));
  };
  const encode = (x: tf.Tensor, asked?: GivenLike): tf.Tensor2D => posterior.code(infer(x, entered(x, asked)));
  const bounds = (under: Prior): Pick<LatentVariableCapabilities, "elbo" | "logImportanceWeights"> =>
    boundsOf(owner, (x, random, asked) => through(x, entered(x, asked), random, under));

  return {
    model: {
      networks: { encoder, decoder },
      fields: { x: dataField(dataShape, likelihood), ...given },
      ...(given && { given }),
      likelihood,
      prior,
      latentDim,
      encode: (x, asked) => tf.tidy(() => encode(x, asked)),
      decode: (z, asked) => tf.tidy(() => likelihood.mean(decoded(z, asked))),
      posterior: (x, asked) =>
        tf.tidy(() => {
          const outputs = infer(x, entered(x, asked));
          if (posterior.moments !== undefined) return posterior.moments(outputs);
          throw new UnsupportedError(
            `${owner}.posterior: expected a posterior that is a diagonal Gaussian, received ${posterior.name}; use encode, elbo or logImportanceWeights.`,
          );
        }),
      reconstruct: (x, asked) => tf.tidy(() => likelihood.mean(decoded(encode(x, asked), asked))),
      sampleFromCodes: (z, random, asked) => tf.tidy(() => likelihood.sample(decoded(z, asked), random)),
      sample(options, random) {
        const asked = sampleRequest(owner, SAMPLE_PARTS, options, random);
        return tf.tidy(() => {
          const z = prior.sample(asked.count, latentDim, asked.random, asked);
          const parameters = decoded(z, drawGiven(given, asked.given, asked.count, asked.random));
          return asked.from === "mean" ? likelihood.mean(parameters) : likelihood.sample(parameters, asked.random);
        });
      },
      ...bounds(prior),
      boundsUnder: (under) => bounds(bind(under)),
      bindPrior: (other) => bind(other),
    },
    updates: [...new Set([encoder, decoder, ...networksOf(parts.prior), ...networksOf(posterior)])],
    pass: (batch, step) =>
      through(
        batch.x,
        conditionInputs(owner, given, pick(batch, given), batch.x.shape[0]!),
        step.random,
        bind(parts.prior, step),
        step,
      ),
  };
}

const SAMPLE_PARTS = ["given", "from", "temperature", "truncation"] as const;

const networksOf = ({ networks = {} }: Prior | Posterior): tf.LayersModel[] => Object.values(networks);

function pick(batch: Readonly<Record<string, tf.Tensor>>, given: FieldSpecs = {}): GivenLike {
  return Object.fromEntries(Object.keys(given).map((name) => [name, batch[name]!]));
}
