import { ConfigError, type ModelFactory } from "@latentkit/core";
import { conditionFields, defineModel, integer, number, optional } from "@latentkit/core/authoring";
import {
  concatenatedElu,
  gatedUnit,
  type ShiftDirection,
  shift2d,
  shiftedConv2d,
  shiftedConv2dTranspose,
} from "@latentkit/layers";
import { discretizedLogisticMixture, type Likelihood } from "@latentkit/losses";
import { likelihoodOption } from "@latentkit/losses/authoring";
import * as tf from "@tensorflow/tfjs";
import { autoregressiveModel } from "./autoregressive-model.js";
import { type NetworkBuilder, type Node, networkBuilder } from "./internal/networks.js";
import { PICTURE, type PictureModelOptions, TOLD, type ToldOptions } from "./internal/options.js";
import type { PixelCnnPlusPlus } from "./types.js";

/** Options of {@link pixelCnnPlusPlus}. */
export interface PixelCnnPlusPlusOptions extends Omit<PictureModelOptions, "likelihood">, ToldOptions {
  /** How outputs score the colours of a pixel together. Default `discretizedLogisticMixture({ channels })`, 10 logistics. */
  readonly likelihood?: Likelihood;
  /** Channels of each stream. Default 32, which trains on a processor; the paper's 160. */
  readonly width?: number;
  /** Residual blocks at each resolution on the way down, and one more on the way up. Default 2; the paper's 5. */
  readonly blocks?: number;
  /** Resolutions, each half of the one before. Default 3, the paper's. */
  readonly resolutions?: number;
  /** Share of values dropped within blocks. Default 0.5, the paper's, for colour pictures; less for smaller data. */
  readonly dropout?: number;
}

/** A stream's kernel, and where it lies. */
type Stream = {
  readonly name: "up" | "left";
  readonly direction: ShiftDirection;
  readonly kernelSize: readonly number[];
};

const UP: Stream = { name: "up", direction: "down", kernelSize: [2, 3] };
const LEFT: Stream = { name: "left", direction: "downRight", kernelSize: [2, 2] };

/**
 * PixelCNN++: two streams of gated residual blocks that go down to a quarter of the resolution and up again, and a mixture of logistics
 * for a pixel's colours. For colour pictures: fewer parameters an output and longer reach than a {@link gatedPixelCnn}'s.
 *
 * Minimises the mean of −log p(x | y) = −Σᵢ log p(xᵢ | x₁ … xᵢ₋₁, y) over pixels xᵢ. One stream sees the rows above, the other what is to
 * the left too. A block is
 *
 *     x ← x + a ⊙ σ(b),   [a, b] = K₂ * elu±(K₁ * elu±(x) + W·elu±(s)) + V·y,
 *
 * s what the stream is joined with — the other stream, and on the way up the same resolution on the way down. Weights are initialised
 * by their deviations instead of normalised by data. Logs `pixelCnnPlusPlus/loss`.
 *
 * **Shapes**: `batch.x` `[batch, …inputShape]`, height and width multiples of 2^(resolutions − 1). **Units**: nats per example.
 *
 * **Source**: Salimans, Karpathy, Chen and Kingma, "PixelCNN++", 2017, section 2. https://arxiv.org/abs/1701.05517
 *
 * @throws ConfigError and ShapeError for options that cannot work.
 * @example
 * ```ts
 * import { pixelCnnPlusPlus } from "@latentkit/autoregressive";
 * const model = pixelCnnPlusPlus({ inputShape: [8, 8, 3], width: 8, blocks: 1 });
 * const pictures = await model.sample({ count: 2 }); // [2, 8, 8, 3]
 * ```
 */
