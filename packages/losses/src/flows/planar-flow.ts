import {
  defineValue,
  integer,
  network,
  optional,
  smoothSoftplus,
  smoothTanh,
  stopGradient,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { checkNumbers, cut, learnedNumbers, readNumbers } from "../internal/learned-numbers.js";
import { checkPassed } from "./check-passed.js";
import type { Flow, FlowPass } from "./flow.js";

/** Options of {@link planarFlow} and {@link radialFlow}. */
export interface ParametricFlowOptions {
  /** Size of the codes. */
  readonly latentDim: number;
  /** Maps one after the other. Default 10. */
  readonly steps?: number;
  /** Width of what the encoder tells the flow of each example, its last output. Default nothing: the flow is the same for all. */
  readonly contextDim?: number;
  /** Network of the parameters, `[rows, contextDim]` or `[1, 1]` → `[rows, steps · parameters]`. Default a linear one. */
  readonly network?: tf.LayersModel;
  /** Seed of the initial parameters. Default 0. */
  readonly seed?: number;
}

/** One map: û, w `[rows, latentDim]`, wᵀû and b `[rows, 1]`. */
interface Plane {
  readonly u: tf.Tensor;
  readonly w: tf.Tensor;
  readonly wu: tf.Tensor;
  readonly b: tf.Tensor;
}

/** softplus(SHIFT) = 1: with it parameters of 0 are the identity. The paper's −1 + softplus(wᵀu) would begin by contracting. */
const SHIFT = Math.log(Math.E - 1);

/**
 * Planar flow: codes are pushed along a direction û as far as they lie beyond a plane, `steps` times,
 *
 *     f(z) = z + û·tanh(wᵀz + b),   log |det ∂f/∂z| = log(1 + (1 − tanh²(wᵀz + b))·wᵀû),
 *     û = u + (m − wᵀu)·w/‖w‖²,   wᵀû = m = softplus(wᵀu + log(e − 1)) − 1 > −1, so that f can be undone.
 *
 * The inverse is the root of one increasing function along w, found by halving and made exact, gradients too, by a step of Newton's.
 *
 * **Shapes**: codes `[rows, latentDim]`. **Units**: nats.
 *
 * **Source**: Rezende and Mohamed, "Variational Inference with Normalizing Flows", 2015, equations 10 to 12 and appendix A.1.
 * https://arxiv.org/abs/1505.05770
 *
 * @throws ConfigError for options that cannot work; ShapeError for a network of other sizes.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { planarFlow } from "@latentkit/losses";
 * const flow = planarFlow({ latentDim: 2, steps: 4 });
 * const { z, logDeterminant } = flow.forward(random(1).normal([8, 2])); // [8, 2], [8]
 * ```
 */
export const planarFlow: ValueFactoryOf<ParametricFlowOptions, Flow> = defineValue(
  "planarFlow",
  {
    latentDim: integer({ min: 1 }),
    steps: integer({ min: 1, default: 10 }),
    contextDim: optional(integer({ min: 1 })),
    network: optional(network()),
    seed: integer({ min: 0, default: 0 }),
  },
  ({ latentDim, steps, contextDim, network: given, seed }): Flow => {
    const size = steps * (2 * latentDim + 1);
    const parameters = given ?? learnedNumbers({ size, contextDim, scale: 0.1, seed, name: "planarFlow" });
    checkNumbers("planarFlow", parameters, size, contextDim);
    const planes = (context: tf.Tensor2D | undefined): Plane[] =>
      cut(readNumbers(parameters, context), Array(steps).fill(2 * latentDim + 1)).map((numbers) => {
        const [u, w, b] = cut(numbers, [latentDim, latentDim, 1]) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const product = tf.sum(tf.mul(w, u), 1, true); // [rows, 1]
        const wu = tf.sub(smoothSoftplus(tf.add(product, SHIFT)), 1);
        const along = tf.div(tf.sub(wu, product), tf.add(tf.sum(tf.square(w), 1, true), 1e-12));
        return { u: tf.add(u, tf.mul(along, w)), w, wu, b };
      });
    const push = (z: tf.Tensor, { u, w, wu, b }: Plane): FlowPass => {
      const bent = smoothTanh(tf.add(tf.sum(tf.mul(z, w), 1, true), b)); // [rows, 1]
      const stretch = tf.log(tf.add(1, tf.mul(tf.sub(1, tf.square(bent)), wu)));
      return { z: tf.add(z, tf.mul(u, bent)), logDeterminant: tf.squeeze(stretch, [1]) };
    };
    const pull = (z: tf.Tensor, plane: Plane): tf.Tensor => {
      const reached = tf.sum(tf.mul(z, plane.w), 1, true);
      const before = root(reached, plane); // wᵀz before the push
      return tf.sub(z, tf.mul(plane.u, smoothTanh(tf.add(before, plane.b))));
    };
    return {
      name: "planarFlow",
      latentDim,
      ...(contextDim !== undefined && { contextDim }),
      networks: { network: parameters },
      forward(z, context) {
        checkPassed("planarFlow", latentDim, contextDim, z, context);
        return tf.tidy(() => run(z, planes(context), push));
      },
      inverse(z, context) {
        checkPassed("planarFlow", latentDim, contextDim, z, context);
        return tf.tidy(() =>
          run(z, planes(context).reverse(), (after, plane) => {
            const before = pull(after, plane);
            return { z: before as tf.Tensor2D, logDeterminant: tf.neg(push(before, plane).logDeterminant) };
          }),
        );
      },
      toJSON: () => undefined,
    };
  },
);

/** Passes codes through maps in their order. */
export function run<P>(z: tf.Tensor2D, maps: readonly P[], move: (z: tf.Tensor2D, map: P) => FlowPass): FlowPass {
  const start: FlowPass = { z, logDeterminant: tf.zeros([z.shape[0]]) };
  return maps.reduce((sum, map) => {
    const moved = move(sum.z, map);
    return { z: moved.z, logDeterminant: tf.add(sum.logDeterminant, moved.logDeterminant) };
  }, start);
}

/** Halvings from an interval of width 2·|wᵀû|: below float32's resolution. */
const HALVINGS = 26;

/** The α with α + wᵀû·tanh(α + b) = `reached`, with the gradients that the implicit function has. */
function root(reached: tf.Tensor, { wu, b }: Plane): tf.Tensor {
  const [target, bend, shift] = [reached, wu, b].map((each) => stopGradient(each)) as [tf.Tensor, tf.Tensor, tf.Tensor];
  let width: tf.Tensor = tf.mul(tf.abs(bend), tf.onesLike(target));
  let guess = target;
  for (let i = 0; i < HALVINGS; i++) {
    width = tf.mul(width, 0.5);
    const short = tf.sub(target, tf.add(guess, tf.mul(bend, tf.tanh(tf.add(guess, shift)))));
    guess = tf.add(guess, tf.mul(tf.sign(short), width));
  }
  const found = stopGradient(guess);
  const bent = smoothTanh(tf.add(found, b));
  const excess = tf.sub(tf.add(found, tf.mul(wu, bent)), reached);
  // The slope is a constant of this step: then its derivative is the implicit function's.
  const slope = stopGradient(tf.add(1, tf.mul(wu, tf.sub(1, tf.square(bent)))));
  return tf.sub(found, tf.div(excess, slope));
}
