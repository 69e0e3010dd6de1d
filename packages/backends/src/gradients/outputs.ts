import * as tf from "@tensorflow/tfjs";
import { differentiatedAgain, runKernel, setGradient, shippedGradient } from "./registry.js";

/** Kernels whose shipped gradient is a function of their output, with their inputs; `true`: it uses the inputs too. */
const KERNELS: Readonly<Record<string, readonly [inputs: readonly string[], usesInputs: boolean]>> = {
  Elu: [["x"], false],
  Exp: [["x"], false],
  LogSoftmax: [["logits"], false],
  Pow: [["a", "b"], true],
  Sigmoid: [["x"], false],
  Softmax: [["logits"], false],
  Tanh: [["x"], false],
};

/**
 * Mends gradients that are written in terms of the kernel's saved output. The copy that is saved counts as a constant when
 * the gradient is differentiated in turn (tensorflow/tfjs#3252), so the output is computed again from the input then.
 */
export function recomputeOutputs(): void {
  for (const [name, [inputs, usesInputs]] of Object.entries(KERNELS)) {
    const shipped = shippedGradient(name);
    setGradient(
      name,
      inputs,
      (dy, saved, attributes) => {
        const operands = saved.slice(0, inputs.length);
        const named = Object.fromEntries(inputs.map((input, i) => [input, operands[i]!]));
        const y = differentiatedAgain() ? runKernel(name, named, attributes) : saved[inputs.length]!;
        return shipped(dy, usesInputs ? [...operands, y] : [y], attributes);
      },
      true,
    );
  }
  // elu'(x) is 1 where the output y is positive and y + 1 elsewhere.
  setGradient("EluGrad", ["dy", "y"], (upstream, saved) => {
    const [dy, y] = saved as [tf.Tensor, tf.Tensor];
    return {
      dy: () => runKernel("EluGrad", { dy: upstream, y }),
      y: () => tf.mul(tf.mul(upstream, dy), tf.sub(1, tf.step(y))),
    };
  });
}
