import * as tf from "@tensorflow/tfjs";
import { reduceTo, setGradient, shippedGradient } from "./registry.js";

/** Gradients of products: of batches that are broadcast, where the shipped rule fails, and of `tf.einsum`, which has none. */
export function setMatrixGradients(): void {
  const shipped = shippedGradient("BatchMatMul");
  setGradient("BatchMatMul", { inputs: ["a", "b"] }, (dy, saved, attributes) => {
    const { a, b } = shipped(dy, saved, attributes) as Record<"a" | "b", () => tf.Tensor>;
    return { a: () => reduceTo(a(), saved[0]!.shape), b: () => reduceTo(b(), saved[1]!.shape) };
  });
  setGradient("Einsum", { inputs: "all" }, (dy, operands, { equation }) => {
    const [from, to] = (equation as string).replace(/\s/g, "").split("->") as [string, string];
    const labels = from.split(",");
    return operands.map((operand, i) => () => {
      const others = operands.flatMap((other, j) => (j === i ? [] : [[labels[j]!, other] as const]));
      return operandGradient(dy, to, operand.shape, labels[i]!, others);
    });
  });
}

/** The sum over everything but one operand's labels; what it alone has was summed, and is spread again. */
function operandGradient(
  dy: tf.Tensor,
  dyLabels: string,
  shape: readonly number[],
  labels: string,
  others: readonly (readonly [labels: string, operand: tf.Tensor])[],
): tf.Tensor {
  const known = dyLabels + others.map(([own]) => own).join("");
  const kept = [...labels].filter((label) => known.includes(label)).join("");
  // A scalar has no labels for an equation.
  const terms = [...(dyLabels === "" ? [] : [[dyLabels, dy] as const]), ...others];
  const from = terms.map(([own]) => own).join();
  // An equation that changes nothing gives back its operand itself, whose gradient would count twice.
  const product =
    from === kept ? (terms[0]?.[1] ?? dy) : tf.einsum(`${from}->${kept}`, ...terms.map(([, operand]) => operand));
  const scaled = dyLabels === "" && terms.length > 0 ? tf.mul(product, dy) : product;
  const open = [...labels].map((label, axis) => (kept.includes(label) ? shape[axis]! : 1));
  return tf.mul(tf.reshape(scaled, open), tf.ones([...shape]));
}
