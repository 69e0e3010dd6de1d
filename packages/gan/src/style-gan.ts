import type { ModelFactory } from "@latentkit/core";
import { conditionFields, defineModel } from "@latentkit/core/authoring";
import { styleModel } from "./internal/style-model.js";
import { styleRules } from "./internal/style-options.js";
import type { StyleGan, StyleGanBaseOptions } from "./style-types.js";

/** Options of {@link styleGan}. */
export type StyleGanOptions = StyleGanBaseOptions;

/**
 * StyleGAN: noise is mapped to a style w = f(z), and w says at each place of the synthesis what mean and deviation the features have,
 * while noise of its own varies details,
 *
 *     D minimises E[softplus(D(g(w)))] + E[softplus(−D(x))] + γ/2·E[‖∇D(x)‖²],   G minimises E[softplus(−D(g(w)))].
 *
 * Coarse and fine styles of two codes are mixed in training, so that they can be mixed afterwards: `synthesise` takes one style for each place.
 * `temperature` of `sample` is truncation ψ: styles are drawn towards their mean, w′ = w̄ + ψ(w − w̄).
 * Build the synthesis with `modulation: "instance"`. The paper trains with Adam at 1e-3, β₁ 0, β₂ 0.99, and an average of the weights.
 *
 * **Shapes**: noise `[batch, latentDim]`; pictures `[batch, side, side, channels]` in [0, 1]. **Units**: losses in nats.
 *
 * **Source**: Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", 2019, equation 1,
 * sections 2 and 3, appendix B. https://arxiv.org/abs/1812.04948
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { styleGan } from "@latentkit/gan";
 * import { styleDiscriminator, styleMapping, styleSynthesis } from "@latentkit/layers";
 * const [outputShape, filters] = [[8, 8, 3], [8, 8]];
 * const synthesis = styleSynthesis({ outputShape, filters, modulation: "instance" });
 * const discriminator = styleDiscriminator({ inputShape: outputShape, filters });
 * const model = styleGan({ mapping: styleMapping(), synthesis, discriminator });
 * const pictures = model.sample({ count: 4, temperature: 0.7 }); // [4, 8, 8, 3]
 * ```
 */
export const styleGan: ModelFactory<StyleGanOptions, StyleGan> = defineModel(
  "styleGan",
  styleRules,
  ({ given, ...options }) =>
    styleModel({ owner: "styleGan", ...options, given: given && conditionFields(given), r1Every: 1 }),
);
