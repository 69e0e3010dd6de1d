import type { ModelFactory } from "@latentkit/core";
import {
  apply,
  checkShape,
  defineModel,
  integer,
  network,
  number,
  optional,
  smoothExp,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { movedDraw } from "./internal/hamiltonian-flow.js";
import { type LatentOptions, latentOptions } from "./latent-options.js";
import { latentVariableModel } from "./latent-variable-model.js";
import type { LatentVariableModelOf } from "./types.js";

/** Options of {@link hamiltonianVae}. */
export interface HamiltonianVaeOptions extends LatentOptions {
  /** Leapfrog steps, K. Default 4; each costs two gradients of the decoder, a step of training about 3·K times a VAE's. 0 is the VAE. */
  readonly steps?: number;
  /** ε that every dimension begins with; it is learned. Default 0.05. */
  readonly stepSize?: number;
  /** β₀, inverse temperature at the start, that training begins with; it is learned. Default 0.3. */
  readonly tempering?: number;
  /** Network of the dynamics' numbers, `[1, 1]` → `[1, latentDim + 1]`. Default a new one. */
  readonly dynamics?: tf.LayersModel;
}

/** What {@link hamiltonianVae} returns. */
export interface HamiltonianVae extends LatentVariableModelOf<"hamiltonianVae"> {
  readonly networks: {
    readonly encoder: tf.LayersModel;
    readonly decoder: tf.LayersModel;
    /** ε by dimension, relative to `stepSize` and as logarithms, and what is added to the logit of `tempering`. */
    readonly dynamics: tf.LayersModel;
  };
}

/**
 * Hamiltonian VAE: what the encoder guesses is moved by a few steps of Hamiltonian dynamics towards where the model itself says that the
 * code is likely, so that the posterior may have any shape. For tighter bounds from the same networks.
 *
 *     z₀ ~ q(z|x), ρ₀ ~ N(0, I/β₀),   K times: ρ −= ε/2·∇U(z), z += ε·ρ, ρ −= ε/2·∇U(z), ρ *= √(β_{k−1}/β_k),   U = −log p(x, z),
 *     1/√β_k = (1 − 1/√β₀)·k²/K² + 1/√β₀.
 *
 * Minimises −E[log p(x, z_K) − ρ_KᵀρK/2 − log q(z₀|x) + β₀·ρ₀ᵀρ₀/2], whose last terms are what the volume that tempering takes leaves.
 * ε, by dimension, and β₀ are learned. `elbo` and `logImportanceWeights` are those of the moved codes. Logs
 * `hamiltonianVae/reconstruction`, at z_K, and `hamiltonianVae/kl`, the rest.
 *
 * **Shapes**: `batch.x` `[batch, …]`, codes `[batch, latentDim]`. **Units**: nats per example.
 *
 * **Source**: Caterini, Doucet and Sejdinovic, "Hamiltonian Variational Auto-Encoder", 2018, algorithm 1 and section 3.2.
 * https://arxiv.org/abs/1805.11328
 *
 * @throws ShapeError when the networks and the likelihood do not fit together; ConfigError for other options, and codes that are not real
 *   numbers.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { hamiltonianVae } from "@latentkit/vae";
 * const shape = { latentDim: 8, hiddenUnits: [64] };
 * const model = hamiltonianVae({
 *   encoder: mlpGaussianEncoder({ inputShape: [28, 28, 1], ...shape }),
 *   decoder: mlpDecoder({ outputShape: [28, 28, 1], ...shape, activation: "softplus" }),
 *   steps: 3,
 * });
 * ```
 */
export const hamiltonianVae: ModelFactory<HamiltonianVaeOptions, HamiltonianVae> = defineModel(
  "hamiltonianVae",
  {
    ...latentOptions,
    steps: integer({ min: 0, default: 4 }),
    stepSize: number({ above: 0, default: 0.05 }),
    tempering: number({ above: 0, below: 1, default: 0.3 }),
    dynamics: optional(network()),
  },
  ({ steps, stepSize, tempering, dynamics: given, ...parts }) => {
    const owner = "hamiltonianVae";
    const latentDim = parts.decoder.inputs[0]!.shape[1]!;
    const dynamics = given ?? stillDynamics(latentDim);
    checkShape(owner, "dynamics' input", dynamics.inputs[0]!.shape, [null, 1]);
    checkShape(owner, "dynamics' output", dynamics.outputs[0]!.shape as (number | null)[], [null, latentDim + 1]);
    const read = () => {
      const numbers = apply<tf.Tensor2D>(dynamics, tf.ones([1, 1]));
      // β₀ = t/(t + (1 − t)·e⁻ⁿ): the sigmoid of the logit of t, moved by n.
      const cold = smoothExp(tf.neg(tf.slice(numbers, [0, latentDim], [1, 1])));
      return {
        stepSize: tf.mul(stepSize, smoothExp(tf.slice(numbers, [0, 0], [1, latentDim]))),
        tempering: tf.sqrt(tf.div(tempering, tf.add(tempering, tf.mul(1 - tempering, cold)))),
      };
    };
    const { model, pass, updates } = latentVariableModel({
      ...{ owner, ...parts },
      refine: (drawn, random, potential) => movedDraw(drawn, random, { steps, potential, ...read() }),
    });
    return {
      ...model,
      networks: { ...model.networks, dynamics },
      objectives: [
        {
          name: owner,
          updates: steps === 0 ? updates : [...updates, dynamics],
          loss(batch, step) {
            const passed = pass(batch, step);
            const drawn = passed.draw();
            const reconstruction = tf.mean<tf.Scalar>(passed.reconstruction(drawn.z));
            const kl = tf.mean<tf.Scalar>(tf.sum(passed.kl(drawn), 1));
            return { total: tf.add<tf.Scalar>(reconstruction, kl), parts: { reconstruction, kl } };
          },
        },
      ],
    };
  },
);

/** A network of zeros: dynamics as the options say. */
function stillDynamics(latentDim: number): tf.LayersModel {
  const input = tf.input({ shape: [1], name: "dynamics/input" });
  const numbers = tf.layers.dense({
    ...{ units: latentDim + 1, useBias: false, kernelInitializer: "zeros", name: "dynamics/numbers" },
  });
  return tf.model({ inputs: input, outputs: numbers.apply(input) as tf.SymbolicTensor, name: "dynamics" });
}
