import { ConfigError, type RandomSource } from "@latentkit/core";
import { checkRandom } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";
import { checkExamples } from "../internal/check-examples.js";
import type { Critic } from "./adversarial-loss.js";

/**
 * Refuses what a penalty cannot be taken of.
 *
 * @throws ConfigError for a critic that is no function and a stream that is none; as `checkExamples` for the examples.
 */
export function checkPenalty(
  owner: string,
  critic: Critic,
  examples: Readonly<Record<string, tf.Tensor>>,
  ...streams: readonly RandomSource[]
): void {
  if (typeof critic !== "function") {
    throw new ConfigError(
      `${owner}: expected \`critic\` to be a function of examples; of a network, pass (x) => network.apply(x).`,
    );
  }
  checkExamples(owner, examples);
  for (const random of streams) checkRandom(owner, random);
}
