import * as tf from "@tensorflow/tfjs";
import { activation } from "../../activations/activation.js";
import type { Assembly } from "../assembly.js";

/** Leaky ReLU of slope 0.2, times √2, which keeps the variance: what all networks of style-based generators use. */
export function leaky(net: Assembly, layer: string, x: tf.SymbolicTensor): tf.SymbolicTensor {
  const y = net.apply(activation({ kind: "leakyRelu", alpha: 0.2, name: net.named(`${layer}_leaky`) }), x);
  return net.apply(tf.layers.rescaling({ scale: Math.SQRT2, offset: 0, name: net.named(`${layer}_gain`) }), y);
}
