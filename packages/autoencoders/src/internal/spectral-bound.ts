import { trainableVariables } from "@latentkit/core/authoring";
import { largestSingularValue } from "@latentkit/layers/authoring";
import * as tf from "@tensorflow/tfjs";

/** Holds the layers of a network 1-Lipschitz by what is done to their kernels after each update. */
export interface SpectralBound {
  /** The direction of each kernel's largest singular value, `[outputs, 1]`, to be declared as the model's state. */
  readonly state: Readonly<Record<string, tf.Variable>>;
  /** Divides each kernel whose largest singular value is above 1 by it. */
  hold(): void;
}

/** The bound for all kernels of a network; a convolution's counts as the matrix of its taps and inputs by its outputs. */
export function spectralBound(network: tf.LayersModel): SpectralBound {
  const kernels = trainableVariables([network]).filter(({ shape }) => shape.length > 1);
  const directions = kernels.map((kernel) =>
    tf.tidy(() => {
      const even = tf.fill([kernel.shape.at(-1)!, 1], 1) as tf.Tensor2D;
      // Not quite even: a kernel may map that to nothing.
      const from = tf.add(even, tf.mul(0.1, tf.range(0, even.shape[0]).expandDims(1))) as tf.Tensor2D;
      return tf.variable(largestSingularValue(kernel, from).direction, false);
    }),
  );
  return {
    state: Object.fromEntries(directions.map((direction, i) => [`direction${i + 1}`, direction])),
    hold: () =>
      tf.tidy(() => {
        for (const [i, kernel] of kernels.entries()) {
          const { sigma, direction } = largestSingularValue(kernel, directions[i] as unknown as tf.Tensor2D, 1);
          directions[i]!.assign(direction);
          kernel.assign(tf.div(kernel, tf.maximum(sigma, 1)));
        }
      }),
  };
}
