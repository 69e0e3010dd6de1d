import * as tf from "@tensorflow/tfjs";
import { around } from "./axis.js";
import { axesOf, setGradient } from "./registry.js";

/** Gradients of reductions that the shipped rules get wrong, or that cannot be differentiated again. */
export function setReductionGradients(): void {
  setExtremeGradient("Max", "reductionIndices");
  setExtremeGradient("Min", "axis");
  setProductGradients();
}

/** Equal extremes share what arrives in equal parts; the shipped rule gives all of it to each. */
function setExtremeGradient(kernel: string, attribute: string): void {
  setGradient(kernel, { inputs: ["x"], outputs: [true] }, (dy, [x, y], attributes) => {
    const axes = axesOf(attributes[attribute], x!.rank);
    const kept = x!.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    return {
      x: () => {
        const chosen = tf.cast(tf.equal(x!, tf.reshape(y!, kept)), "float32");
        return tf.mul(chosen, tf.div(tf.reshape(dy, kept), tf.sum(chosen, axes, true)));
      },
    };
  });
}

function setProductGradients(): void {
  setGradient("Prod", { inputs: ["x"] }, (dy, [x], { axis }) => {
    const axes = axesOf(axis, x!.rank);
    const others = x!.shape.map((_, a) => a).filter((a) => !axes.includes(a));
    const order = [...others, ...axes];
    return {
      x: () => {
        const moved = tf.transpose(x!, order);
        const rows = tf.reshape(moved, [dy.size, x!.size / dy.size, 1]);
        const after = tf.reverse(productBefore(tf.reverse(rows, 1)), 1);
        const dx = tf.mul(tf.reshape(dy, [dy.size, 1, 1]), tf.mul(productBefore(rows), after));
        return tf.transpose(
          tf.reshape(dx, moved.shape),
          order.map((_, a) => order.indexOf(a)),
        );
      },
    };
  });
  setGradient("Cumprod", { inputs: ["x"] }, (dy, [x], { axis, exclusive, reverse }) => ({
    x: () => {
      const shape = around(x!.shape, axesOf(axis, x!.rank)[0]!);
      const turn = (t: tf.Tensor): tf.Tensor => (reverse ? tf.reverse(t, 1) : t);
      const [rows, arrived] = [x!, dy].map((t) => turn(tf.reshape(t, shape))) as [tf.Tensor, tf.Tensor];
      // An exclusive product is the inclusive one moved by a place.
      const reaching = exclusive ? earlier(arrived, 1, 0) : arrived;
      return tf.reshape(turn(tf.mul(productBefore(rows), carried(rows, reaching))), x!.shape);
    },
  }));
}

/** The product of all values before each along axis 1, in log₂ n steps; zeros do no harm. */
function productBefore(x: tf.Tensor): tf.Tensor {
  let product = later(x, 1, 1);
  for (let reach = 1; reach < x.shape[1]!; reach *= 2) product = tf.mul(product, later(product, reach, 1));
  return product;
}

/** What reaches value j of a running product, without the product before it: Bⱼ = dyⱼ + xⱼ₊₁·Bⱼ₊₁, in log₂ n steps. */
function carried(x: tf.Tensor, dy: tf.Tensor): tf.Tensor {
  let [factor, sum] = [earlier(x, 1, 0), dy];
  for (let reach = 1; reach < x.shape[1]!; reach *= 2) {
    sum = tf.add(sum, tf.mul(factor, earlier(sum, reach, 0)));
    factor = tf.mul(factor, earlier(factor, reach, 0));
  }
  return sum;
}

/** Moves values `by` places towards the end of axis 1, and fills the start. */
function later(x: tf.Tensor, by: number, fill: number): tf.Tensor {
  return moved(x, [by, 0], 0, fill);
}

/** Moves values `by` places towards the start of axis 1, and fills the end. */
function earlier(x: tf.Tensor, by: number, fill: number): tf.Tensor {
  return moved(x, [0, by], by, fill);
}

function moved(x: tf.Tensor, margin: [number, number], start: number, fill: number): tf.Tensor {
  const [before, size, after] = x.shape as [number, number, number];
  const rest = tf.slice(x, [0, start, 0], [before, size - margin[0] - margin[1], after]);
  return tf.pad3d(rest as tf.Tensor3D, [[0, 0], margin, [0, 0]], fill);
}
