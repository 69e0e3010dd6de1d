import type { StepContext } from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";

/**
 * What a discriminator sees instead of plain examples. It must be differentiable, since the generator learns through it, and
 * is applied to real and generated examples alike, with noise of its own for each.
 *
 * **Shapes**: `[batch, …]` → the same.
 */
export type ExampleView = (x: tf.Tensor, step: StepContext) => tf.Tensor;
