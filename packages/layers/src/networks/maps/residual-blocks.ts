import { type Absent, type Defaulted, integer } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { activation } from "../../activations/activation.js";
import type { ActivationKind } from "../../activations/functions.js";
import type { Assembly } from "../assembly.js";
import { activationOption, type NetworkOptions, styled } from "../options.js";

type Node = tf.SymbolicTensor;

/** What networks from and to maps of vectors have in common. */
export interface MapOptions extends NetworkOptions {
  /** Residual blocks at the smallest size. Default 2. */
  readonly residualBlocks?: number;
  /** Channels within a residual block. Default 32. */
  readonly residualFilters?: number;
}

/** {@link MapOptions} for networks of this name by default. */
export function mapOptions(name: string): Absent<Pick<MapOptions, "alpha">> & Defaulted<Omit<MapOptions, "alpha">> {
  return {
    residualBlocks: integer({ min: 0, default: 2 }),
    residualFilters: integer({ min: 1, default: 32 }),
    activation: activationOption("relu"),
    ...styled(name),
  };
}

/** A convolution of stride 1 that keeps the size. */
export function conv(net: Assembly, name: string, x: Node, filters: number, kernelSize: number): Node {
  return net.output(name, x, (shared) => tf.layers.conv2d({ ...shared, filters, kernelSize, padding: "same" }));
}

/** x ↦ x + W₁ * a(W₃ * a(x)) some times, then a, with a 3×3 and a 1×1 convolution. */
export function residualBlocks(
  net: Assembly,
  x: Node,
  options: { residualBlocks: number; residualFilters: number; activation: ActivationKind; alpha: number | undefined },
): Node {
  const { residualFilters, activation: kind, alpha } = options;
  const filters = x.shape.at(-1)!;
  const activated = (name: string, y: Node): Node => net.apply(activation({ kind, alpha, name: net.named(name) }), y);
  let y = x;
  for (let i = 1; i <= options.residualBlocks; i++) {
    const name = `residual${i}`;
    const inner = net.hidden(`${name}_in`, activated(`${name}_activated`, y), (shared) =>
      tf.layers.conv2d({ ...shared, filters: residualFilters, kernelSize: 3, padding: "same" }),
    );
    y = net.apply(tf.layers.add({ name: net.named(`${name}_sum`) }), [y, conv(net, `${name}_out`, inner, filters, 1)]);
  }
  return activated("activated", y);
}

/** A transposed convolution that doubles height and width. */
export function doubled(net: Assembly, name: string, x: Node, filters: number): Node {
  return net.hidden(name, x, (shared) =>
    tf.layers.conv2dTranspose({ ...shared, filters, kernelSize: 4, strides: 2, padding: "same" }),
  );
}
