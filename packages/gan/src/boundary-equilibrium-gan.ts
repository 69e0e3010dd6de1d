import type { Batch, Decodes, GivenLike, Loss, Model, ModelFactory, SamplesAtOnce, StepContext } from "@latentkit/core";
import {
  apply,
  checkShape,
  checkTensor,
  conditionInputs,
  defineModel,
  number,
  sampleRequest,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { tidyLoss } from "./internal/game.js";
import { drawNoise } from "./internal/noise.js";
import { players, rules } from "./internal/options.js";
import type { Discriminates, NoisePrior } from "./types.js";

/** Options of {@link boundaryEquilibriumGan}. */
export interface BoundaryEquilibriumGanOptions {
  /** Noise `[batch, latentDim]` → examples `[batch, …]`. */
  readonly generator: tf.LayersModel;
  /** An autoencoder: examples `[batch, …]` → reconstructions of the same shape. */
  readonly discriminator: tf.LayersModel;
  /** Where the noise comes from. Default `normal`; the paper's is `uniform`. */
  readonly prior?: NoisePrior;
  /** Diversity ratio γ = E[L(G(z))] / E[L(x)] that is held, in (0, 1]. Default 0.5; lower for sharper and less varied samples. */
  readonly diversity?: number;
  /** Learning rate λ of the balance k, > 0. Default 0.001, the paper's. */
  readonly balanceRate?: number;
}

/** What {@link boundaryEquilibriumGan} returns. `discriminate` gives energies: errors of reconstruction, `[batch]`. */
export interface BoundaryEquilibriumGan
  extends Model<Batch & { readonly x: tf.Tensor }>,
    SamplesAtOnce,
    Decodes,
    Discriminates {
  readonly networks: { readonly generator: tf.LayersModel; readonly discriminator: tf.LayersModel };
  /** The balance k in [0, 1]: how much the discriminator cares for samples. Saved with the model. */
  readonly state: { readonly balance: tf.Variable<tf.Rank.R0> };
}

/**
 * BEGAN: the discriminator is an autoencoder whose error of reconstruction is an energy, low for data. With the mean absolute error
 * L(v) = mean |v − D(v)|,
 *
 *     D minimises L(x) − k·L(G(z)),   G minimises L(G(z)),   k ← k + λ·(γ·L(x) − L(G(z))), kept in [0, 1],
 *
 * so that neither player wins and the ratio of energies stays at the diversity γ. Logs `discriminator/convergence`,
 * L(x) + |γ·L(x) − L(G(z))|, which falls as samples get better, and `discriminator/balance`, k.
 *
 * **Shapes**: noise `[batch, latentDim]`; examples `[batch, …]`. **Units**: energies in the data's.
 *
 * **Source**: Berthelot, Schumm and Metz, "BEGAN: Boundary Equilibrium Generative Adversarial Networks", 2017, section 3.3 and 3.4.
 * https://arxiv.org/abs/1703.10717
 *
 * @throws ConfigError for misspelt or impossible options; ShapeError when the networks do not fit each other.
 * @example
 * ```ts
 * import { mlpDecoder } from "@latentkit/layers";
 * import { boundaryEquilibriumGan } from "@latentkit/gan";
 * const generator = mlpDecoder({ latentDim: 2, hiddenUnits: [16], outputShape: [2], name: "generator" });
 * const discriminator = mlpDecoder({ latentDim: 2, hiddenUnits: [16], outputShape: [2], name: "discriminator" });
 * const model = boundaryEquilibriumGan({ generator, discriminator });
 * ```
 */
export const boundaryEquilibriumGan: ModelFactory<BoundaryEquilibriumGanOptions, BoundaryEquilibriumGan> = defineModel(
  "boundaryEquilibriumGan",
  {
    ...players,
    prior: rules.prior,
    diversity: number({ above: 0, max: 1, default: 0.5 }),
    balanceRate: number({ above: 0, default: 0.001 }),
  },
  ({ generator, discriminator, prior, diversity, balanceRate }) => {
    const owner = "boundaryEquilibriumGan";
    const noiseShape = generator.inputs[0]!.shape;
    checkShape(owner, "generator's noise", noiseShape, [null, null]);
    const dataShape = generator.outputs[0]!.shape;
    checkShape(owner, "discriminator's input", discriminator.inputs[0]!.shape, dataShape);
    checkShape(owner, "discriminator's reconstruction", discriminator.outputs[0]!.shape, dataShape);
    const latentDim = noiseShape[1]!;
    const balance = tf.tidy(() => tf.variable<tf.Rank.R0>(tf.scalar(0), false));

    const energies = (x: tf.Tensor, step?: StepContext): tf.Tensor1D => {
      const errors = tf.abs(tf.sub(x, apply(discriminator, x, step)));
      return tf.mean(tf.reshape(errors, [x.shape[0]!, -1]), 1);
    };
    const energy = (x: tf.Tensor, step: StepContext): tf.Scalar => tf.mean(energies(x, step));
    const generate = (count: number, step: StepContext): tf.Tensor =>
      apply(generator, drawNoise(prior, count, latentDim, step.random), step);

    const discriminatorLoss = ({ x }: { readonly x: tf.Tensor }, step: StepContext): Loss => {
      const real = energy(x, step);
      const fake = energy(generate(x.shape[0]!, step), step);
      const excess = tf.sub<tf.Scalar>(tf.mul<tf.Scalar>(diversity, real), fake);
      const total = tf.sub<tf.Scalar>(real, tf.mul<tf.Scalar>(balance, fake));
      const convergence = tf.add<tf.Scalar>(real, tf.abs(excess));
      const parts = { real, fake, convergence, balance: tf.clone(balance) as tf.Scalar };
      if (step.training)
        balance.assign(tf.clipByValue<tf.Scalar>(tf.add<tf.Scalar>(balance, tf.mul(balanceRate, excess)), 0, 1));
      return { total, parts };
    };

    const decode = (z: tf.Tensor, given?: GivenLike): tf.Tensor => {
      checkTensor(owner, "z", z, [null, latentDim]);
      conditionInputs(owner, undefined, given, z.shape[0]!);
      return tf.tidy(() => apply(generator, z));
    };
    return {
      networks: { generator, discriminator },
      state: { balance },
      fields: { x: { shape: dataShape } },
      latentDim,
      objectives: [
        {
          name: "discriminator",
          updates: [discriminator],
          loss: (batch, step) => tidyLoss(() => discriminatorLoss(batch, step)),
        },
        {
          name: "generator",
          updates: [generator],
          loss: ({ x }, step) => tidyLoss(() => ({ total: energy(generate(x.shape[0]!, step), step) })),
        },
      ],
      decode,
      sample(options, random) {
        const asked = sampleRequest(owner, ["temperature", "truncation"], options, random);
        return tf.tidy(() => decode(drawNoise(prior, asked.count, latentDim, asked.random, asked)));
      },
      discriminate(x, given) {
        checkTensor(owner, "x", x, dataShape);
        conditionInputs(owner, undefined, given, x.shape[0]!);
        return tf.tidy(() => energies(x));
      },
    };
  },
);
