import { abortSignal, integer, number, oneHot, optional, resolveOptions } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type Evaluation, minimize } from "../internal/lbfgs.js";
import { checkLabelled, type LabelledCodes, standardize } from "./labelled-codes.js";

/** Options of {@link linearProbe}. */
export interface LinearProbeOptions {
  /** Number of classes. Default one more than the largest training label. */
  readonly classes?: number;
  /** Weight λ of the penalty λ/2·‖W‖². Default 1e-3. It makes the optimum unique. */
  readonly weightDecay?: number;
  /** Iterations of L-BFGS at most. Default 200. */
  readonly maxIterations?: number;
  /** Ends when no part of the gradient is larger. Default 1e-4. */
  readonly tolerance?: number;
  /** Ends the search with the signal's reason, between two iterations. */
  readonly signal?: AbortSignal;
}

/** What a linear classifier gets out of codes. */
export interface LinearProbe {
  /** Share of the test examples whose class is right. */
  readonly accuracy: number;
  /** The same on the examples it was trained on. */
  readonly trainAccuracy: number;
  /** Mean cross-entropy on the test examples, in nats. */
  readonly crossEntropy: number;
  readonly iterations: number;
  /** Whether the optimum was reached within `maxIterations`. */
  readonly converged: boolean;
}

/**
 * Accuracy of softmax regression on frozen codes: how much of the classes can be read from a representation by a straight
 * line. Compare codes of one size on one split.
 *
 * Codes are standardised by the training codes' mean and deviation, then mean cross-entropy + λ/2·‖W‖² is minimised over
 * all examples at once by L-BFGS from zero: convex, so that there is one answer, and neither seed nor learning rate.
 *
 * **Memory**: the training codes twice, and one row of logits an example.
 *
 * **Source**: Alain and Bengio, "Understanding intermediate layers using linear classifier probes", 2016.
 * https://arxiv.org/abs/1610.01644
 *
 * @throws ShapeError unless both have codes `[n, size]` of one size and as many labels; DataError for labels that are not
 *   class numbers; ConfigError for options out of range.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { linearProbe } from "@latentkit/metrics";
 * const data = { codes: tf.tensor2d([[-2], [-1], [1], [2]]), labels: tf.tensor1d([0, 0, 1, 1], "int32") };
 * const { accuracy } = await linearProbe(data, data); // 1
 * ```
 */
export async function linearProbe(
  train: LabelledCodes,
  test: LabelledCodes,
  options: LinearProbeOptions = {},
): Promise<LinearProbe> {
  const owner = "linearProbe";
  const specification = {
    classes: optional(integer({ min: 2 })),
    weightDecay: number({ min: 0, default: 1e-3 }),
    maxIterations: integer({ min: 1, default: 200 }),
    tolerance: number({ above: 0, default: 1e-4 }),
    signal: abortSignal(),
  };
  const {
    weightDecay,
    maxIterations,
    tolerance,
    signal,
    classes: asked,
  } = resolveOptions(owner, specification, options);
  const classes = await checkLabelled(owner, train, test, asked);

  const [trainX, testX] = await standardize(owner, train.codes, test.codes);
  const [trainY, testY] = [oneHot(train.labels, classes), oneHot(test.labels, classes)];
  try {
    const size = trainX.shape[1] * classes;
    const optimum = await minimize(
      (weights) => regularizedLoss(trainX, trainY, weights, weightDecay),
      new Float64Array(size),
      { maxIterations, tolerance, signal },
    );
    const onTrain = await judge(trainX, trainY, optimum.point);
    const onTest = await judge(testX, testY, optimum.point);
    return {
      accuracy: onTest.accuracy,
      trainAccuracy: onTrain.accuracy,
      crossEntropy: onTest.crossEntropy,
      iterations: optimum.iterations,
      converged: optimum.converged,
    };
  } finally {
    tf.dispose([trainX, testX, trainY, testY]);
  }
}

/** Weights as a matrix `[features, classes]`; the last feature is the constant 1. */
function asMatrix(x: tf.Tensor2D, y: tf.Tensor2D, weights: Float64Array): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(weights), [x.shape[1], y.shape[1]!]);
}

/** Mean cross-entropy with the penalty, and its gradient: Xᵀ(softmax(XW) − Y)/n + λW. */
async function regularizedLoss(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  weights: Float64Array,
  weightDecay: number,
): Promise<Evaluation> {
  const [loss, slope] = tf.tidy(() => {
    const logits = tf.matMul(x, asMatrix(x, y, weights)); // [n, classes]
    const logProbabilities = tf.logSoftmax(logits);
    const residual = tf.div(tf.sub(tf.exp(logProbabilities), y), x.shape[0]);
    return [meanCrossEntropy(logProbabilities, y), tf.matMul(x, residual, true)];
  }) as [tf.Scalar, tf.Tensor2D];
  const [lossValue, gradientValues] = await Promise.all([loss.data(), slope.data()]);
  tf.dispose([loss, slope]);
  const gradient = Float64Array.from(gradientValues);
  let value = lossValue[0]!;
  const penalized = (x.shape[1] - 1) * y.shape[1]!; // The biases are the last row, and free.
  for (let i = 0; i < penalized; i++) {
    value += (weightDecay / 2) * weights[i]! ** 2;
    gradient[i]! += weightDecay * weights[i]!;
  }
  return { value, gradient };
}

async function judge(
  x: tf.Tensor2D,
  y: tf.Tensor2D,
  weights: Float64Array,
): Promise<{ accuracy: number; crossEntropy: number }> {
  const results = tf.tidy(() => {
    const logProbabilities = tf.logSoftmax(tf.matMul(x, asMatrix(x, y, weights)));
    const right = tf.equal(tf.argMax(logProbabilities, 1), tf.argMax(y, 1));
    return tf.stack([tf.mean(tf.cast(right, "float32")), meanCrossEntropy(logProbabilities, y)]);
  });
  const [accuracy, crossEntropy] = await results.data();
  results.dispose();
  return { accuracy: accuracy!, crossEntropy: crossEntropy! };
}

function meanCrossEntropy(logProbabilities: tf.Tensor, y: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(logProbabilities, y), 1))) as tf.Scalar;
}
