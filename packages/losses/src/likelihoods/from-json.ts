import { CheckpointError, type Json } from "@latentkit/core";
import { bernoulli } from "./bernoulli.js";
import { categorical } from "./categorical.js";
import { discretizedLogisticMixture } from "./discretized-logistic-mixture.js";
import { gaussian } from "./gaussian.js";
import type { Likelihood } from "./likelihood.js";

/**
 * The likelihood that {@link Likelihood.toJSON} described.
 *
 * @throws CheckpointError when the description is not one of a likelihood of the library.
 * @example
 * ```ts
 * import { gaussian } from "@latentkit/losses";
 * import { likelihoodFromJSON } from "@latentkit/losses/authoring";
 * const likelihood = likelihoodFromJSON(gaussian({ deviation: 0.1 }).toJSON());
 * ```
 */
export function likelihoodFromJSON(json: Json): Likelihood {
  const { name, ...options } = (typeof json === "object" && json !== null ? json : {}) as Record<string, never>;
  try {
    if (name === "bernoulli") return bernoulli();
    if (name === "gaussian") return gaussian(options);
    if (name === "categorical") {
      const { levels, ...range } = options as Record<string, never>;
      return categorical(levels!, range);
    }
    if (name === "discretizedLogisticMixture") return discretizedLogisticMixture(options);
  } catch (cause) {
    throw new CheckpointError(`likelihoodFromJSON: ${(cause as Error).message}`, { cause });
  }
  throw new CheckpointError(
    `likelihoodFromJSON: expected a likelihood named 'bernoulli', 'categorical', 'discretizedLogisticMixture' or 'gaussian', received ${JSON.stringify(json)}.`,
  );
}
