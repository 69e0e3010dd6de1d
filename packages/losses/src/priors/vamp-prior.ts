import { ConfigError, type Prior, type PriorSurroundings } from "@latentkit/core";
import {
  apply,
  checkShape,
  checkTensor,
  defineValue,
  network,
  smoothLogSumExp,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { chooseRows } from "../internal/diagonal-mixture.js";
import { checkDiscreteDraw } from "./check-draw.js";

/** Options of {@link vampPrior}. */
export interface VampPriorOptions {
  /** The pseudo-inputs: `[count, count]`, an identity matrix, → `[count, …]`, data; `pseudoInputs` of `@latentkit/layers` builds one. */
  readonly pseudoInputs: tf.LayersModel;
}

/**
 * VampPrior: a mixture of what the encoder says of K pseudo-inputs, p(z) = 1/K Σₖ q(z|uₖ), the uₖ learned with the model. It is the best
 * prior for the bound, 1/N Σₙ q(z|xₙ), made small enough to compute; and draws codes where the decoder knows what to do.
 *
 * It lives in a model with an encoder, of which it is made: `vae({ …, prior: vampPrior({ pseudoInputs }) })`, or, fitted after training,
 * `withPrior(model, vampPrior({ pseudoInputs }))` with pseudo-inputs that are examples. The divergence is estimated by one draw.
 *
 * **Shapes**: codes `[…, latentDim]`. **Units**: nats.
 *
 * **Source**: Tomczak and Welling, "VAE with a VampPrior", 2018, equation 9. https://arxiv.org/abs/1705.07120
 *
 * @throws ConfigError outside a model, and for a posterior that tells no density of given codes; ShapeError for pseudo-inputs that are not
 *   of the data's shape.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder, pseudoInputs } from "@latentkit/layers";
 * import { vampPrior } from "@latentkit/losses";
 * import { vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const prior = vampPrior({ pseudoInputs: pseudoInputs({ count: 20, inputShape: [4] }) });
 * const model = vae({ encoder, decoder, prior });
 * ```
 */
export const vampPrior: ValueFactoryOf<VampPriorOptions, Prior> = defineValue(
  "vampPrior",
  { pseudoInputs: network() },
  ({ pseudoInputs }): Prior => {
    const count = pseudoInputs.inputs[0]!.shape.at(-1)!;
    const alone = (): never => {
      throw new ConfigError(
        "vampPrior: expected a model with an encoder around it, received none; give it to a model as `prior`, or to withPrior with one.",
      );
    };
    return {
      name: "vampPrior",
      sample: alone,
      logDensity: alone,
      within: (model) => bound(pseudoInputs, count, model),
      toJSON: () => undefined,
    };
  },
);

/** The prior of one model's encoder. */
function bound(pseudoInputs: tf.LayersModel, components: number, model: PriorSurroundings): Prior {
  const { posterior, dataShape, infer } = model;
  const density = posterior.logDensity;
  if (density === undefined) {
    throw new ConfigError(
      `vampPrior: expected a posterior that tells the density of any code, as gaussianPosterior() does, received ${posterior.name}.`,
    );
  }
  checkShape("vampPrior", "pseudoInputs' output", pseudoInputs.outputs[0]!.shape as (number | null)[], dataShape);
  const outputs = (): readonly tf.Tensor2D[] => infer(apply(pseudoInputs, tf.eye(components)));
  return {
    name: "vampPrior",
    ...(posterior.codes !== undefined && { codes: posterior.codes }),
    sample(count, size, random, draw) {
      const { temperature } = checkDiscreteDraw("vampPrior", count, size, random, draw);
      if (temperature !== 1 && posterior.moments === undefined) {
        throw new ConfigError(
          `vampPrior.sample: expected \`temperature\` to be 1 with ${posterior.name}, whose draws have no mean, received ${temperature}.`,
        );
      }
      return tf.tidy(() => {
        const chosen = chooseRows(tf.zeros([count, components]), components, random);
        const told = outputs().map((table) => tf.matMul(chosen, table) as tf.Tensor2D);
        const z = posterior.draw(told, random).z as tf.Tensor2D;
        if (temperature === 1) return z;
        const { mean } = posterior.moments!(told);
        return tf.add(mean, tf.mul(temperature, tf.sub(z, mean))) as tf.Tensor2D;
      });
    },
    logDensity(z) {
      checkTensor("vampPrior", "z", z);
      return tf.tidy(() => {
        const each = density(outputs(), tf.expandDims(z, -2)); // […, components]
        return tf.sub(smoothLogSumExp(each), Math.log(components));
      });
    },
    toJSON: () => undefined,
  };
}
