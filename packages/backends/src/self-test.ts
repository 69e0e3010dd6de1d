import * as tf from "@tensorflow/tfjs";

/** The result of {@link selfTest}: how long a training step of a small network takes, or what went wrong. */
export type SelfTestResult =
  | { readonly passed: true; readonly milliseconds: number }
  | { readonly passed: false; readonly reason: string };

/** How long a backend is timed. */
const BUDGET_MS = 50;

/**
 * Computes gradients whose values are known, and then times products and convolutions of a usual size for at most 50 ms
 * (and one repetition at least) on the backend that is set.
 */
export async function selfTest(): Promise<SelfTestResult> {
  const wrong = await checkNumbers();
  if (wrong !== undefined) return { passed: false, reason: wrong };
  await timeOnce();
  const start = performance.now();
  let [runs, elapsed] = [0, 0];
  do {
    await timeOnce();
    runs++;
    elapsed = performance.now() - start;
  } while (elapsed < BUDGET_MS);
  return { passed: true, milliseconds: elapsed / runs };
}

/** The gradients of Σ(x ∗ w)² for x = 0 … 15 as a 4×4 image and a filter of ones, 2×2: small integers. */
async function checkNumbers(): Promise<string | undefined> {
  const slopes = tf.tidy(() => {
    const x = tf.reshape(tf.range(0, 16, 1, "float32"), [1, 4, 4, 1]);
    const w = tf.ones([2, 2, 1, 1]);
    const loss = (a: tf.Tensor, b: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, "valid")));
    return tf.grads(loss)([x, w]);
  });
  // Sums of the four windows: 10, 18, 42, 50.
  const expected = [
    [20, 20, 36, 36, 20, 20, 36, 36, 84, 84, 100, 100, 84, 84, 100, 100],
    [1744, 1984, 2704, 2944],
  ];
  const values = await Promise.all(slopes.map((slope) => slope.data()));
  tf.dispose(slopes);
  const equal = values.every((value, i) => value.every((v, k) => Math.abs(v - expected[i]![k]!) < 0.01));
  return equal ? undefined : "the gradients of a convolution are wrong";
}

async function timeOnce(): Promise<void> {
  const result = tf.tidy(() => {
    const a = tf.ones<tf.Rank.R2>([256, 512]);
    const b = tf.ones<tf.Rank.R2>([512, 512]);
    const image = tf.ones<tf.Rank.R4>([16, 14, 14, 32]);
    const filter = tf.ones<tf.Rank.R4>([3, 3, 32, 32]);
    return tf.add(tf.sum(tf.matMul(a, b)), tf.sum(tf.conv2d(image, filter, 1, "same")));
  });
  await result.data();
  result.dispose();
}
