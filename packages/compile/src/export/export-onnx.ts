import { type StepProgram, UnsupportedError } from "@latentkit/core";
import { applyAll, check } from "@latentkit/core/authoring";
import { files } from "@latentkit/core/files";
import * as tf from "@tensorflow/tfjs";
import type { ConstantData, Graph, Value } from "../graph/types.js";
import { writeOnnx } from "../onnx/write.js";
import { optimize } from "../passes/optimize.js";
import { rewrite } from "../passes/rewrite.js";
import { recordStep } from "../recorder/record.js";
import { forAnyBatch } from "./any-batch.js";

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** Examples in a batch. Default any number. */
  readonly batchSize?: number;
}

/**
 * Writes a network as an ONNX file that any ONNX runtime runs without this library: a trained encoder, decoder, generator
 * or discriminator, weights included, in inference mode (dropout off, moving statistics used).
 *
 * **Shapes**: as the network's own, channels last. The inputs and outputs are named as the network names them.
 *
 * @param path - File to write; in a browser use {@link encodeOnnx} and offer the bytes as a download.
 * @throws UnsupportedError when a layer has no counterpart or depends on the batch size, or an input's height, width or length is
 * open; the message names it.
 * @example
 * ```ts
 * import { exportOnnx } from "@latentkit/compile";
 * import * as tf from "@tensorflow/tfjs";
 * const decoder = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [2] })] });
 * await exportOnnx(decoder, "runs/decoder.onnx");
 * ```
 */
export async function exportOnnx(
  network: tf.LayersModel,
  path: string,
  options: ExportOnnxOptions = {},
): Promise<void> {
  await files.writeBytes(path, await encodeOnnx(network, options));
}

/** The bytes that {@link exportOnnx} writes. */
export async function encodeOnnx(network: tf.LayersModel, options: ExportOnnxOptions = {}): Promise<Uint8Array> {
  check("exportOnnx").known(options, ["batchSize"]);
  const parts = Object.keys((network as { readonly networks?: object } | null | undefined)?.networks ?? {});
  const mend =
    parts.length > 0 ? `: one of the model's, \`model.networks.${parts.join("` or `model.networks.")}\`` : "";
  check("exportOnnx").that(
    "network",
    network,
    network instanceof tf.LayersModel,
    `a network (a tf.LayersModel)${mend}`,
  );
  const { batchSize } = options;
  if (batchSize !== undefined) check("exportOnnx").integer("batchSize", batchSize, { min: 1 });
  refuseOpenSizes(network);
  const first = await inferenceGraph(network, batchSize ?? 2);
  const { graph, anyBatch } =
    batchSize === undefined
      ? forAnyBatch({ size: 2, graph: first }, { size: 3, graph: await inferenceGraph(network, 3) })
      : { graph: first, anyBatch: new Set<Value>() };
  const inputs = graph.inputs.map(({ input }) => (input as { key: string }).key);
  const outputs = graph.outputs.map(({ target }) => (target as { name: string }).name);
  return writeOnnx(graph, { inputs, outputs, anyBatch }).bytes;
}

/** Sizes other than the batch's by rank, as they are called. */
const AXES: Readonly<Record<number, readonly string[]>> = { 3: ["length"], 4: ["height", "width"] };

/** Refuses inputs of which more than the batch size is open: the graph is recorded for the others as they are. */
function refuseOpenSizes(network: tf.LayersModel): void {
  for (const { shape, sourceLayer } of network.inputs) {
    const open = shape.flatMap((size, axis) => (axis > 0 && size === null ? [axis] : []));
    if (open.length === 0) continue;
    const names = open.map((axis) => AXES[shape.length]?.[axis - 1] ?? `size of axis ${axis}`).join(" and ");
    throw new UnsupportedError(
      `exportOnnx: expected inputs whose sizes are fixed but for the batch, received ${JSON.stringify(shape)} for '${sourceLayer.name}', whose ${names} ${open.length > 1 ? "are" : "is"} open; build the network for the ${names} that it is to be used with.`,
    );
  }
}

/** The network's computation with its weights as constants. */
async function inferenceGraph(network: tf.LayersModel, batchSize: number): Promise<Graph> {
  // A sequential network learns its own lists of names only when it is first used.
  const inputNames = network.inputs.map(({ sourceLayer }) => sourceLayer.name);
  const outputNames = network.outputs.map(({ sourceLayer }) => sourceLayer.name);
  const variables = [...new Set(network.weights.map((weight) => weight.read() as tf.Variable))];
  const program: StepProgram = {
    name: network.name,
    variables,
    run: (batch) => {
      const results = applyAll(network, Object.values(batch));
      return Object.fromEntries(results.map((tensor, i) => [outputNames[i]!, tf.keep(tensor) as tf.Scalar]));
    },
  };
  const batch = Object.fromEntries(
    network.inputs.map((input, i) => {
      const shape = input.shape.map((size) => size ?? batchSize);
      return [inputNames[i]!, tf.zeros(shape, input.dtype as "float32")];
    }),
  );
  const { graph } = await recordStep(program, batch);
  tf.dispose(batch);
  const weights = new Map<Value, Value>();
  for (const value of graph.inputs) {
    if (value.input?.kind !== "state") continue;
    const constant = (await variables[value.input.variables[0]!]!.data()) as ConstantData;
    weights.set(value, { ...value, input: undefined, constant });
  }
  return optimize(rewrite(graph, [], weights));
}
