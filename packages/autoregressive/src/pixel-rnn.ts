import type { ModelFactory } from "@latentkit/core";
import { choice, defineModel, integer } from "@latentkit/core/authoring";
import { diagonalBiLstm, rowLstm } from "@latentkit/layers";
import { autoregressiveModel } from "./autoregressive-model.js";
import { checkWidth } from "./internal/check-width.js";
import { type Node, networkBuilder } from "./internal/networks.js";
import { PICTURE, type PictureModelOptions } from "./internal/options.js";
import type { PixelRnn } from "./types.js";

/** How states travel through a picture: down the rows, or along the diagonals from both sides. */
export type PixelRnnCell = "row" | "diagonal";

/** Options of {@link pixelRnn}. */
export interface PixelRnnOptions extends PictureModelOptions {
  /** `row` sees a triangle above a pixel, `diagonal` all that comes before it, at about four times the cost. Default `diagonal`. */
  readonly cell?: PixelRnnCell;
  /** Channels of a state, h; features between layers have 2h. A multiple of the colours. Default 32, the published figure's; paper: 128. */
  readonly units?: number;
  /** Recurrent layers. Default 1, the published figure's; the paper's best on binary digits has 7 of 16 units. */
  readonly layers?: number;
  /** Channels of the two layers before the output. Default 32, the published figure's. */
  readonly headWidth?: number;
}

/**
 * PixelRNN: each pixel predicted from those above it and to its left by LSTMs that run through the picture. Better likelihoods than a
 * {@link pixelCnn} of its size, since states reach as far as the picture does; training goes through rows or diagonals one by one.
 *
 * Minimises the mean of −log p(x) = −Σᵢ log p(xᵢ | x₁ … xᵢ₋₁), with a 7×7 convolution of mask A to 2h channels, `layers` times
 * x ← x + W·LSTM(x), and two 1×1 layers before the output. Logs `pixelRnn/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`. **Units**: nats per example.
 *
 * **Source**: van den Oord, Kalchbrenner and Kavukcuoglu, "Pixel Recurrent Neural Networks", 2016, sections 3.1 to 3.3 and table 1.
 * https://arxiv.org/abs/1601.06759
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { pixelRnn } from "@latentkit/autoregressive";
 * const model = pixelRnn({ inputShape: [8, 8, 1], cell: "row", units: 4 });
 * const pictures = await model.sample({ count: 2 }); // [2, 8, 8, 1]
 * ```
 */
export const pixelRnn: ModelFactory<PixelRnnOptions, PixelRnn> = defineModel(
  "pixelRnn",
  {
    ...PICTURE,
    cell: choice(["row", "diagonal"], { default: "diagonal" }),
    units: integer({ min: 1, default: 32 }),
    layers: integer({ min: 1, default: 1 }),
    headWidth: integer({ min: 1, default: 32 }),
  },
  ({ cell, units, layers, headWidth, ...options }) => {
    const net = networkBuilder({ owner: "pixelRnn", ...options });
    const { colours } = net;
    checkWidth("pixelRnn", "units", units, colours);
    checkWidth("pixelRnn", "headWidth", headWidth, colours);
    const recurrent = cell === "row" ? rowLstm : diagonalBiLstm;
    let x: Node = net.masked("first", net.x, 2 * units, [7, 7], "A");
    for (let i = 1; i <= layers; i++) {
      const states = net.apply(recurrent({ ...net.layer(`lstm${i}`), units, colours }), x);
      x = net.add(`sum${i}`, [x, net.point(`out${i}`, states, 2 * units)]);
    }
    for (const name of ["head1", "head2"]) x = net.activate(`${name}_relu`, net.point(name, x, headWidth));
    const output = net.point("output", x, net.outputs);
    const base = autoregressiveModel({ owner: "pixelRnn", network: net.model(output), likelihood: options.likelihood });
    return { ...base.model, objectives: [base.objective] };
  },
);
