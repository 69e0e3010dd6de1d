import { ConfigError, type Prior } from "@latentkit/core";
import {
  checkShape,
  checkTensor,
  defineValue,
  type Option,
  type ValueFactoryOf,
  value,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { Flow } from "../flows/flow.js";
import { chain, FLOWS } from "../flows/flow-option.js";
import { checkDraw } from "./check-draw.js";
import { gaussianMixture } from "./gaussian-mixture.js";
import { standardNormal } from "./standard-normal.js";

/** Options of {@link flowPrior}. */
export interface FlowPriorOptions {
  /** Flows from noise to codes, the first first. */
  readonly flows: readonly Flow[];
  /** Where the noise comes from. Default `standardNormal()`. */
  readonly base?: Prior;
}

const BASE: Option<Prior, "defaulted"> = value<Prior>({
  expected: "a prior such as standardNormal()",
  accepts: (given) => ["sample", "logDensity"].every((name) => typeof (given as never)?.[name] === "function"),
  factories: [standardNormal, gaussianMixture],
  default: standardNormal(),
});

/**
 * A prior that flows make of noise: p(z) = p₀(f⁻¹(z))·|det ∂f⁻¹/∂z|, learned with the model that has it, or fitted to the codes of
 * a trained one by `densityModel` and `withPrior`.
 *
 * **Shapes**: codes `[…, latentDim]`. **Units**: nats.
 *
 * **Source**: Rezende and Mohamed, "Variational Inference with Normalizing Flows", 2015, equation 5; as a prior: Huang et al.,
 * "Learnable Explicit Density for Continuous Latent Space and Variational Inference", 2017. https://arxiv.org/abs/1710.02248
 *
 * @throws ConfigError for flows of different sizes, or that are told of examples, which a prior has none of.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { flowPrior, planarFlow } from "@latentkit/losses";
 * const prior = flowPrior({ flows: [planarFlow({ latentDim: 2 })] });
 * prior.sample(4, 2, random(1)); // [4, 2]
 * ```
 */
export const flowPrior: ValueFactoryOf<FlowPriorOptions, Prior> = defineValue(
  "flowPrior",
  { flows: FLOWS, base: BASE },
  ({ flows, base }): Prior => {
    const { latentDim, contextDim, forward, inverse } = chain("flowPrior", flows);
    if (contextDim !== undefined) {
      throw new ConfigError(
        `flowPrior: expected \`flows\` without a context, received one told ${contextDim} numbers of each example; a prior has none.`,
      );
    }
    if (base.latentDim !== undefined) checkShape("flowPrior", "base's codes", [base.latentDim], [latentDim]);
    return {
      name: "flowPrior",
      latentDim,
      sample(count, size, random, draw) {
        checkDraw("flowPrior", count, size, random, draw);
        checkShape("flowPrior", "codes", [size], [latentDim]);
        return tf.tidy(() => forward(base.sample(count, latentDim, random, draw)).z);
      },
      logDensity(z) {
        checkTensor("flowPrior", "z", z);
        checkShape("flowPrior", "z", [z.shape.at(-1)!], [latentDim]);
        return tf.tidy(() => {
          const noise = inverse(tf.reshape(z, [-1, latentDim]));
          return tf.reshape(tf.add(base.logDensity(noise.z), noise.logDeterminant), z.shape.slice(0, -1));
        });
      },
      toJSON: () => undefined,
    };
  },
);
