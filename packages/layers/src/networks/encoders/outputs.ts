import type * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../../activations/functions.js";
import type { Assembly } from "../assembly.js";
import { headOutputs } from "../parts.js";

interface Outputs {
  readonly latentDim: number;
  readonly heads: readonly number[];
}

/** An encoder that ends in codes, and its heads. */
export function codeEncoder(
  net: Assembly,
  x: tf.SymbolicTensor,
  { latentDim, heads, outputActivation }: Outputs & { readonly outputActivation: ActivationKind },
): tf.LayersModel {
  const code = net.output("code", x, net.dense(latentDim), { activation: outputActivation });
  return net.model([code, ...headOutputs(net, x, heads)]);
}

/** An encoder that ends in diagonal Gaussians over codes, and its heads. */
export function gaussianEncoder(net: Assembly, x: tf.SymbolicTensor, { latentDim, heads }: Outputs): tf.LayersModel {
  const parameters = ["mean", "logVariance"].map((layer) => net.output(layer, x, net.dense(latentDim)));
  return net.model([...parameters, ...headOutputs(net, x, heads)]);
}
