import { ConfigError, seededInitializer } from "@latentkit/core";
import {
  checkTensor,
  instance,
  integer,
  optional,
  resolveOptions,
  type SpecificationOf,
  sizeOf,
  sizes,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { activation } from "../activations/activation.js";
import type { ActivationKind } from "../activations/functions.js";
import { activationOption, type NamedNetworkOptions, named } from "./options.js";

/** Options of {@link pseudoInputs}. */
export interface PseudoInputsOptions extends NamedNetworkOptions {
  /** How many. */
  readonly count: number;
  /** Shape of one example. */
  readonly inputShape: readonly number[];
  /** Activation of the values. Default `linear`; `sigmoid` for data in [0, 1]. */
  readonly outputActivation?: ActivationKind;
  /** Examples to begin with, `[count, …inputShape]`, with `linear` values. Default random ones. */
  readonly examples?: tf.Tensor;
}

const SPECIFICATION = {
  count: integer({ min: 1 }),
  inputShape: sizes(),
  outputActivation: activationOption("linear"),
  examples: optional(instance<tf.Tensor>("a tensor", (value) => value instanceof tf.Tensor)),
  ...named("pseudoInputs"),
} satisfies SpecificationOf<PseudoInputsOptions>;

/**
 * Examples that are learned: one dense layer of an identity matrix, whose rows are they. What `vampPrior` of `@latentkit/losses` is
 * made of; with `examples` of the data it begins as the encoder's view of those. Layer: `values`.
 *
 * **Shapes** `[count, count]` → `[count, …inputShape]`.
 *
 * **Source** Tomczak and Welling, "VAE with a VampPrior", 2018, section 3. https://arxiv.org/abs/1705.07120
 *
 * @throws ConfigError for an option that is misspelt or cannot work; ShapeError for examples of another shape.
 * @example
 * ```ts
 * import { pseudoInputs } from "@latentkit/layers";
 * const inputs = pseudoInputs({ count: 500, inputShape: [28, 28, 1], outputActivation: "sigmoid" });
 * ```
 */
export function pseudoInputs(options: PseudoInputsOptions): tf.LayersModel {
  const owner = "pseudoInputs";
  const { count, inputShape, outputActivation, examples, seed, name } = resolveOptions(owner, SPECIFICATION, options);
  if (examples !== undefined) {
    checkTensor(owner, "examples", examples, [count, ...inputShape]);
    if (outputActivation !== "linear") {
      throw new ConfigError(
        `${owner}: expected \`outputActivation\` to be linear with \`examples\`, received ${outputActivation}; leave one of them out.`,
      );
    }
  }
  const units = sizeOf(inputShape);
  const input = tf.input({ shape: [count], name: `${name}/input` });
  const values = tf.layers.dense({
    ...{ units, useBias: false, name: `${name}/values` },
    kernelInitializer: seededInitializer({ kind: "normal", scale: 0.5, seed, stream: `${name}/values` }),
  });
  let x = values.apply(input) as tf.SymbolicTensor;
  if (outputActivation !== "linear") {
    x = activation({ kind: outputActivation, name: `${name}/${outputActivation}` }).apply(x) as tf.SymbolicTensor;
  }
  const outputs = tf.layers.reshape({ targetShape: [...inputShape], name: `${name}/output` }).apply(x);
  const made = tf.model({ inputs: input, outputs: outputs as tf.SymbolicTensor, name });
  if (examples !== undefined) tf.tidy(() => values.setWeights([tf.reshape(examples, [count, units])]));
  return made;
}
