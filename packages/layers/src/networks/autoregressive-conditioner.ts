import { flag, integer, optional, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { activation } from "../activations/activation.js";
import type { ActivationKind } from "../activations/functions.js";
import { maskedDense } from "../causal/masked-dense.js";
import { activationOption, type NamedNetworkOptions, named } from "./options.js";

/** Options of {@link autoregressiveConditioner}. */
export interface AutoregressiveConditionerOptions extends NamedNetworkOptions {
  /** Size of the codes. */
  readonly latentDim: number;
  /** Widths of the hidden layers. */
  readonly hiddenUnits: readonly number[];
  /** Whether the last value comes first. Give every second flow of a stack the other order. Default false. */
  readonly reversed?: boolean;
  /** Width of a second input that all values may see, such as what an encoder tells of an example. Default none. */
  readonly contextDim?: number;
  /** Activation of hidden layers. Default `relu`. */
  readonly activation?: ActivationKind;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1 }),
  hiddenUnits: sizes({ minLength: 0 }),
  reversed: flag({ default: false }),
  contextDim: optional(integer({ min: 1 })),
  activation: activationOption("relu"),
  ...named("conditioner"),
} satisfies SpecificationOf<AutoregressiveConditionerOptions>;

/**
 * A network that says of each value of a code, from the values before it alone, by how much an autoregressive flow shifts and scales
 * it: masked dense layers, as in MADE. Its outputs start small, so that a new flow changes little.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, contextDim]`) → shift and log scale, `[batch, latentDim]` each.
 *
 * **Source** Germain, Gregor, Murray and Larochelle, "MADE: Masked Autoencoder for Distribution Estimation", 2015, section 4,
 * https://arxiv.org/abs/1502.03509; in flows: Papamakarios, Pavlakou and Murray, "Masked Autoregressive Flow for Density Estimation",
 * 2017, section 3.1, https://arxiv.org/abs/1705.07057
 *
 * @throws ConfigError for an option that is misspelt or cannot work.
 * @example
 * ```ts
 * import { autoregressiveConditioner } from "@latentkit/layers";
 * const conditioner = autoregressiveConditioner({ latentDim: 8, hiddenUnits: [64, 64], reversed: true });
 * ```
 */
export function autoregressiveConditioner(options: AutoregressiveConditionerOptions): tf.LayersModel {
  const resolved = resolveOptions("autoregressiveConditioner", SPECIFICATION, options);
  const { latentDim, hiddenUnits, reversed, contextDim, activation: kind, seed, name } = resolved;
  const order = Array.from({ length: latentDim }, (_, i) => (reversed ? latentDim - i : i + 1));
  // What all may see has degree 0; hidden units of degree 0 see nothing else.
  const lowest = contextDim === undefined ? 1 : 0;
  const highest = Math.max(lowest, latentDim - 1);
  const codes = tf.input({ shape: [latentDim], name: `${name}/input` });
  const told = contextDim === undefined ? [] : [tf.input({ shape: [contextDim], name: `${name}/context` })];
  let x = codes as tf.SymbolicTensor;
  let degrees = order;
  if (contextDim !== undefined) {
    x = tf.layers.concatenate({ name: `${name}/told` }).apply([codes, ...told]) as tf.SymbolicTensor;
    degrees = [...order, ...Array<number>(contextDim).fill(0)];
  }
  const dense = (layer: string, to: number[], extra: { readonly strict?: boolean; readonly scale?: number }) =>
    maskedDense({
      ...{ units: to.length, inputDegrees: [degrees], degrees: [to], ...extra },
      ...{ seed, stream: `${name}/${layer}`, name: `${name}/${layer}` },
    }).apply(x) as tf.SymbolicTensor;
  for (const [i, units] of hiddenUnits.entries()) {
    const spread = highest - lowest + 1;
    const to = Array.from({ length: units }, (_, unit) => lowest + (unit % spread));
    const hidden = dense(`hidden${i + 1}`, to, { scale: Math.SQRT2 });
    x = activation({ kind, name: `${name}/hidden${i + 1}_${kind}` }).apply(hidden) as tf.SymbolicTensor;
    degrees = to;
  }
  const outputs = ["shift", "logScale"].map((layer) => dense(layer, order, { strict: true, scale: 0.1 }));
  return tf.model({ inputs: [codes, ...told], outputs, name });
}
