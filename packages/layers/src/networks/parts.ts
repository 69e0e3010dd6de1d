import { sizeOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import type { ActivationKind } from "../activations/functions.js";
import type { Assembly } from "./assembly.js";
import type { ConditionOptions } from "./options.js";

type Node = tf.SymbolicTensor;

/** Inputs for what a network is told, `class`, then `condition`, by what they hold. */
export function conditionInputs(net: Assembly, { classes, conditionDim }: ConditionOptions): Record<string, Node> {
  return {
    ...(classes === undefined ? {} : { classes: net.input("class", [classes]) }),
    ...(conditionDim === undefined ? {} : { conditions: net.input("condition", [conditionDim]) }),
  };
}

/** A network's first input as vectors, joined with what the network is told. */
export function vectorInput(net: Assembly, layer: string, shape: readonly number[], options: ConditionOptions): Node {
  const input = net.input(layer, shape);
  const flat = shape.length > 1 ? net.apply(tf.layers.flatten({ name: net.named("flatten") }), input) : input;
  return joined(net, "told", [flat, ...Object.values(conditionInputs(net, options))]);
}

/** A network's first input as pictures, with what the network is told as further channels, the same at every place. */
export function imageInput(net: Assembly, layer: string, shape: readonly number[], options: ConditionOptions): Node {
  const [height, width] = shape as [number, number];
  const input = net.input(layer, shape);
  const told = Object.values(conditionInputs(net, options));
  if (told.length === 0) return input;
  const vector = joined(net, "conditions", told);
  const places = net.apply(tf.layers.repeatVector({ n: height * width, name: net.named("places") }), vector);
  const targetShape = [height, width, vector.shape[1]!];
  const channels = net.apply(tf.layers.reshape({ targetShape, name: net.named("channels") }), places);
  return joined(net, "told", [input, channels]);
}

/** Hidden dense layers `hidden1`, `hidden2`, …, or layers of another kind. */
export function denseStack(
  net: Assembly,
  x: Node,
  widths: readonly number[],
  make: Assembly["dense"] = net.dense,
): Node {
  return widths.reduce((y, units, i) => net.hidden(`hidden${i + 1}`, y, make(units)), x);
}

/** Dense outputs beside the main one: `head1`, `head2`, …. */
export function headOutputs(net: Assembly, x: Node, widths: readonly number[]): Node[] {
  return widths.map((units, i) =>
    net.output(`head${i + 1}`, x, (shared) => tf.layers.dense({ ...shared, units }), { initializer: "glorotUniform" }),
  );
}

/** An output of any shape: a dense layer `output`, and what makes examples of its rows. */
export function shapedOutput(net: Assembly, x: Node, shape: readonly number[], activation: ActivationKind): Node {
  const output = net.output("output", x, net.dense(sizeOf(shape)), { activation });
  if (shape.length === 1) return output;
  return net.apply(tf.layers.reshape({ targetShape: [...shape], name: net.named("reshape") }), output);
}

/** What is beyond a size, at the right and the lower edge, cut off. */
export function crop(
  net: Assembly,
  x: tf.SymbolicTensor,
  name: string,
  [height, width]: readonly [number, number],
): tf.SymbolicTensor {
  const [extraHeight, extraWidth] = [x.shape[1]! - height, x.shape[2]! - width];
  if (extraHeight === 0 && extraWidth === 0) return x;
  const cropping: [[number, number], [number, number]] = [
    [0, extraHeight],
    [0, extraWidth],
  ];
  return net.apply(tf.layers.cropping2D({ cropping, name: net.named(`${name}_crop`) }), x);
}

/** Nodes one beside the other, along their last axis. */
function joined(net: Assembly, layer: string, nodes: Node[]): Node {
  return nodes.length === 1 ? nodes[0]! : net.apply(tf.layers.concatenate({ name: net.named(layer) }), nodes);
}
