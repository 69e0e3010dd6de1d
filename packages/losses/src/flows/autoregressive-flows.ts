import {
  applyAll,
  checkShape,
  defineValue,
  type Needed,
  network,
  smoothExp,
  smoothSigmoid,
  smoothSoftplus,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkPassed } from "./check-passed.js";
import type { Flow, FlowPass } from "./flow.js";

/** Options of {@link maskedAutoregressiveFlow} and {@link inverseAutoregressiveFlow}. */
export interface AutoregressiveFlowOptions {
  /**
   * Says of each value, from those before it in some order, how it is moved: `[rows, latentDim]` (, `[rows, contextDim]`) → two
   * outputs `[rows, latentDim]`, such as `autoregressiveConditioner` of `@latentkit/layers` gives. A second input is what the encoder
   * tells of each example.
   */
  readonly conditioner: tf.LayersModel;
}

const SPECIFICATION: Needed<AutoregressiveFlowOptions> = { conditioner: network() };

interface Sizes {
  readonly latentDim: number;
  readonly contextDim?: number;
}

function sizesOf(owner: string, conditioner: tf.LayersModel): Sizes {
  const latentDim = conditioner.inputs[0]!.shape[1]!;
  const contextDim = conditioner.inputs[1]?.shape[1];
  checkShape(owner, "conditioner's outputs", [conditioner.outputs.length], [2]);
  for (const { shape } of conditioner.outputs) checkShape(owner, "conditioner's output", shape, [null, latentDim]);
  return { latentDim, ...(contextDim != null && { contextDim }) };
}

/** Value by value: a pass of the conditioner sets one more value right, in whatever order it looks. */
function inTurn(start: tf.Tensor2D, latentDim: number, next: (z: tf.Tensor2D) => tf.Tensor2D): tf.Tensor2D {
  let z = start;
  for (let i = 0; i < latentDim; i++) z = next(z);
  return z;
}

/** The two outputs for codes. */
function read(conditioner: tf.LayersModel, z: tf.Tensor2D, context?: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return applyAll(conditioner, context === undefined ? z : [z, context]) as [tf.Tensor2D, tf.Tensor2D];
}

const total = (logs: tf.Tensor): tf.Tensor1D => tf.sum(logs, 1) as tf.Tensor1D;

/**
 * Masked autoregressive flow: each value of a code is a Gaussian of the values before it, and noise is what is left of it,
 *
 *     zᵢ = μᵢ + exp(αᵢ)·uᵢ,   μ, α functions of z₁ … zᵢ₋₁,   log |det ∂z/∂u| = Σ αᵢ.
 *
 * Densities take one pass of the conditioner, draws `latentDim`: for priors that are fitted to codes. Stack some with the order
 * reversed in between.
 *
 * **Shapes**: codes `[rows, latentDim]`. **Units**: nats.
 *
 * **Source**: Papamakarios, Pavlakou and Murray, "Masked Autoregressive Flow for Density Estimation", 2017, equations 3 to 5.
 * https://arxiv.org/abs/1705.07057
 *
 * @throws ShapeError for a conditioner of other sizes.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { autoregressiveConditioner } from "@latentkit/layers";
 * import { maskedAutoregressiveFlow } from "@latentkit/losses";
 * const flow = maskedAutoregressiveFlow({ conditioner: autoregressiveConditioner({ latentDim: 3, hiddenUnits: [16] }) });
 * const { z: noise } = flow.inverse(random(1).normal([8, 3])); // [8, 3]
 * ```
 */
