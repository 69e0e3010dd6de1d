import { ConfigError, type FieldSpecs, seededInitializer } from "@latentkit/core";
import { sizeOf } from "@latentkit/core/authoring";
import {
  type ActivationKind,
  activation,
  addVector,
  type MaskKind,
  maskedConv2d,
  oneHotLevels,
  seededDropout,
} from "@latentkit/layers";
import type { Likelihood } from "@latentkit/losses";
import * as tf from "@tensorflow/tfjs";

/** A value in a network. */
export type Node = tf.SymbolicTensor;

/** How data enters a network: as numbers, or each value as a row with a 1 at its level. */
export type InputEncoding = "value" | "oneHot";

/** Names of {@link InputEncoding}. */
export const INPUT_ENCODINGS: readonly InputEncoding[] = ["value", "oneHot"];

/** What every network of this package is told. */
export interface NetworkOptions {
  readonly owner: string;
  readonly inputShape: readonly number[];
  readonly likelihood: Likelihood;
  readonly seed: number;
  readonly given?: FieldSpecs | undefined;
  readonly inputs?: InputEncoding | undefined;
  /** Whether the values enter as a sequence, `[values, 1, 1]`, and outputs leave it. */
  readonly sequence?: boolean;
}

/** Builds a network: gives layers their names, weights their streams, and keeps the inputs in order. */
export interface NetworkBuilder {
  /** Colour groups of channels: what is to be kept apart within a place. */
  readonly colours: number;
  /** Parameters of a place. */
  readonly outputs: number;
  /** The data as layers take it. */
  readonly x: Node;
  /** Name, seed and stream of a layer. */
  layer(name: string): { readonly name: string; readonly seed: number; readonly stream: string };
  apply(layer: tf.layers.Layer, x: Node | Node[]): Node;
  masked(name: string, x: Node, filters: number, size: readonly number[], mask?: MaskKind, scale?: number): Node;
  /** A masked convolution that sees its own place alone. */
  point(name: string, x: Node, filters: number, scale?: number): Node;
  activate(name: string, x: Node, kind?: ActivationKind): Node;
  add(name: string, nodes: Node[]): Node;
  dropout(name: string, x: Node, rate: number): Node;
  /** Adds a projection of the conditions to all places; x itself where there are none. */
  told(name: string, x: Node): Node;
  model(output: Node): tf.LayersModel;
}

/** Starts a network. */
export function networkBuilder(options: NetworkOptions): NetworkBuilder {
  const { owner, inputShape, likelihood, seed, given, inputs, sequence = false } = options;
  const values = inputShape.at(-1)!;
  const together = likelihood.channels ?? 1;
  if (together !== 1 && together !== values) {
    throw new ConfigError(
      `${owner}: expected a likelihood of ${values} channels, as many as \`inputShape\` has, received one of ${together}.`,
    );
  }
  const colours = together === 1 && !sequence ? values : 1;
  const layer: NetworkBuilder["layer"] = (name) => ({ name: `network/${name}`, seed, stream: `${owner}/${name}` });
  const apply: NetworkBuilder["apply"] = (one, x) => one.apply(x) as Node;
  const entry = tf.input({ shape: [...inputShape], name: "network/input" });
  const reshaped = (name: string, targetShape: readonly number[], x: Node): Node =>
    sequence ? apply(tf.layers.reshape({ targetShape: [...targetShape], name: `network/${name}` }), x) : x;
  const placed = reshaped("steps", [sizeOf(inputShape), 1, 1], entry);
  const outputs = Math.round(values * likelihood.parametersPerValue);
  const conditions = Object.entries(given ?? {}).map(([name, { classes, shape }]) =>
    tf.input({ shape: [classes ?? (shape[1] as number)], name: `network/${name}` }),
  );
  const told =
    conditions.length > 1
      ? apply(tf.layers.concatenate({ name: "network/conditions" }), conditions)
      : (conditions[0] as Node | undefined);

  const masked: NetworkBuilder["masked"] = (name, x, filters, kernelSize, mask = "B", scale = 1) =>
    apply(maskedConv2d({ ...layer(name), filters, kernelSize, mask, colours, scale }), x);
  return {
    colours,
    outputs: sequence ? likelihood.parametersPerValue : outputs,
    x: encoded(likelihood, inputs)
      ? apply(oneHotLevels({ ...levelsOf(owner, likelihood), name: "network/levels" }), placed)
      : placed,
    layer,
    apply,
    masked,
    point: (name, x, filters, scale) => masked(name, x, filters, [1, 1], "B", scale),
    activate: (name, x, kind = "relu") => apply(activation({ kind, name: `network/${name}` }), x),
    add: (name, nodes) => apply(tf.layers.add({ name: `network/${name}` }), nodes),
    dropout: (name, x, rate) => (rate === 0 ? x : apply(seededDropout({ rate, name: `network/${name}` }), x)),
    told(name, x) {
      if (told === undefined) return x;
      const kernelInitializer = seededInitializer({ seed, stream: `${owner}/${name}/kernel` });
      const options = { units: x.shape.at(-1)!, useBias: false, kernelInitializer, name: `network/${name}` };
      return apply(addVector({ name: `network/${name}_added` }), [x, apply(tf.layers.dense(options), told)]);
    },
    model(output) {
      const shaped = reshaped("shaped", [...inputShape.slice(0, -1), outputs], output);
      return tf.model({ inputs: [entry, ...conditions], outputs: shaped, name: "network" });
    },
  };
}

/** Whether data enters as rows: as asked, or where it holds whole numbers whose order means nothing. */
function encoded(likelihood: Likelihood, inputs: InputEncoding | undefined): boolean {
  if (inputs !== undefined) return inputs === "oneHot";
  const { min = 0, max = 1 } = likelihood.support ?? {};
  return likelihood.name === "categorical" && max - min > 1 && max - min === likelihood.parametersPerValue - 1;
}

function levelsOf(owner: string, likelihood: Likelihood): { levels: number; low: number; high: number } {
  if (likelihood.name !== "categorical") {
    throw new ConfigError(
      `${owner}: expected a categorical likelihood with inputs 'oneHot', received ${likelihood.name}.`,
    );
  }
  return { levels: likelihood.parametersPerValue, low: likelihood.support!.min!, high: likelihood.support!.max! };
}
