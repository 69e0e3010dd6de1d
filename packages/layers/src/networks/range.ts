import * as tf from "@tensorflow/tfjs";
import type { Assembly } from "./assembly.js";

/** Pictures of [0, 1] as the values in [−1, 1] that networks compute with. */
export function toSigned(net: Assembly, x: tf.SymbolicTensor, layer = "range"): tf.SymbolicTensor {
  return net.apply(tf.layers.rescaling({ scale: 2, offset: -1, name: net.named(layer) }), x);
}

/** Values in [−1, 1] as pictures of [0, 1]. */
export function toUnit(net: Assembly, x: tf.SymbolicTensor): tf.SymbolicTensor {
  return net.apply(tf.layers.rescaling({ scale: 0.5, offset: 0.5, name: net.named("range") }), x);
}
