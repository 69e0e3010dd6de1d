import * as tf from "@tensorflow/tfjs";
import { activation } from "../../activations/activation.js";
import type { Assembly } from "../assembly.js";

/** Leaky ReLU of slope 0.2, times √2, which keeps the variance: what all networks of style-based generators use. */
export function leaky(net: Assembly, layer: string, x: tf.SymbolicTensor): tf.SymbolicTensor {
  const y = net.apply(activation({ kind: "leakyRelu", alpha: 0.2, name: net.named(`${layer}_leaky`) }), x);
  return net.apply(tf.layers.rescaling({ scale: Math.SQRT2, offset: 0, name: net.named(`${layer}_gain`) }), y);
}

/** The sides of the pictures from 4 up to the whole: `[4, 8, 16, 32]`; nothing for a size that is no such power. */
export function sidesOf(size: number): readonly number[] | undefined {
  const doublings = Math.log2(size / 4);
  if (!Number.isInteger(doublings) || doublings < 0) return undefined;
  return Array.from({ length: doublings + 1 }, (_, i) => 4 * 2 ** i);
}

/** Channels at each size unless told otherwise: as many as 2048 values a picture at most, and 64. */
export function usualFilters(sides: readonly number[]): readonly number[] {
  return sides.map((side) => Math.max(16, Math.min(64, 2048 / side)));
}
