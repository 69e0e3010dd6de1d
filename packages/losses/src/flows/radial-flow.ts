import {
  defineValue,
  integer,
  network,
  optional,
  smoothSoftplus,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkNumbers, cut, learnedNumbers, readNumbers } from "../internal/learned-numbers.js";
import { checkPassed } from "./check-passed.js";
import type { Flow, FlowPass } from "./flow.js";
import { type ParametricFlowOptions, run } from "./planar-flow.js";

/** One map: centre `[rows, latentDim]`, α and β `[rows, 1]`. */
interface Star {
  readonly centre: tf.Tensor;
  readonly alpha: tf.Tensor;
  readonly beta: tf.Tensor;
}

/**
 * Radial flow: codes are drawn to a centre or pushed away from it, `steps` times,
 *
 *     f(z) = z + β·(z − z₀)/(α + r),   r = ‖z − z₀‖,   α > 0,   β = −α + softplus(·) so that f can be undone,
 *     log |det ∂f/∂z| = (d − 1)·log(1 + β/(α + r)) + log(1 + α·β/(α + r)²).
 *
 * The inverse is closed: r is the positive root of r² + (α + β − r′)·r − α·r′ = 0 for the new radius r′.
 *
 * **Shapes**: codes `[rows, latentDim]`. **Units**: nats.
 *
 * **Source**: Rezende and Mohamed, "Variational Inference with Normalizing Flows", 2015, equation 14 and appendix A.2.
 * https://arxiv.org/abs/1505.05770
 *
 * @throws ConfigError for options that cannot work; ShapeError for a network of other sizes.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { radialFlow } from "@latentkit/losses";
 * const flow = radialFlow({ latentDim: 2, steps: 4 });
 * const { z, logDeterminant } = flow.forward(random(1).normal([8, 2])); // [8, 2], [8]
 * ```
 */
export const radialFlow: ValueFactoryOf<ParametricFlowOptions, Flow> = defineValue(
  "radialFlow",
  {
    latentDim: integer({ min: 1 }),
    steps: integer({ min: 1, default: 10 }),
    contextDim: optional(integer({ min: 1 })),
    network: optional(network()),
    seed: integer({ min: 0, default: 0 }),
  },
  ({ latentDim, steps, contextDim, network: given, seed }): Flow => {
    const size = steps * (latentDim + 2);
    const parameters = given ?? learnedNumbers({ size, contextDim, scale: 0.5, seed, name: "radialFlow" });
    checkNumbers("radialFlow", parameters, size, contextDim);
    const stars = (context: tf.Tensor2D | undefined): Star[] =>
      cut(readNumbers(parameters, context), Array(steps).fill(latentDim + 2)).map((numbers) => {
        const [centre, a, b] = cut(numbers, [latentDim, 1, 1]) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const alpha = smoothSoftplus(a);
        return { centre, alpha, beta: tf.sub(smoothSoftplus(b), alpha) };
      });
    const stretch = (radius: tf.Tensor, { alpha, beta }: Star): tf.Tensor1D => {
      const across = tf.log(tf.add(1, tf.div(beta, tf.add(alpha, radius))));
      const outwards = tf.log(tf.add(1, tf.div(tf.mul(alpha, beta), tf.square(tf.add(alpha, radius)))));
      return tf.squeeze(tf.add(tf.mul(latentDim - 1, across), outwards), [1]);
    };
    const push = (z: tf.Tensor, star: Star): FlowPass => {
      const away = tf.sub(z, star.centre);
      const radius = length(away);
      const moved = tf.mul(away, tf.div(star.beta, tf.add(star.alpha, radius)));
      return { z: tf.add(z, moved), logDeterminant: stretch(radius, star) };
    };
    const pull = (z: tf.Tensor, star: Star): FlowPass => {
      const { centre, alpha, beta } = star;
      const away = tf.sub(z, centre);
      const reached = length(away);
      const half = tf.mul(0.5, tf.sub(tf.add(alpha, beta), reached));
      // The form of the root that does not cancel: both signs of `half` occur.
      const whole = tf.sqrt(tf.add(tf.square(half), tf.mul(alpha, reached)));
      const inside = tf.div(tf.mul(alpha, reached), tf.add(whole, tf.abs(half)));
      const shrinks = tf.step(half); // 1 where half > 0; its slope is 0
      const radius = tf.add(tf.mul(shrinks, inside), tf.mul(tf.sub(1, shrinks), tf.sub(whole, half)));
      const back = tf.add(centre, tf.mul(away, tf.div(radius, reached)));
      return { z: back as tf.Tensor2D, logDeterminant: tf.neg(stretch(radius, star)) };
    };
    return {
      name: "radialFlow",
      latentDim,
      ...(contextDim !== undefined && { contextDim }),
      networks: { network: parameters },
      forward(z, context) {
        checkPassed("radialFlow", latentDim, contextDim, z, context);
        return tf.tidy(() => run(z, stars(context), push));
      },
      inverse(z, context) {
        checkPassed("radialFlow", latentDim, contextDim, z, context);
        return tf.tidy(() => run(z, stars(context).reverse(), pull));
      },
      toJSON: () => undefined,
    };
  },
);

/** The rows' lengths, with a derivative at 0: `[rows, n]` → `[rows, 1]`. */
function length(rows: tf.Tensor): tf.Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(rows), 1, true), 1e-14));
}
