import { check, checkShape, checkTensor, choice, integer, resolveOptions, sizes } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Options of {@link convolutionMatrix} and {@link transposedConvolutionMatrix}. */
export interface ConvolutionMatrixOptions {
  /** Height and width of what the operation is applied to. */
  readonly inputSize: readonly [number, number];
  /** Step in both directions. Default 1. */
  readonly strides?: number;
  /** Default `valid`. */
  readonly padding?: "same" | "valid";
}

/**
 * The matrix C of a convolution: `flatten(conv2d(x, kernel)) = C · flatten(x)`. Each row holds the kernel at one place of the
 * output, in one output channel, and zeros elsewhere.
 *
 * **Shapes**: `kernel` `[height, width, inputs, outputs]` → `[outH · outW · outputs, inH · inW · inputs]`.
 *
 * **Source**: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, section 4.1.
 * https://arxiv.org/abs/1603.07285
 *
 * @throws ShapeError for a kernel that is not four-dimensional; ConfigError for sizes that leave no output.
 * @example
 * ```ts
 * import { convolutionMatrix } from "@latentkit/layers/authoring";
 * import * as tf from "@tensorflow/tfjs";
 * const matrix = await convolutionMatrix(tf.ones([3, 3, 1, 1]), { inputSize: [4, 4] }); // [4, 16]
 * ```
 */
export async function convolutionMatrix(kernel: tf.Tensor, options: ConvolutionMatrixOptions): Promise<tf.Tensor2D> {
  const { strides, padding, inputSize } = checked("convolutionMatrix", kernel, options);
  const [height, width, inputs, outputs] = kernel.shape as [number, number, number, number];
  const rows = axis(inputSize[0], height, strides, padding);
  const columns = axis(inputSize[1], width, strides, padding);
  check("convolutionMatrix").that(
    "inputSize",
    inputSize,
    rows.out > 0 && columns.out > 0,
    "at least the kernel's size",
  );
  const values = (await kernel.data()) as Float32Array;
  const size: [number, number] = [rows.out * columns.out * outputs, inputSize[0] * inputSize[1] * inputs];
  const matrix = new Float32Array(size[0] * size[1]);
  for (const [outRow, row, i] of rows.taps) {
    for (const [outColumn, column, j] of columns.taps) {
      for (let channel = 0; channel < inputs; channel++) {
        for (let output = 0; output < outputs; output++) {
          const to = (outRow * columns.out + outColumn) * outputs + output;
          const from = (row * inputSize[1] + column) * inputs + channel;
          matrix[to * size[1] + from] = values[((i * width + j) * inputs + channel) * outputs + output]!;
        }
      }
    }
  }
  return tf.tensor2d(matrix, size);
}

/**
 * The matrix of a transposed convolution, which is Cᵀ of the convolution that goes the other way:
 * `flatten(conv2dTranspose(y)) = Cᵀ · flatten(y)`. It shows that the operation spreads each value over a kernel's place and
 * inverts nothing.
 *
 * **Shapes**: `kernel` `[height, width, outputs, inputs]`, the layout of `tf.layers.conv2dTranspose`, →
 * `[outH · outW · outputs, inH · inW · inputs]`.
 *
 * **Source**: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, sections 4.2 and 4.6.
 * https://arxiv.org/abs/1603.07285
 *
 * @throws ShapeError for a kernel that is not four-dimensional; ConfigError for sizes < 1 or an unknown padding.
 * @example
 * ```ts
 * import { transposedConvolutionMatrix } from "@latentkit/layers/authoring";
 * import * as tf from "@tensorflow/tfjs";
 * const options = { inputSize: [2, 2], strides: 2, padding: "same" } as const;
 * const matrix = await transposedConvolutionMatrix(tf.ones([3, 3, 1, 1]), options); // [16, 4]
 * ```
 */
export async function transposedConvolutionMatrix(
  kernel: tf.Tensor,
  options: ConvolutionMatrixOptions,
): Promise<tf.Tensor2D> {
  const { strides, padding, inputSize } = checked("transposedConvolutionMatrix", kernel, options);
  const [height, width] = kernel.shape as [number, number];
  // The sizes that tf.layers.conv2dTranspose gives its output.
  const grown = (size: number, taps: number) => size * strides + (padding === "same" ? 0 : Math.max(taps - strides, 0));
  const outputSize: [number, number] = [grown(inputSize[0], height), grown(inputSize[1], width)];
  const forward = await convolutionMatrix(kernel, { inputSize: outputSize, strides, padding });
  const matrix = tf.transpose(forward);
  forward.dispose();
  return matrix;
}

const SPECIFICATION = {
  inputSize: sizes({ minLength: 2, maxLength: 2 }),
  strides: integer({ min: 1, default: 1 }),
  padding: choice(["same", "valid"], { default: "valid" }),
};

function checked(
  owner: string,
  kernel: tf.Tensor,
  options: ConvolutionMatrixOptions,
): Required<ConvolutionMatrixOptions> {
  checkTensor(owner, "kernel", kernel);
  checkShape(owner, "kernel", kernel.shape, [null, null, null, null]);
  const { inputSize, strides, padding } = resolveOptions(owner, SPECIFICATION, options);
  return { inputSize: inputSize as [number, number], strides, padding };
}

/** Along one axis: the number of outputs, and each (output, input, place in the kernel) that touch. */
function axis(size: number, taps: number, strides: number, padding: "same" | "valid") {
  const out = Math.ceil((padding === "same" ? size : size - taps + 1) / strides);
  const missing = padding === "same" ? Math.max((out - 1) * strides + taps - size, 0) : 0;
  const before = Math.floor(missing / 2);
  const touching: [number, number, number][] = [];
  for (let o = 0; o < out; o++) {
    for (let k = 0; k < taps; k++) {
      const input = o * strides + k - before;
      if (input >= 0 && input < size) touching.push([o, input, k]);
    }
  }
  return { out, taps: touching };
}
