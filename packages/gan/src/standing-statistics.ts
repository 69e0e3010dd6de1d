import { type RandomSource, random } from "@latentkit/core";
import { applyAll, check, checkTensor, integer, resolveOptions, withRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link standingStatistics}. */
export interface StandingStatisticsOptions {
  /** Batches that the statistics are taken from. Default 100, after which those before weigh 0.9¹⁰⁰. */
  readonly batches?: number;
  /** Seed of the batches. Default 0. */
  readonly seed?: number;
}

const OPTIONS = { batches: integer({ min: 1, default: 100 }), seed: integer({ min: 0, default: 0 }) };

/**
 * Lets a generator's batch normalisation settle on the weights that it has now. Its moving statistics belong to the weights of
 * training; after averaged weights were put in their place (`averages.commit()`), they must be taken again.
 *
 * **Source**: Brock, Donahue and Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis", 2019,
 * section 4.1, "standing statistics". https://arxiv.org/abs/1809.11096
 *
 * @param generator - Runs as in training; its weights stay.
 * @param draw - Makes the inputs of one batch: noise, and classes for conditional generators. Disposed afterwards.
 * @throws ConfigError for fewer than one batch.
 * @example
 * ```ts
 * import { standingStatistics } from "@latentkit/gan";
 * import { dcganGenerator } from "@latentkit/layers";
 * const generator = dcganGenerator({ latentDim: 8, outputShape: [28, 28, 1], filters: [8, 4] });
 * standingStatistics(generator, (random) => random.normal([16, 8]), { batches: 5 });
 * ```
 */
export function standingStatistics(
  generator: tf.LayersModel,
  draw: (random: RandomSource) => tf.Tensor | tf.Tensor[],
  options: StandingStatisticsOptions = {},
): void {
  const owner = "standingStatistics";
  const { batches, seed } = resolveOptions(owner, OPTIONS, options);
  const isNetwork = generator instanceof tf.LayersModel;
  check(owner).that("generator", generator, isNetwork, "a network (a tf.LayersModel), such as dcganGenerator() gives");
  check(owner).that(
    "draw",
    draw,
    typeof draw === "function",
    "a function of a stream that gives the inputs of a batch",
  );
  const source = random(seed).stream(owner);
  for (let i = 0; i < batches; i++) {
    const noise = source.at(i);
    tf.tidy(() => {
      const inputs = draw(noise);
      for (const input of Array.isArray(inputs) ? inputs : [inputs]) checkTensor(owner, "draw(random)", input);
      withRandom(noise, () => applyAll(generator, inputs, { training: true }));
    });
  }
}
