import {
  type ConditionedBatch,
  type FieldSpecs,
  LatentKitError,
  type Objective,
  type StepContext,
} from "@latentkit/core";
import {
  apply,
  checkConditionInputs,
  checkShape,
  conditionInputs,
  givenOf,
  instance,
  network as networkOption,
  optional,
  outputShape,
  resolveOptions,
  text,
} from "@latentkit/core/authoring";
import type { Likelihood } from "@latentkit/losses";
import { dataField, likelihoodOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { exactLikelihood } from "./internal/exact-likelihood.js";
import { withRequest } from "./internal/request-of.js";
import { drawCached } from "./internal/sampling/cached.js";
import { drawNaively } from "./internal/sampling/naive.js";
import { type Plan, planOf } from "./internal/sampling/plan.js";
import type { AutoregressiveModel } from "./types.js";

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const PARTS = {
  owner: text(),
  network: networkOption(),
  likelihood: { ...likelihoodOption(), presence: "required" as const },
  given: optional(
    instance<FieldSpecs>(
      "the fields of conditions by name, such as `conditionFields` gives",
      (value) => isRecord(value) && Object.values(value).every((field) => isRecord(field) && "shape" in field),
    ),
  ),
};

/** What an autoregressive model is made of. */
export interface AutoregressiveParts {
  /** The model's kind: the first word of messages. */
  readonly owner: string;
  /** x, and the conditions, → the likelihood's parameters of all values, each following from the values before it alone. */
  readonly network: tf.LayersModel;
  readonly likelihood: Likelihood;
  /** What the network is told beside the data. */
  readonly given?: FieldSpecs | undefined;
}

/** Everything of an autoregressive model but how it is trained. */
export type AutoregressiveCapabilities = Omit<
  AutoregressiveModel,
  "kind" | "describe" | "checkBatch" | "dispose" | "objectives"
>;

/** Capabilities, and what objectives are written with. */
export interface AutoregressiveBase {
  readonly model: AutoregressiveCapabilities;
  /** −log p(x) of each example of a batch, in nats: `[batch]`. */
  negativeLogLikelihood(batch: ConditionedBatch, step: StepContext): tf.Tensor1D;
  /** The mean of it as an objective: maximum likelihood. */
  readonly objective: Objective<ConditionedBatch>;
}

/**
 * What all models p(x) = Π p(xᵢ | x₁ … xᵢ₋₁) have in common: exact likelihoods, and samples, place by place, for any likelihood that
 * draws so, conditional or not. Sampling keeps what layers have computed and adds what is new at each place, for networks of the layers
 * of this library; a network of others is passed through as a whole for each value, which is slow.
 *
 * **Shapes**: data `[batch, height, width, channels]`; sampling follows rows, columns, channels. **Units**: nats per example.
 *
 * @throws ShapeError when network and likelihood do not fit together; ConfigError for parts of other types, and when the network
 *   looks ahead.
 */
export function autoregressiveModel(parts: AutoregressiveParts): AutoregressiveBase {
  const { owner, network, likelihood, given } = resolveOptions("autoregressiveModel", PARTS, parts);
  checkConditionInputs(owner, "network", network, given ?? {});
  const dataShape = network.inputs[0]!.shape;
  const shape = dataShape.slice(1) as number[];
  const values = shape.at(-1)!;
  const expected = [...dataShape.slice(0, -1), Math.round(values * likelihood.parametersPerValue)];
  checkShape(
    owner,
    `network's output (${likelihood.name} likelihood)`,
    outputShape(owner, "network", network),
    expected,
  );
  const cached = planned(owner, network, values) !== undefined;

  const score = (x: tf.Tensor, conditions: tf.Tensor[], step?: StepContext): tf.Tensor1D =>
    likelihood.negativeLogLikelihood(x, apply(network, conditions.length === 0 ? x : [x, ...conditions], step));
  const drawn = { owner, shape, likelihood, given, values };
  const negativeLogLikelihood: AutoregressiveBase["negativeLogLikelihood"] = (batch, step) =>
    score(batch.x, conditionInputs(owner, given, givenOf(given, batch), batch.x.shape[0]!), step);

  return {
    model: {
      networks: { network },
      fields: { x: dataField(dataShape, likelihood), ...given },
      ...(given && { given }),
      ...exactLikelihood(owner, dataShape, likelihood, (x, asked) =>
        tf.neg(score(x, conditionInputs(owner, given, asked, x.shape[0]!))),
      ),
      sample: (options, random) =>
        withRequest(drawn, options, random, async (request) => {
          // Planned anew: draws that overlap in time keep their values apart.
          const plan = cached ? planOf(network, values) : undefined;
          return (await (plan ? drawCached(plan, request, network) : drawNaively(network, request))).tensor();
        }),
      sampleNaively: (options, random) =>
        withRequest(drawn, options, random, async (request) => (await drawNaively(network, request)).tensor()),
    },
    negativeLogLikelihood,
    objective: {
      name: owner,
      updates: [network],
      loss: (batch, step) => ({ total: tf.mean<tf.Scalar>(negativeLogLikelihood(batch, step)) }),
    },
  };
}

/** The plan of a network, with messages that name the model. */
function planned(owner: string, network: tf.LayersModel, values: number): Plan | undefined {
  try {
    return planOf(network, values);
  } catch (error) {
    if (error instanceof LatentKitError) {
      const Kind = error.constructor as new (message: string) => LatentKitError;
      throw new Kind(`${owner}: ${error.message}`);
    }
    throw error;
  }
}
