import { ConfigError, type StepContext } from "@latentkit/core";
import { apply, check } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** How the squared norm of the encoder's Jacobian is computed. */
export type JacobianNorm = "exact" | "estimate";

/** ‖J‖²_F of each example: `[batch]`, given the data and their codes. */
export type NormOfJacobian = (x: tf.Tensor, h: tf.Tensor2D, step: StepContext) => tf.Tensor1D;

/** Derivatives of activations as functions of their *output*. */
const SLOPES: Readonly<Record<string, (h: tf.Tensor) => tf.Tensor>> = {
  linear: (h) => tf.onesLike(h),
  sigmoid: (h) => tf.mul(h, tf.sub(1, h)),
  tanh: (h) => tf.sub(1, tf.square(h)),
  relu: (h) => tf.step(h),
};

/** Layers that only lay out their input in another way. */
const REARRANGING: readonly string[] = ["Flatten", "InputLayer", "Permute", "Reshape"];

/** The norm that was asked for, or the best that the encoder allows. */
export function jacobianNorm(owner: string, encoder: tf.LayersModel, asked: JacobianNorm | undefined): NormOfJacobian {
  if (asked !== undefined) check(owner).oneOf("jacobian", asked, ["exact", "estimate"]);
  const single = asked === "estimate" ? undefined : singleLayer(encoder);
  if (single !== undefined) return exactNorm(single.kernel, single.slope);
  if (asked === "exact") {
    throw new ConfigError(
      `${owner}: expected \`jacobian: "exact"\` with an encoder of one dense layer (${Object.keys(SLOPES).join(", ")}) and nothing before it but a flattening, received ${encoder.layers.map((layer) => layer.getClassName()).join(", ")}; take "estimate".`,
    );
  }
  return estimatedNorm(encoder);
}

function exactNorm(kernel: tf.Tensor, slope: (h: tf.Tensor) => tf.Tensor): NormOfJacobian {
  return (_, h) => {
    const lengths = tf.sum(tf.square(kernel), 0); // [latentDim]
    return tf.sum(tf.mul(tf.square(slope(h)), lengths), 1);
  };
}

/** ‖Jᵀv‖² of a network with one random v an example: ‖J‖²_F on average. */
export function estimatedNorm(network: tf.LayersModel): (x: tf.Tensor, y: tf.Tensor, step: StepContext) => tf.Tensor1D {
  return (x, y, step) => {
    const v = step.random.normal(y.shape);
    const projected = (input: tf.Tensor): tf.Scalar => tf.sum(tf.mul(apply(network, input, step), v));
    const slopes = tf.grad(projected)(x); // Jᵀv of each example, with the shape of x
    return tf.sum(tf.reshape(tf.square(slopes), [x.shape[0]!, -1]), 1);
  };
}

/** The kernel and the activation of an encoder that is one dense layer, flattening aside. */
function singleLayer(encoder: tf.LayersModel): { kernel: tf.Tensor; slope: (h: tf.Tensor) => tf.Tensor } | undefined {
  const weighted = encoder.layers.filter((layer) => layer.weights.length > 0);
  const [dense] = weighted;
  if (weighted.length !== 1 || dense!.getClassName() !== "Dense") return undefined;
  const place = encoder.layers.indexOf(dense!);
  // Anything else before it (pooling, rescaling, an activation, dropout) has a Jacobian of its own.
  if (!encoder.layers.slice(0, place).every((layer) => REARRANGING.includes(layer.getClassName()))) return undefined;
  const after = encoder.layers.slice(place + 1);
  const kinds = [dense!.getConfig().activation, ...after.map((layer) => layer.getConfig().kind)];
  const active = kinds.filter((kind) => kind !== "linear");
  const slope = active.length > 1 ? undefined : SLOPES[String(active[0] ?? "linear")];
  return slope && { kernel: dense!.weights[0]!.read(), slope };
}
