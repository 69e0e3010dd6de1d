import * as tf from "@tensorflow/tfjs";
import { reduceTo, setGradient, shippedGradient } from "./registry.js";

/**
 * First derivatives of elementwise operations and running sums that TensorFlow.js 4.22.0 gets wrong: the absolute value has the
 * slope −1 at 0, a cast to integers and a rounded quotient of floats have the slopes of what they round, powers give NaN at 0, squared
 * differences of operands with different shapes and running sums along an axis that is not the last give other values.
 */
export function correctFirstDerivatives(): void {
  setGradient("Abs", { inputs: ["x"] }, (dy, [x]) => ({ x: () => tf.mul(dy, tf.sign(tf.cast(x!, "float32"))) }));
  setGradient("Cast", { inputs: ["x"] }, (dy, [x], { dtype }) => ({
    // Truth values are integers already: only what loses something is flat.
    x: () => (dtype === x!.dtype || dtype === "float32" || x!.dtype === "bool" ? tf.clone(dy) : tf.zerosLike(dy)),
  }));
  const quotient = shippedGradient("FloorDiv");
  setGradient("FloorDiv", { inputs: ["a", "b"] }, (dy, saved, attributes) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    // Between integers there is no slope but that of the quotient.
    if (a.dtype === "int32" && b.dtype === "int32") return quotient(dy, saved, attributes);
    return { a: () => tf.zeros(a.shape), b: () => tf.zeros(b.shape) };
  });
  setGradient("Cumsum", {}, (dy, _, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis as number, exclusive as boolean, !reverse),
  }));
  setGradient("SquaredDifference", { inputs: ["a", "b"] }, (dy, saved) => {
    const [a, b] = saved as [tf.Tensor, tf.Tensor];
    const slope = () => tf.mul(tf.mul(dy, 2), tf.sub(a, b));
    return { a: () => reduceTo(slope(), a.shape), b: () => reduceTo(tf.neg(slope()), b.shape) };
  });
  setPowerGradient();
}

function setPowerGradient(): void {
  setGradient("Pow", { inputs: ["a", "b"], outputs: [true] }, (dy, [a, b, y]) => ({
    a: () => {
      const exponent = tf.cast(b!, "float32");
      // A power of 0 is constant: without the choice, 0 · 0⁻¹ would make its slope NaN at 0.
      const constant = tf.cast(tf.equal(exponent, 0), "float32");
      const slope = tf.mul(exponent, tf.pow(a!, tf.sub(tf.add(exponent, constant), 1)));
      return reduceTo(tf.mul(dy, slope), a!.shape);
    },
    b: () => {
      // Bases that are not positive have no logarithm, and count as 1.
      const positive = tf.greater(a!, 0);
      const logarithm = tf.log(tf.where(positive, a!, tf.onesLike(a!)));
      return reduceTo(tf.mul(dy, tf.mul(y!, logarithm)), b!.shape);
    },
  }));
}
