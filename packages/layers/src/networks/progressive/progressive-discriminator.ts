import { integer, resolveOptions, type SpecificationOf } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { type Assembly, assembly } from "../assembly.js";
import { IMAGE_SHAPE, named } from "../options.js";
import { toSigned } from "../range.js";
import { conv } from "../style/equalized.js";
import { growth } from "../style/growth.js";
import { judged } from "../style/judged.js";
import { leaky } from "../style/leaky.js";
import { averaged, faded, PROGRESSIVE, type ProgressiveOptions } from "./options.js";

/** Options of {@link progressiveDiscriminator}. */
export interface ProgressiveDiscriminatorOptions extends ProgressiveOptions {
  /** Height, width and channels of a picture: square, with a side of 4, 8, 16, …. */
  readonly inputShape: readonly number[];
  /** Examples that are compared by the minibatch's standard deviation. Default 4. */
  readonly groupSize?: number;
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  groupSize: integer({ min: 2, default: 4 }),
  ...PROGRESSIVE,
  ...named("discriminator"),
} satisfies SpecificationOf<ProgressiveDiscriminatorOptions>;

type Node = tf.SymbolicTensor;

/**
 * ProGAN's discriminator at one size, the mirror image of {@link progressiveGenerator}: two convolutions and a halving for each size, the
 * standard deviation over groups of examples, a dense end. With `fadeSteps` the largest size comes in by and by: `(1 − α)` of what the size
 * before sees in the halved picture and `α` of its own. Told a class, the verdict is the product of features and the class's embedding.
 *
 * **Shapes** `[batch, side, side, channels]` (, `[batch, classes]`) → `[batch, 1]`, a score.
 *
 * **Source** Karras et al., "Progressive Growing of GANs for Improved Quality, Stability, and Variation", 2018, table 2 and figure 2.
 * https://arxiv.org/abs/1710.10196
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { progressiveDiscriminator } from "@latentkit/layers";
 * const discriminator = progressiveDiscriminator({ inputShape: [8, 8, 3], filters: [16, 8], fadeSteps: 1000 });
 * ```
 */
export function progressiveDiscriminator(options: ProgressiveDiscriminatorOptions): tf.LayersModel {
  const resolved = resolveOptions("progressiveDiscriminator", SPECIFICATION, options);
  const { inputShape, classes, fadeSteps, groupSize } = resolved;
  const { sides, filters } = growth("progressiveDiscriminator", "inputShape", inputShape, resolved.filters);
  const net = assembly(resolved);
  const input = net.input("picture", inputShape);
  const label = classes === undefined ? undefined : net.input("class", [classes]);
  const picture = toSigned(net, input);
  let x = seen(net, sides.at(-1)!, picture, filters.at(-1)!);
  for (let i = sides.length - 1; i > 0; i--) {
    const side = sides[i]!;
    x = leaky(net, `down${side}_1`, conv(net, `down${side}_1`, x, filters[i]!, 3));
    x = leaky(net, `down${side}_2`, conv(net, `down${side}_2`, x, filters[i - 1]!, 3));
    x = averaged(net, `half${side}`, x);
    if (fadeSteps > 0 && i === sides.length - 1) {
      const before = seen(net, side / 2, averaged(net, `reduced${side}`, picture), filters[i - 1]!);
      x = faded(net, side, fadeSteps, before, x);
    }
  }
  return net.model([judged(net, x, filters[0]!, groupSize, label)]);
}

/** Features of a picture: 1×1. */
function seen(net: Assembly, side: number, picture: Node, filters: number): Node {
  return leaky(net, `from${side}`, conv(net, `from${side}`, picture, filters, 1));
}
