import * as tf from "@tensorflow/tfjs";
import { reduceTo, runKernel, setGradient, shippedGradient } from "./registry.js";
import { differentiatedAgain } from "./tape.js";

const COMPARISONS: Readonly<Record<string, readonly string[]>> = {
  Equal: ["a", "b"],
  Greater: ["a", "b"],
  GreaterEqual: ["a", "b"],
  Less: ["a", "b"],
  LessEqual: ["a", "b"],
  LogicalAnd: ["a", "b"],
  LogicalNot: ["x"],
  LogicalOr: ["a", "b"],
  NotEqual: ["a", "b"],
};

/**
 * Gives comparisons the derivative they have, zero, so that the many gradients which choose by a comparison (prelu, clip,
 * max, min) can be differentiated again; and rewrites those that still could not be, or not safely.
 */
export function mendPiecewise(): void {
  for (const [name, inputs] of Object.entries(COMPARISONS)) {
    setGradient(name, { inputs }, (_, saved) =>
      Object.fromEntries(inputs.map((input, i) => [input, () => tf.zeros(saved[i]!.shape)])),
    );
  }
  mendLeakyRelu();
  mendRelu6();
  mendElu();
  mendSelu();
  mendExtremes();
}

function mendLeakyRelu(): void {
  setGradient("LeakyRelu", { inputs: ["x"] }, (dy, saved, { alpha }) => ({
    x: () => tf.mul(dy, tf.step(saved[0]!, alpha as number)),
  }));
}

function mendRelu6(): void {
  setGradient("Relu6", { inputs: ["x"] }, (dy, saved) => {
    const x = saved[0]!;
    // At x = 6 the shipped gradient counts as inside.
    return { x: () => tf.mul(dy, tf.mul(tf.step(x), tf.sub(1, tf.step(tf.sub(x, 6))))) };
  });
}

function mendElu(): void {
  // elu'(x) is 1 where the output y is positive and y + 1 elsewhere.
  setGradient("EluGrad", { inputs: ["dy", "y"] }, (upstream, [dy, y]) => ({
    dy: () => runKernel("EluGrad", { dy: upstream, y: y! }),
    y: () => tf.mul(tf.mul(upstream, dy!), tf.sub(1, tf.step(y!))),
  }));
}

/** Klambauer et al., "Self-Normalizing Neural Networks", 2017, equation 14. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

function mendSelu(): void {
  const shipped = shippedGradient("Selu");
  setGradient("Selu", { inputs: ["x"] }, (dy, saved, attributes) => {
    if (!differentiatedAgain()) return shipped(dy, saved, attributes);
    const x = saved[0]!;
    return {
      x: () => {
        const positive = tf.step(x);
        // min(x, 0), because the exponential of a large x would make the other branch 0 · ∞.
        const slope = tf.mul(tf.mul(tf.sub(1, positive), SELU_ALPHA), tf.exp(tf.neg(tf.relu(tf.neg(x)))));
        return tf.mul(dy, tf.mul(tf.add(positive, slope), SELU_SCALE));
      },
    };
  });
}

function mendExtremes(): void {
  for (const [name, first] of [
    ["Maximum", tf.greaterEqual],
    ["Minimum", tf.lessEqual],
  ] as const) {
    setGradient(name, { inputs: ["a", "b"] }, (dy, saved) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const chosen = () => tf.cast(first(a, b), "float32");
      return {
        a: () => reduceTo(tf.mul(dy, chosen()), a.shape),
        b: () => reduceTo(tf.mul(dy, tf.sub(1, chosen())), b.shape),
      };
    });
  }
}
