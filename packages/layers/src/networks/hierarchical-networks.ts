import { ConfigError } from "@latentkit/core";
import { integer, resolveOptions, type SpecificationOf, sizeOf, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import { nearestUpsampling } from "../nearest-upsampling.js";
import { type Assembly, assembly } from "./assembly.js";
import { activationOption, IMAGE_SHAPE, named } from "./options.js";

/** Options of {@link hierarchicalNetworks}. */
export interface HierarchicalNetworksOptions {
  /** Shape of one image, `[height, width, channels]`; both sides multiples of 2 to the number of scales. */
  readonly imageShape: readonly number[];
  /** Groups of codes at each scale, a half of the image first, then a quarter, …. Default `[1, 2]`: one at 14×14, two at 7×7. */
  readonly groups?: readonly number[];
  /** Channels of maps. Default 16. */
  readonly filters?: number;
  /** Channels of a group's codes. Default 2. */
  readonly latentChannels?: number;
  /** Outputs for each value, a likelihood's `parametersPerValue`. Default 1. */
  readonly parametersPerValue?: number;
  /** Activation of hidden layers. Default `silu`, as in NVAE. */
  readonly activation?: ActivationKind;
  /** Seed of the initial weights. Default 0. */
  readonly seed?: number;
}

const SPECIFICATION = {
  imageShape: IMAGE_SHAPE,
  groups: sizes({ default: [1, 2] }),
  filters: integer({ min: 1, default: 16 }),
  latentChannels: integer({ min: 1, default: 2 }),
  parametersPerValue: integer({ min: 1, default: 1 }),
  activation: activationOption("silu"),
  seed: named("encoder").seed,
} satisfies SpecificationOf<HierarchicalNetworksOptions>;

/** Networks by name. */
type Named = Readonly<Record<string, tf.LayersModel>>;

/** The networks of a hierarchical VAE, under its options' names; groups are counted from the lowest, `prior1`, `posterior1`, `merge1`. */
export interface HierarchicalNetworks {
  readonly encoder: tf.LayersModel;
  readonly priors: Readonly<Record<string, tf.LayersModel>>;
  readonly posteriors: Readonly<Record<string, tf.LayersModel>>;
  readonly merges: Readonly<Record<string, tf.LayersModel>>;
  readonly decoder: tf.LayersModel;
}

/**
 * The networks of a hierarchical variational autoencoder on maps: residual blocks of 3×3 convolutions, halving on the way up, doubling on
 * the way down, with groups of codes at every scale.
 *
 * **Shapes** encoder: `[batch, …imageShape]` → a flattened map for each group, the lowest first; priors: a map → mean and log variance,
 * flat; posteriors: a map and the encoder's → differences of both; merges: a map and codes → the map of the group below; decoder: a map of
 * half the image → `[batch, …imageShape]` with the last axis times `parametersPerValue`.
 *
 * **Source** Vahdat and Kautz, "NVAE: A Deep Hierarchical Variational Autoencoder", 2020, section 3, https://arxiv.org/abs/2007.03898;
 * Child, "Very Deep VAEs", 2021, figure 3, https://arxiv.org/abs/2011.10650
 *
 * @throws ConfigError for an option that is misspelt or cannot work, such as sides that cannot be halved.
 * @example
 * ```ts
 * import { hierarchicalNetworks } from "@latentkit/layers";
 * const { priors } = hierarchicalNetworks({ imageShape: [8, 8, 1], groups: [1, 2], filters: 4 });
 * console.log(Object.keys(priors)); // prior1, prior2, prior3
 * ```
 */
export function hierarchicalNetworks(options: HierarchicalNetworksOptions): HierarchicalNetworks {
  const owner = "hierarchicalNetworks";
  const { imageShape, groups, filters, latentChannels, parametersPerValue, ...style } = resolveOptions(
    owner,
    SPECIFICATION,
    options,
  );
  const [height, width, channels] = imageShape as [number, number, number];
  const smallest = 2 ** groups.length;
  if (height % smallest !== 0 || width % smallest !== 0) {
    throw new ConfigError(
      `${owner}: expected sides that are multiples of ${smallest}, to be halved ${groups.length} times, received ${height} × ${width}; take fewer scales.`,
    );
  }
  const start = (name: string): Assembly => assembly({ ...style, name });
  /** Scale of each group, from 0, the lowest group first. */
  const scales = groups.flatMap((count, scale) => new Array<number>(count).fill(scale));
  const mapShape = (scale: number, depth: number): number[] => [
    height / 2 ** (scale + 1),
    width / 2 ** (scale + 1),
    depth,
  ];

  const up = start("encoder");
  const features: tf.SymbolicTensor[] = [];
  let x = up.input("input", imageShape);
  for (const [scale, count] of groups.entries()) {
    x = up.hidden(`down${scale + 1}`, x, convolution(filters, 3, 2));
    for (let i = 0; i < count; i++) {
      x = block(up, `block${features.length + 1}`, x, filters);
      features.push(up.apply(tf.layers.flatten({ name: up.named(`features${features.length + 1}`) }), x));
    }
  }
  const each = (kind: string, make: (net: Assembly, scale: number, group: number) => tf.SymbolicTensor[]): Named =>
    Object.fromEntries(
      scales.map((scale, group) => {
        const net = start(`${kind}${group + 1}`);
        return [`${kind}${group + 1}`, net.model(make(net, scale, group))];
      }),
    );
  /** A flat input as the map that it is. */
  const mapInput = (net: Assembly, name: string, scale: number, depth: number): tf.SymbolicTensor =>
    net.apply(
      tf.layers.reshape({ targetShape: mapShape(scale, depth), name: net.named(`${name}_map`) }),
      net.input(name, [sizeOf(mapShape(scale, depth))]),
    );
  const gaussian = (net: Assembly, y: tf.SymbolicTensor): tf.SymbolicTensor[] => {
    const hidden = net.hidden("hidden", y, convolution(filters, 3));
    return ["mean", "logVariance"].map((name) =>
      net.apply(
        tf.layers.flatten({ name: net.named(`${name}_flat`) }),
        net.output(name, hidden, convolution(latentChannels, 1)),
      ),
    );
  };

  return {
    encoder: up.model(features),
    priors: each("prior", (net, scale) => gaussian(net, net.input("above", mapShape(scale, filters)))),
    posteriors: each("posterior", (net, scale) => {
      const maps = [net.input("above", mapShape(scale, filters)), mapInput(net, "features", scale, filters)];
      return gaussian(net, net.apply(tf.layers.concatenate({ name: net.named("both") }), maps));
    }),
    merges: each("merge", (net, scale, group) => {
      const above = net.input("above", mapShape(scale, filters));
      const codes = net.output("codes", mapInput(net, "code", scale, latentChannels), convolution(filters, 1));
      const sum = net.apply(tf.layers.add({ name: net.named("sum") }), [above, codes]);
      const merged = block(net, "block", sum, filters);
      const next = group === 0 ? scale : scales[group - 1]!;
      if (next === scale) return [merged];
      const large = net.apply(nearestUpsampling({ factor: 2, name: net.named("upsampled") }), merged);
      return [net.hidden("smooth", large, convolution(filters, 3))];
    }),
    decoder: (() => {
      const net = start("decoder");
      const large = net.apply(
        nearestUpsampling({ factor: 2, name: net.named("upsampled") }),
        net.input("input", mapShape(0, filters)),
      );
      const hidden = net.hidden("hidden", large, convolution(filters, 3));
      return net.model([net.output("output", hidden, convolution(channels * parametersPerValue, 3))]);
    })(),
  };
}

/** A convolution with 'same' padding. */
const convolution =
  (filters: number, kernelSize: number, strides = 1): Parameters<Assembly["hidden"]>[2] =>
  (shared) =>
    tf.layers.conv2d({ ...shared, filters, kernelSize, strides, padding: "same" });

/** A residual block: x + conv(act(conv(x))). */
function block(net: Assembly, name: string, x: tf.SymbolicTensor, filters: number): tf.SymbolicTensor {
  const hidden = net.hidden(`${name}_hidden`, x, convolution(filters, 3));
  const change = net.output(`${name}_change`, hidden, convolution(filters, 3));
  return net.apply(tf.layers.add({ name: net.named(`${name}_sum`) }), [x, change]);
}
