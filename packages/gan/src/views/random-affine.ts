import { checkTensor, defineValue, number, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ExampleView } from "./example-view.js";

/** Options of {@link randomAffine}; an amount of 0 leaves a change out. */
export interface RandomAffineOptions {
  /** Largest slant to either side, as a sideways shift in pixels per row. Default 0.5. */
  readonly shear?: number;
  /** Largest change of height and of width, each on its own, as a natural logarithm. Default 0.2. */
  readonly scale?: number;
  /** Largest shift in both directions, as a share of the size. Default 1⁄14. What comes in is 0. */
  readonly translation?: number;
}

/**
 * Slants, stretches and shifts each image at random, so that a recogniser of codes cannot use slant, size or place: a
 * categorical code that is to be told in spite of them names what things are, not how they lie. The output's pixel (y, x) is
 * read at v = e^a·y + t_v, u = e^b·x + s·y + t_u (from the image's middle, all amounts uniform) by bilinear interpolation:
 * every affine map up to a rotation. A product with interpolation matrices, it has first and second derivatives everywhere.
 *
 * **Shapes**: `[batch, height, width, channels]` → the same.
 *
 * **Source**: interpolation: Jaderberg et al., "Spatial Transformer Networks", 2015, equation 5,
 * https://arxiv.org/abs/1506.02025; transformations that keep a code's meaning: Ojha et al., "Elastic-InfoGAN", 2020,
 * https://arxiv.org/abs/1910.01112.
 *
 * @throws ConfigError for an amount < 0, or a shift of the whole image.
 * @example
 * ```ts
 * import { randomAffine } from "@latentkit/gan";
 * const view = randomAffine({ shear: 0.4, scale: 0.1, translation: 1 / 14 });
 * ```
 */
export const randomAffine: ValueFactoryOf<RandomAffineOptions, ExampleView> = defineValue(
  "randomAffine",
  {
    shear: number({ min: 0, default: 0.5 }),
    scale: number({ min: 0, default: 0.2 }),
    translation: number({ min: 0, below: 1, default: 1 / 14 }),
  },
  ({ shear, scale, translation }): ExampleView =>
    (x, step) =>
      tf.tidy(() => {
        checkTensor("randomAffine", "x", x, [null, null, null, null]);
        const [batch, height, width, channels] = (x as tf.Tensor4D).shape;
        const draw = (most: number) => step.random.uniform<tf.Rank.R4>([batch, 1, 1, 1], -most, most);
        // A line in the direction of the third axis, and for each row its place in the fourth.
        const placed = (size: number): tf.Tensor => {
          let at: tf.Tensor = line(size, [1, 1, size, 1]);
          if (scale > 0) at = tf.mul(at, tf.exp(draw(scale)));
          return translation > 0 ? tf.add(at, draw(translation * size)) : at;
        };
        let y: tf.Tensor = tf.reshape(x, [batch, height, width * channels]);
        if (scale > 0 || translation > 0) {
          y = tf.matMul(tf.reshape(interpolation(placed(height), height), [-1, height, height]), y);
        }
        let across = placed(width);
        if (shear > 0) across = tf.add(across, tf.mul(draw(shear), line(height, [1, height, 1, 1])));
        const rows = tf.reshape(y, [batch, height, width, channels]);
        return tf.matMul(interpolation(across, width) as tf.Tensor4D, rows);
      }),
);

/** Places of `size` pixels from their middle. */
function line(size: number, shape: number[]): tf.Tensor {
  return tf.reshape(tf.sub(tf.range(0, size), (size - 1) / 2), shape);
}

/** Weights of the `size` pixels of a line, along the last axis, at each place: 1 less the distance, never below 0. */
function interpolation(places: tf.Tensor, size: number): tf.Tensor {
  return tf.relu(tf.sub(1, tf.abs(tf.sub(places, line(size, [1, 1, 1, size])))));
}
