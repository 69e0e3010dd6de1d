import { integer, optional, resolveOptions, type SpecificationOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { firFilter } from "../../style/fir-filter.js";
import { type Assembly, assembly } from "../assembly.js";
import { IMAGE_SHAPE, type NamedNetworkOptions, named } from "../options.js";
import { toSigned } from "../range.js";
import { conv } from "./equalized.js";
import { growth } from "./growth.js";
import { judged } from "./judged.js";
import { leaky } from "./leaky.js";

/** Options of {@link styleDiscriminator}. */
export interface StyleDiscriminatorOptions extends NamedNetworkOptions {
  /** Height, width and channels of a picture: square, with a side of 4, 8, 16, …. */
  readonly inputShape: readonly number[];
  /** Channels at 4×4, 8×8, … up to the whole. Default 64, fewer in large pictures. */
  readonly filters?: readonly number[];
  /** Examples that are compared by the minibatch's standard deviation. Default 4. */
  readonly groupSize?: number;
  /** Classes of an input `class`, one-hot, that the verdict is projected on. Default no such input. */
  readonly classes?: number;
}

const SPECIFICATION = {
  inputShape: IMAGE_SHAPE,
  filters: optional(sizes()),
  groupSize: integer({ min: 2, default: 4 }),
  classes: optional(integer({ min: 2 })),
  ...named("discriminator"),
} satisfies SpecificationOf<StyleDiscriminatorOptions>;

type Node = tf.SymbolicTensor;

/**
 * StyleGAN2's discriminator: residual blocks that halve the picture by filtered resampling, the standard deviation over groups of
 * examples, and a dense end; every layer with an equalised learning rate and no normalisation. Told a class, the verdict is the product
 * of features and the class's embedding.
 *
 * **Shapes** `[batch, side, side, channels]` (, `[batch, classes]`) → `[batch, 1]`, a logit.
 *
 * **Source** Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", 2020, figure 7,
 * https://arxiv.org/abs/1912.04958; classes: Miyato and Koyama, "cGANs with Projection Discriminator", 2018.
 *
 * @throws ConfigError for options that are misspelt or cannot work.
 * @example
 * ```ts
 * import { styleDiscriminator } from "@latentkit/layers";
 * const discriminator = styleDiscriminator({ inputShape: [16, 16, 3], filters: [16, 16, 8] });
 * ```
 */
export function styleDiscriminator(options: StyleDiscriminatorOptions): tf.LayersModel {
  const resolved = resolveOptions("styleDiscriminator", SPECIFICATION, options);
  const { inputShape, groupSize, classes } = resolved;
  const { sides, filters } = growth("styleDiscriminator", "inputShape", inputShape, resolved.filters);
  const net = assembly(resolved);
  const picture = net.input("picture", inputShape);
  const label = classes === undefined ? undefined : net.input("class", [classes]);
  let x = leaky(net, "start", conv(net, "start", toSigned(net, picture), filters.at(-1)!, 1));
  for (let i = sides.length - 1; i > 0; i--) x = halved(net, `down${sides[i]}`, x, filters[i - 1]!);
  return net.model([judged(net, x, filters[0]!, groupSize, label)]);
}

/** A residual block at half the size: (convolutions + skip) / √2. */
function halved(net: Assembly, layer: string, x: Node, filters: number): Node {
  const down = (name: string, y: Node) => net.apply(firFilter({ resample: "down", name: net.named(name) }), y);
  const first = leaky(net, `${layer}_1`, conv(net, `${layer}_1`, x, x.shape.at(-1)!, 3));
  // Filtered and halved before the convolution: a quarter of the work of convolving first.
  const second = leaky(net, `${layer}_2`, conv(net, `${layer}_2`, down(`${layer}_fir`, first), filters, 3));
  const skip = conv(net, `${layer}_skip`, down(`${layer}_skip_fir`, x), filters, 1, false);
  const sum = net.apply(tf.layers.add({ name: net.named(`${layer}_sum`) }), [second, skip]);
  return net.apply(tf.layers.rescaling({ scale: Math.SQRT1_2, offset: 0, name: net.named(`${layer}_half`) }), sum);
}
