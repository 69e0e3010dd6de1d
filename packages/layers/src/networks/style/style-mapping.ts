import { integer, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { pixelNormalization } from "../../style/pixel-normalization.js";
import { assembly } from "../assembly.js";
import { CONDITIONS, type ConditionOptions, type NamedNetworkOptions, named } from "../options.js";
import { conditionInputs } from "../parts.js";
import { dense } from "./equalized.js";
import { leaky } from "./leaky.js";

/** Options of {@link styleMapping}. */
export interface StyleMappingOptions extends NamedNetworkOptions, ConditionOptions {
  /** Width of the noise. Default 64. */
  readonly latentDim?: number;
  /** Width of a style. Default 64. */
  readonly styleDim?: number;
  /** Layers. Default 4; the papers have 8, and 2 for small pictures. */
  readonly depth?: number;
}

const SPECIFICATION = {
  latentDim: integer({ min: 1, default: 64 }),
  styleDim: integer({ min: 1, default: 64 }),
  depth: integer({ min: 1, default: 4 }),
  ...CONDITIONS,
  ...named("mapping"),
} satisfies SpecificationOf<StyleMappingOptions>;

/**
 * StyleGAN's mapping network: noise on a sphere, then dense layers with leaky ReLU whose learning rate is a hundredth of the others',
 * to a style w that need not be normal. Inputs: `noise`, and `class` and `condition` where wanted, which are embedded and joined.
 *
 * **Shapes** `[batch, latentDim]` (, `[batch, classes]`, `[batch, conditionDim]`) → `[batch, styleDim]`.
 *
 * **Source** Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", 2019, figure 1.
 * https://arxiv.org/abs/1812.04948
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { styleMapping } from "@latentkit/layers";
 * const mapping = styleMapping({ latentDim: 16, styleDim: 32, depth: 2 });
 * ```
 */
export function styleMapping(options: StyleMappingOptions = {}): tf.LayersModel {
  const resolved = resolveOptions("styleMapping", SPECIFICATION, options);
  const { latentDim, styleDim, depth } = resolved;
  const net = assembly(resolved);
  const normal = (layer: string, x: tf.SymbolicTensor) => net.apply(pixelNormalization({ name: net.named(layer) }), x);
  const noise = normal("sphere", net.input("noise", [latentDim]));
  const told = Object.entries(conditionInputs(net, resolved)).map(([name, input]) => {
    return normal(`${name}_sphere`, dense(net, `${name}_embedding`, input, latentDim, { useBias: false }));
  });
  let x = told.length === 0 ? noise : net.apply(tf.layers.concatenate({ name: net.named("told") }), [noise, ...told]);
  for (let i = 1; i <= depth; i++) {
    const layer = `dense${i}`;
    x = leaky(net, layer, dense(net, layer, x, styleDim, { rateScale: 0.01 }));
  }
  return net.model([x]);
}
