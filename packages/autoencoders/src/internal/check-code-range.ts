import { ConfigError } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/** Names under which layers, the library's and those of TensorFlow.js, know a function with values in [0, 1]. */
const BOUNDED: readonly unknown[] = ["sigmoid", "hard_sigmoid", "hardSigmoid", "softmax"];

/**
 * Refuses an encoder whose last layer says that its codes leave [0, 1]. A layer of unknown kind passes: a mean activation
 * outside that range would show as a loss that is not finite.
 */
export function checkCodeRange(owner: string, encoder: tf.LayersModel): void {
  const { kind, activation } = encoder.outputLayers[0]!.getConfig();
  const named = kind ?? activation;
  if (named === undefined || BOUNDED.includes(named)) return;
  throw new ConfigError(
    `${owner}: expected \`encoder\` to end in a sigmoid, which the penalty 'kl' needs, received '${String(named)}'; pass \`outputActivation: "sigmoid"\` to its builder, or take the penalty 'l1'.`,
  );
}
