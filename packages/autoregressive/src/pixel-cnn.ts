import type { ModelFactory } from "@latentkit/core";
import { defineModel, integer, optional } from "@latentkit/core/authoring";
import { autoregressiveModel } from "./autoregressive-model.js";
import { checkWidth } from "./internal/check-width.js";
import { type Node, networkBuilder } from "./internal/networks.js";
import { PICTURE, type PictureModelOptions } from "./internal/options.js";
import type { PixelCnn } from "./types.js";

/** Options of {@link pixelCnn}. */
export interface PixelCnnOptions extends PictureModelOptions {
  /** Channels between blocks, 2h; blocks work on half of them. A multiple of twice the colours. Default 32; the paper's 256. */
  readonly width?: number;
  /** Residual blocks. Default 15, the paper's for binary digits and colours alike. */
  readonly blocks?: number;
  /** Side of the kernels within blocks, odd. Default 3. */
  readonly kernelSize?: number;
  /** Channels of the layer before the output. Default `width`; the paper's 1024 for colours. */
  readonly headWidth?: number;
}

/**
 * PixelCNN: the likelihood of a picture as a product over its pixels, each predicted by masked convolutions from those above it and to
 * its left. Training is one pass for all pixels, sampling one pixel after the other.
 *
 * Minimises, on average over the batch,
 *
 *     −log p(x) = −Σᵢ log p(xᵢ | x₁ … xᵢ₋₁),
 *
 * with a 7×7 convolution of mask A, `blocks` times h ← h + W₃·relu(K * relu(W₁·relu(h))) with 1×1 kernels W and a mask B K, and two 1×1
 * layers at the end. With several channels each pixel's R, G, B follow one another. Stacks of masked convolutions do not see a wedge to
 * the right above; {@link gatedPixelCnn} does. Logs `pixelCnn/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`. **Units**: nats per example.
 *
 * **Source**: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, equation 1, section 3.5 and table 1.
 * https://arxiv.org/abs/1601.06759
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { pixelCnn } from "@latentkit/autoregressive";
 * const model = pixelCnn({ inputShape: [28, 28, 1] });
 * const digits = await model.sample({ count: 4 }); // [4, 28, 28, 1], of an untrained model
 * ```
 */
export const pixelCnn: ModelFactory<PixelCnnOptions, PixelCnn> = defineModel(
  "pixelCnn",
  {
    ...PICTURE,
    width: integer({ min: 2, default: 32 }),
    blocks: integer({ min: 0, default: 15 }),
    kernelSize: integer({ min: 1, default: 3 }),
    headWidth: optional(integer({ min: 1 })),
  },
  ({ width, blocks, kernelSize, headWidth, ...options }) => {
    const net = networkBuilder({ owner: "pixelCnn", ...options });
    checkWidth("pixelCnn", "width", width, 2 * net.colours);
    const block = (h: Node, i: number): Node => {
      const narrow = net.point(`block${i}/in`, net.activate(`block${i}/relu1`, h), width / 2);
      const size = [kernelSize, kernelSize];
      const seen = net.masked(`block${i}/masked`, net.activate(`block${i}/relu2`, narrow), width / 2, size);
      const wide = net.point(`block${i}/out`, net.activate(`block${i}/relu3`, seen), width);
      return net.add(`block${i}/sum`, [h, wide]);
    };
    let h = net.masked("first", net.x, width, [7, 7], "A");
    for (let i = 1; i <= blocks; i++) h = block(h, i);
    const head = net.point("head", net.activate("head_relu", h), headWidth ?? width);
    const output = net.point("output", net.activate("output_relu", head), net.outputs);
    const base = autoregressiveModel({ owner: "pixelCnn", network: net.model(output), likelihood: options.likelihood });
    return { ...base.model, objectives: [base.objective] };
  },
);