export const maskedAutoregressiveFlow: ValueFactoryOf<AutoregressiveFlowOptions, Flow> = defineValue(
  "maskedAutoregressiveFlow",
  SPECIFICATION,
  ({ conditioner }): Flow => {
    const owner = "maskedAutoregressiveFlow";
    const sizes = sizesOf(owner, conditioner);
    const { latentDim, contextDim } = sizes;
    return {
      name: owner,
      ...sizes,
      forward(u, context) {
        checkPassed(owner, latentDim, contextDim, u, context);
        return tf.tidy((): FlowPass => {
          const z = inTurn(tf.zerosLike(u), latentDim, (sofar) => {
            const [shift, logScale] = read(conditioner, sofar, context);
            return tf.add(shift, tf.mul(smoothExp(logScale), u));
          });
          return { z, logDeterminant: total(read(conditioner, z, context)[1]) };
        });
      },
      inverse(z, context) {
        checkPassed(owner, latentDim, contextDim, z, context);
        return tf.tidy((): FlowPass => {
          const [shift, logScale] = read(conditioner, z, context);
          return { z: tf.mul(tf.sub(z, shift), smoothExp(tf.neg(logScale))), logDeterminant: tf.neg(total(logScale)) };
        });
      },
      toJSON: () => undefined,
    };
  },
);

/**
 * Inverse autoregressive flow: each value of the noise is moved by a function of the noise before it,
 *
 *     zᵢ = σᵢ·εᵢ + (1 − σᵢ)·mᵢ,   σ = sigmoid(s + 1.5),   m, s functions of ε₁ … εᵢ₋₁,   log |det ∂z/∂ε| = Σ log σᵢ.
 *
 * Draws and their densities take one pass of the conditioner, densities of other codes `latentDim`: for posteriors. The gate starts
 * nearly open, so that a new flow changes little.
 *
 * **Shapes**: codes `[rows, latentDim]`. **Units**: nats.
 *
 * **Source**: Kingma, Salimans, Jozefowicz, Chen, Sutskever and Welling, "Improving Variational Inference with Inverse
 * Autoregressive Flow", 2016, algorithm 1 and equations 13 to 15. https://arxiv.org/abs/1606.04934
 *
 * @throws ShapeError for a conditioner of other sizes.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { autoregressiveConditioner } from "@latentkit/layers";
 * import { inverseAutoregressiveFlow } from "@latentkit/losses";
 * const flow = inverseAutoregressiveFlow({ conditioner: autoregressiveConditioner({ latentDim: 3, hiddenUnits: [16] }) });
 * const { z, logDeterminant } = flow.forward(random(1).normal([8, 3])); // [8, 3], [8]
 * ```
 */
export const inverseAutoregressiveFlow: ValueFactoryOf<AutoregressiveFlowOptions, Flow> = defineValue(
  "inverseAutoregressiveFlow",
  SPECIFICATION,
  ({ conditioner }): Flow => {
    const owner = "inverseAutoregressiveFlow";
    const sizes = sizesOf(owner, conditioner);
    const { latentDim, contextDim } = sizes;
    const gates = (noise: tf.Tensor2D, context?: tf.Tensor2D) => {
      const [towards, s] = read(conditioner, noise, context);
      const open = tf.add(s, 1.5);
      const gate = smoothSigmoid(open);
      return { gate, added: tf.mul(smoothSigmoid(tf.neg(open)), towards), log: tf.neg(smoothSoftplus(tf.neg(open))) };
    };
    return {
      name: owner,
      ...sizes,
      forward(noise, context) {
        checkPassed(owner, latentDim, contextDim, noise, context);
        return tf.tidy((): FlowPass => {
          const { gate, added, log } = gates(noise, context);
          return { z: tf.add(tf.mul(gate, noise), added), logDeterminant: total(log) };
        });
      },
      inverse(z, context) {
        checkPassed(owner, latentDim, contextDim, z, context);
        return tf.tidy((): FlowPass => {
          const noise = inTurn(tf.zerosLike(z), latentDim, (sofar) => {
            const { gate, added } = gates(sofar, context);
            return tf.div(tf.sub(z, added), gate);
          });
          return { z: noise, logDeterminant: tf.neg(total(gates(noise, context).log)) };
        });
      },
      toJSON: () => undefined,
    };
  },
);
