import type { Prior } from "@latentkit/core";
import {
  checkShape,
  checkTensor,
  defineValue,
  integer,
  network,
  optional,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type DiagonalMixture, drawMixture, mixtureLogDensity } from "../internal/diagonal-mixture.js";
import { checkNumbers, cut, learnedNumbers, readNumbers } from "../internal/learned-numbers.js";
import { checkDraw } from "./check-draw.js";

/** Options of {@link mixturePrior}. */
export interface MixturePriorOptions {
  /** Size of the codes. */
  readonly latentDim: number;
  /** Gaussians. Default 10. */
  readonly components?: number;
  /** Network of its numbers, `[1, 1]` → `[1, components · (1 + 2 · latentDim)]`: logits, means, log variances. Default a new one. */
  readonly network?: tf.LayersModel;
  /** Seed of the first means, which are standard normal. Default 0. */
  readonly seed?: number;
}

/**
 * A mixture of diagonal Gaussians that is trained with the model whose prior it is, p(z) = Σₖ πₖ N(z; μₖ, σₖ²): shares, means and
 * variances are learned, so that the prior comes to meet the codes. {@link fitGaussianMixture} fits one to codes that stand.
 *
 * **Shapes**: codes `[…, latentDim]`. **Units**: nats.
 *
 * **Source**: Tomczak and Welling, "VAE with a VampPrior", 2018, section 2, the mixture of Gaussians. https://arxiv.org/abs/1705.07120
 *
 * @throws ConfigError for options that cannot work; ShapeError for a network of other sizes.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { mixturePrior } from "@latentkit/losses";
 * mixturePrior({ latentDim: 2, components: 5 }).sample(4, 2, random(1)); // [4, 2]
 * ```
 */
export const mixturePrior: ValueFactoryOf<MixturePriorOptions, Prior> = defineValue(
  "mixturePrior",
  {
    latentDim: integer({ min: 1 }),
    components: integer({ min: 1, default: 10 }),
    network: optional(network()),
    seed: integer({ min: 0, default: 0 }),
  },
  ({ latentDim, components, network: given, seed }) => {
    const widths = [components, components * latentDim, components * latentDim];
    const size = components * (1 + 2 * latentDim);
    const numbers = given ?? learnedNumbers({ size, scale: 1, seed, name: "mixturePrior" });
    checkNumbers("mixturePrior", numbers, size);
    const read = (): DiagonalMixture => {
      const [logits, means, logVariances] = cut(readNumbers(numbers), widths) as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor2D,
      ];
      const table = (row: tf.Tensor2D): tf.Tensor2D => tf.reshape(row, [components, latentDim]);
      return { logits: tf.reshape(logits, [components]), means: table(means), logVariances: table(logVariances) };
    };
    return {
      name: "mixturePrior",
      latentDim,
      networks: { network: numbers },
      sample(count, asked, random, draw) {
        const drawn = checkDraw("mixturePrior", count, asked, random, draw);
        checkShape("mixturePrior", "codes", [asked], [latentDim]);
        return tf.tidy(() => drawMixture(read(), count, random, drawn));
      },
      logDensity(z) {
        checkTensor("mixturePrior", "z", z);
        checkShape("mixturePrior", "z", [z.shape.at(-1)!], [latentDim]);
        return tf.tidy(() => mixtureLogDensity(read(), z));
      },
      toJSON: () => undefined,
    } satisfies Prior;
  },
);
