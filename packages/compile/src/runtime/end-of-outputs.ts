import { GraphBuilder } from "../graph/builder.js";
import { writeOnnx } from "../onnx/write.js";
import type { OnnxRuntimeModule } from "./module.js";

/** The first output of steps whose outputs are not to be converted: a sequence, which has no form in JavaScript. */
export const END = "end";

/**
 * What onnxruntime-node says when it meets an output that is a sequence, after the run and before the outputs behind it are
 * converted; nothing when it can convert sequences.
 *
 * Version 1.30 copies every output into a new array, also those that it has just written into an array given for them: for
 * an MLP a quarter of a step, and garbage of the size of all weights and slots. There is no option against it. With a
 * sequence in front, outputs are found in the arrays given for them and nowhere else. What is said then is asked of the
 * version in use, so that no other error is taken for it.
 */
export async function messageAtEnd(ort: OnnxRuntimeModule): Promise<string | undefined> {
  const g = new GraphBuilder();
  const x = g.input({ kind: "batch", key: "x" }, "float32", [1]);
  const graph = g.finish([{ value: g.unary("Neg", x), target: { kind: "log", name: "y" } }]);
  const { bytes, inputs, outputs } = writeOnnx(graph, { end: END });
  const given = new ort.Tensor("float32", Float32Array.of(0), [1]);
  try {
    const session = await ort.InferenceSession.create(bytes, { executionProviders: ["cpu"], intraOpNumThreads: 1 });
    try {
      const feeds = { [inputs[0]!]: new ort.Tensor("float32", Float32Array.of(1), [1]) };
      await session.run(feeds, { [END]: null, [outputs[0]!]: given });
    } finally {
      await session.release();
    }
  } catch (error) {
    return given.data[0] === -1 ? (error as Error).message : undefined;
  }
  return undefined;
}
