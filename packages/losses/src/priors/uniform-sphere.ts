import { type Prior, UnsupportedError } from "@latentkit/core";
import {
  check,
  checkShape,
  checkTensor,
  defineValue,
  integer,
  number,
  numbers,
  optional,
  type ValueFactoryOf,
} from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { logSphereArea } from "../internal/von-mises-fisher.js";
import { checkDiscreteDraw } from "./check-draw.js";

/** What codes of the unit sphere are called. */
export const DIRECTIONS = "directions, of length 1";

/** Options of {@link uniformSphere}. */
export interface UniformSphereOptions {
  /** Numbers of a code. */
  readonly latentDim: number;
  /** Radius. Default 1. */
  readonly radius?: number;
  /** Its middle, `[latentDim]`. Default the origin. */
  readonly center?: readonly number[];
}

/**
 * Codes that lie everywhere on a sphere alike: the prior that `vonMisesFisherPosterior` has a closed divergence from. With another
 * radius or centre, such as {@link fitUniformSphere} finds, it draws codes of any decoder, and has no density among real numbers.
 *
 * p(z) = 1/|S|, |S| = 2π^(m/2)/Γ(m/2). **Units**: nats, by the sphere's area.
 *
 * **Source**: Davidson, Falorsi, De Cao, Kipf and Tomczak, "Hyperspherical Variational Auto-Encoders", 2018, section 2.1.
 * https://arxiv.org/abs/1804.00891
 *
 * @throws ConfigError for options that cannot work, and for draws with a temperature or truncation, which a uniform prior has no use for.
 * @example
 * ```ts
 * import { random } from "@latentkit/core";
 * import { uniformSphere } from "@latentkit/losses";
 * uniformSphere({ latentDim: 3 }).sample(4, 3, random(1)); // [4, 3], of length 1
 * ```
 */
export const uniformSphere: ValueFactoryOf<UniformSphereOptions, Prior> = defineValue(
  "uniformSphere",
  {
    latentDim: integer({ min: 2 }),
    radius: number({ above: 0, default: 1 }),
    center: optional(
      numbers<readonly number[]>("finite numbers", (value) => Array.isArray(value) && value.every(Number.isFinite)),
    ),
  },
  ({ latentDim, radius, center }): Prior => {
    if (center !== undefined) checkShape("uniformSphere", "center", [center.length], [latentDim]);
    const isUnit = radius === 1 && center === undefined;
    return {
      name: "uniformSphere",
      latentDim,
      ...(isUnit && { codes: DIRECTIONS }),
      sample(count, size, random, draw) {
        const { temperature } = checkDiscreteDraw("uniformSphere", count, size, random, draw);
        check("uniformSphere.sample").that("temperature", temperature, temperature === 1, "1: all codes are as likely");
        checkShape("uniformSphere", "codes", [size], [latentDim]);
        return tf.tidy(() => {
          const noise = random.normal([count, latentDim]);
          const length = tf.sqrt(tf.add(tf.sum(tf.square(noise), 1, true), 1e-12));
          const moved = tf.mul(radius, tf.div(noise, length));
          return (center === undefined ? moved : tf.add(moved, tf.tensor1d([...center]))) as tf.Tensor2D;
        });
      },
      logDensity(z) {
        checkTensor("uniformSphere", "z", z);
        checkShape("uniformSphere", "z", [z.shape.at(-1)!], [latentDim]);
        if (isUnit) return tf.fill(z.shape.slice(0, -1), -logSphereArea(latentDim));
        throw new UnsupportedError(
          "uniformSphere: expected the unit sphere around the origin for a density, received another; codes of real numbers are almost never on it, so draw from it alone.",
        );
      },
      toJSON: () => undefined,
    };
  },
);
