import type { ModelFactory } from "@latentkit/core";
import { conditionFields, defineModel, integer } from "@latentkit/core/authoring";
import { gatedUnit, shift2d, shiftedConv2d } from "@latentkit/layers";
import { autoregressiveModel } from "./autoregressive-model.js";
import { checkWidth } from "./internal/check-width.js";
import { type Node, networkBuilder } from "./internal/networks.js";
import { PICTURE, type PictureModelOptions, TOLD, type ToldOptions } from "./internal/options.js";
import type { GatedPixelCnn } from "./types.js";

/** Options of {@link gatedPixelCnn}. */
export interface GatedPixelCnnOptions extends PictureModelOptions, ToldOptions {
  /** Channels of each stack, a multiple of the colours. Default 32, which trains on a processor; 128 is the published 81.50 nats'. */
  readonly width?: number;
  /** Layers after the first. Default 10, the published figure's. */
  readonly layers?: number;
  /** Side of the kernels after the first, odd. Default 3. */
  readonly kernelSize?: number;
}

/**
 * Gated PixelCNN: a {@link pixelCnn} without a blind spot, whose layers are gated and told what to draw. For wanted classes, and for
 * better likelihoods at about twice the cost.
 *
 * Minimises the mean of −log p(x | y) = −Σᵢ log p(xᵢ | x₁ … xᵢ₋₁, y). A vertical stack sees the rows above, a horizontal one what is to
 * the left and, by a 1×1 link, the vertical one; both are
 *
 *     tanh(W_f * v + V_f·y) ⊙ σ(W_g * v + V_g·y),
 *
 * y the conditions, and the horizontal stack is residual. Logs `gatedPixelCnn/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`, class numbers `[batch]` int32, vectors `[batch, size]`. **Units**: nats per example.
 *
 * **Source**: van den Oord et al., "Conditional Image Generation with PixelCNN Decoders", 2016, equations 2 to 4, figure 2.
 * https://arxiv.org/abs/1606.05328
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { gatedPixelCnn } from "@latentkit/autoregressive";
 * const model = gatedPixelCnn({ inputShape: [8, 8, 1], width: 8, layers: 2, given: { label: { classes: 10 } } });
 * const sevens = await model.sample({ count: 4, given: { label: 7 } }); // [4, 8, 8, 1]
 * ```
 */
export const gatedPixelCnn: ModelFactory<GatedPixelCnnOptions, GatedPixelCnn> = defineModel(
  "gatedPixelCnn",
  {
    ...PICTURE,
    ...TOLD,
    width: integer({ min: 1, default: 32 }),
    layers: integer({ min: 0, default: 10 }),
    kernelSize: integer({ min: 1, default: 3 }),
  },
  ({ width, layers, kernelSize, given: told, ...options }) => {
    const parts = { owner: "gatedPixelCnn", ...options, given: told && conditionFields(told) };
    const net = networkBuilder(parts);
    checkWidth("gatedPixelCnn", "width", width, net.colours);

    const above = (name: string, x: Node, size: readonly number[]): Node =>
      net.apply(shiftedConv2d({ ...net.layer(name), filters: 2 * width, kernelSize: size, direction: "down" }), x);
    const gate = (name: string, x: Node, colours = 1): Node =>
      net.apply(gatedUnit({ colours, name: net.layer(name).name }), x);
    /** One layer: the vertical stack before its gate, and the horizontal stack. */
    const layer = (name: string, vertical: Node, horizontal: Node, left: Node): [Node, Node] => {
      const link = above(`${name}/link`, vertical, [1, 1]);
      const gated = gate(
        `${name}/gate`,
        net.told(`${name}/told`, net.add(`${name}/linked`, [left, link])),
        net.colours,
      );
      const out = net.point(`${name}/out`, gated, width);
      return [vertical, name === "first" ? out : net.add(`${name}/sum`, [horizontal, out])];
    };

    const shifted = net.apply(shift2d({ down: 1, name: net.layer("above").name }), net.x);
    let [v, h] = layer(
      "first",
      above("first/vertical", shifted, [3, 7]),
      net.x,
      net.masked("first/left", net.x, 2 * width, [1, 7], "A"),
    );
    for (let i = 1; i <= layers; i++) {
      const name = `layer${i}`;
      const opened = gate(`${name}/vertical_gate`, net.told(`${name}/vertical_told`, v));
      const vertical = above(`${name}/vertical`, opened, [(kernelSize + 1) / 2, kernelSize]);
      [v, h] = layer(name, vertical, h, net.masked(`${name}/left`, h, 2 * width, [1, kernelSize]));
    }
    const head = net.point("head", net.activate("head_relu", h), width);
    const output = net.point("output", net.activate("output_relu", head), net.outputs);
    const { owner, likelihood: scored, given } = parts;
    const base = autoregressiveModel({ owner, likelihood: scored, given, network: net.model(output) });
    return { ...base.model, objectives: [base.objective] };
  },
);