export const pixelCnnPlusPlus: ModelFactory<PixelCnnPlusPlusOptions, PixelCnnPlusPlus> = defineModel(
  "pixelCnnPlusPlus",
  {
    ...PICTURE,
    ...TOLD,
    likelihood: optional(likelihoodOption()),
    width: integer({ min: 1, default: 32 }),
    blocks: integer({ min: 1, default: 2 }),
    resolutions: integer({ min: 1, default: 3 }),
    dropout: number({ min: 0, below: 1, default: 0.5 }),
  },
  ({ width, blocks, resolutions, dropout, given: told, likelihood: asked, ...options }) => {
    const { inputShape } = options;
    const likelihood = asked ?? discretizedLogisticMixture({ channels: inputShape[2]! });
    const parts = { owner: "pixelCnnPlusPlus", ...options, likelihood, given: told && conditionFields(told) };
    const net = networkBuilder(parts);
    checkSizes(inputShape, net.colours, resolutions);
    const block = residualBlock(net, width, dropout);
    const [above, aside] = [{ down: 1 }, { right: 1 }].map((by, i) =>
      net.apply(shift2d({ ...by, name: net.layer(i === 0 ? "above" : "aside").name }), net.x),
    ) as [Node, Node];

    let u = conv(net, "up0", above, width, UP);
    let ul = net.add("left0", [
      conv(net, "left0/above", above, width, { ...UP, kernelSize: [1, 3] }),
      conv(net, "left0/aside", aside, width, { ...LEFT, kernelSize: [2, 1] }),
    ]);
    const [passed, passedLeft] = [[u], [ul]];
    for (let r = 0; r < resolutions; r++) {
      if (r > 0) {
        u = conv(net, `up${r}/halved`, u, width, UP, 2);
        ul = conv(net, `left${r}/halved`, ul, width, LEFT, 2);
        passed.push(u);
        passedLeft.push(ul);
      }
      for (let b = 1; b <= blocks; b++) {
        u = block(`down${r}_${b}/up`, u, UP);
        ul = block(`down${r}_${b}/left`, ul, LEFT, u);
        passed.push(u);
        passedLeft.push(ul);
      }
    }
    [u, ul] = [passed.pop()!, passedLeft.pop()!];
    for (let r = resolutions - 1; r >= 0; r--) {
      // One more block behind each step up, which meets what was halved.
      for (let b = 1; passed.length > 0 && b <= (r === resolutions - 1 ? blocks : blocks + 1); b++) {
        u = block(`up${r}_${b}/up`, u, UP, passed.pop()!);
        const joined = net.apply(tf.layers.concatenate({ name: net.layer(`up${r}_${b}/joined`).name }), [
          u,
          passedLeft.pop()!,
        ]);
        ul = block(`up${r}_${b}/left`, ul, LEFT, joined);
      }
      if (r === 0) break;
      u = doubled(net, `up${r}/doubled`, u, width, UP);
      ul = doubled(net, `left${r}/doubled`, ul, width, LEFT);
    }
    const output = net.point("output", net.activate("output_elu", ul, "elu"), net.outputs);
    const { owner, likelihood: scored, given } = parts;
    const base = autoregressiveModel({ owner, likelihood: scored, given, network: net.model(output) });
    return { ...base.model, objectives: [base.objective] };
  },
);

function conv(
  net: NetworkBuilder,
  name: string,
  x: Node,
  filters: number,
  stream: Stream,
  strides = 1,
  scale = 1,
): Node {
  const { direction, kernelSize } = stream;
  return net.apply(shiftedConv2d({ ...net.layer(name), filters, kernelSize, direction, strides, scale }), x);
}

function doubled(net: NetworkBuilder, name: string, x: Node, filters: number, { direction, kernelSize }: Stream): Node {
  return net.apply(shiftedConv2dTranspose({ ...net.layer(name), filters, kernelSize, direction }), x);
}

type Block = (name: string, x: Node, stream: Stream, joined?: Node) => Node;

function residualBlock(net: NetworkBuilder, width: number, dropout: number): Block {
  const elu = (name: string, x: Node): Node => net.apply(concatenatedElu({ name: net.layer(name).name }), x);
  return (name, x, stream, joined) => {
    let inner = conv(net, `${name}/first`, elu(`${name}/elu1`, x), width, stream);
    if (joined !== undefined) {
      const seen = conv(net, `${name}/join`, elu(`${name}/elu2`, joined), width, { ...stream, kernelSize: [1, 1] });
      inner = net.add(`${name}/joined`, [inner, seen]);
    }
    const kept = net.dropout(`${name}/dropout`, elu(`${name}/elu3`, inner), dropout);
    // A tenth of the usual start: blocks begin close to passing on what they get.
    const both = net.told(`${name}/told`, conv(net, `${name}/second`, kept, 2 * width, stream, 1, 0.1));
    const gated = net.apply(gatedUnit({ value: "linear", name: net.layer(`${name}/gate`).name }), both);
    return net.add(`${name}/sum`, [x, gated]);
  };
}

function checkSizes(inputShape: readonly number[], colours: number, resolutions: number): void {
  const multiple = 2 ** (resolutions - 1);
  if (inputShape[0]! % multiple !== 0 || inputShape[1]! % multiple !== 0) {
    throw new ConfigError(
      `pixelCnnPlusPlus: expected height and width to be multiples of ${multiple} for ${resolutions} \`resolutions\`, received [${inputShape.join(", ")}].`,
    );
  }
  if (colours > 1) {
    throw new ConfigError(
      `pixelCnnPlusPlus: expected a likelihood of all ${colours} channels together, such as discretizedLogisticMixture({ channels: ${colours} }).`,
    );
  }
}
