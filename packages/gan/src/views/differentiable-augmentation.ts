import type { RandomSource } from "@latentkit/core";
import { checkTensor, defineValue, number, type ValueFactoryOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ExampleView } from "./example-view.js";

/** Options of {@link differentiableAugmentation}; an amount of 0 leaves a change out. */
export interface DifferentiableAugmentationOptions {
  /** Largest shift of all values, as a share of the range [0, 1]. Default ¼. */
  readonly brightness?: number;
  /** Largest relative change of the distance to the image's mean. Default ½. */
  readonly contrast?: number;
  /** Largest shift in both directions, as a share of the size. Default ⅛. What comes in is 0. */
  readonly translation?: number;
  /** Side of a square that is set to 0, as a share of the size. Default ½. */
  readonly cutout?: number;
}

/**
 * Changes the images that the discriminator sees at random — brightness, contrast, shift, a missing square — so that it
 * cannot learn a small dataset by heart. The generator learns through the same changes and does not copy them.
 *
 * **Shapes**: `[batch, height, width, channels]` → the same.
 *
 * **Source**: Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020, section 3.3; amounts as in
 * the authors' code, brightness halved because images here are in [0, 1]. https://arxiv.org/abs/2006.10738
 *
 * @throws ConfigError for an amount < 0, or a shift or square of the whole image.
 * @example
 * ```ts
 * import { differentiableAugmentation } from "@latentkit/gan";
 * const view = differentiableAugmentation({ cutout: 0, translation: 1 / 8 });
 * ```
 */
export const differentiableAugmentation: ValueFactoryOf<DifferentiableAugmentationOptions, ExampleView> = defineValue(
  "differentiableAugmentation",
  {
    brightness: number({ min: 0, default: 0.25 }),
    contrast: number({ min: 0, max: 1, default: 0.5 }),
    translation: number({ min: 0, below: 1, default: 1 / 8 }),
    cutout: number({ min: 0, below: 1, default: 0.5 }),
  },
  ({ brightness, contrast, translation, cutout }): ExampleView =>
    (x, step) =>
      tf.tidy(() => {
        checkTensor("differentiableAugmentation", "x", x, [null, null, null, null]);
        let y = x as tf.Tensor4D;
        if (brightness > 0) y = tf.add(y, perImage(step.random, y, -brightness, brightness));
        if (contrast > 0) {
          const mean = tf.mean(y, [1, 2, 3], true);
          y = tf.add(tf.mul(tf.sub(y, mean), perImage(step.random, y, 1 - contrast, 1 + contrast)), mean);
        }
        if (translation > 0) y = shifted(y, translation, step.random);
        if (cutout > 0) y = tf.mul(y, openPlaces(y, cutout, step.random));
        return y;
      }),
);

/** One uniform value for each image: `[batch, 1, 1, 1]`. */
function perImage(random: RandomSource, x: tf.Tensor4D, low: number, high: number): tf.Tensor4D {
  return random.uniform<tf.Rank.R4>([x.shape[0], 1, 1, 1], low, high);
}

/** Moves each image by whole pixels. A product with a shifted identity has first and second derivatives everywhere. */
function shifted(x: tf.Tensor4D, share: number, random: RandomSource): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows = shiftMatrices(batch, height, share, random); // [batch, height, height]
  const columns = shiftMatrices(batch, width, share, random); // [batch, width, width]
  const moved = tf.matMul(rows, tf.reshape(x, [batch, height, width * channels]));
  const across = tf.transpose(tf.reshape(moved, [batch, height, width, channels]), [0, 2, 1, 3]);
  const done = tf.matMul(columns, tf.reshape(across, [batch, width, height * channels]));
  return tf.transpose(tf.reshape(done, [batch, width, height, channels]), [0, 2, 1, 3]) as tf.Tensor4D;
}

/** For each image the matrix that moves a line of `size` pixels: `[batch, size, size]`. */
function shiftMatrices(batch: number, size: number, share: number, random: RandomSource): tf.Tensor3D {
  const most = Math.floor(size * share);
  const shift = tf.floor(random.uniform([batch, 1, 1], -most, most + 1));
  const places = tf.range(0, size);
  const apart = tf.sub(tf.reshape(places, [1, size, 1]), tf.reshape(places, [1, 1, size]));
  return tf.cast(tf.equal(tf.sub(apart, shift), 0), "float32") as tf.Tensor3D;
}

/** Zeros in a square around a random place of each image, ones elsewhere: `[batch, height, width, 1]`. */
function openPlaces(x: tf.Tensor4D, share: number, random: RandomSource): tf.Tensor4D {
  const [batch, height, width] = x.shape;
  const covered = (size: number, shape: [number, number, number, number]) => {
    const centre = random.uniform([batch, 1, 1, 1], 0, size);
    const middle = tf.add(tf.reshape(tf.range(0, size), shape), 0.5);
    return tf.cast(tf.less(tf.abs(tf.sub(middle, centre)), (size * share) / 2), "float32");
  };
  return tf.sub(1, tf.mul(covered(height, [1, height, 1, 1]), covered(width, [1, 1, width, 1])));
}
