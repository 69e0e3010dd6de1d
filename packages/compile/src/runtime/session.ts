import { UnsupportedError } from "@latentkit/core";
import type { InferenceSession } from "onnxruntime-node";
import type { Graph } from "../graph/types.js";
import { writeOnnx } from "../onnx/write.js";
import { END } from "./end-of-outputs.js";
import type { Runtime } from "./load.js";
import type { OnnxTensor } from "./module.js";

/** A graph that ONNX Runtime has built. */
export interface Session {
  /** Names in the order of the graph's inputs. */
  readonly inputs: readonly string[];
  /** Names in the order of the graph's outputs. */
  readonly outputs: readonly string[];
  /**
   * Runs the graph.
   *
   * @param feeds - Inputs by name.
   * @param fetches - Outputs by name: a tensor to write into, or `null` for a new one.
   */
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    fetches: Readonly<Record<string, OnnxTensor | null>>,
  ): Promise<Readonly<Record<string, OnnxTensor>>>;
  /** Whether `fetches` are written into; onnxruntime-web gives new tensors instead. */
  readonly writesFetches: boolean;
  release(): Promise<void>;
}

/**
 * Threads wait for the next operation awake, and sleep between runs: every session has threads of its own, and those of
 * one objective would take the processors from the next one's.
 */
const SPIN_WHILE_RUNNING = { force_spinning_stop: "1" };

/**
 * Builds a session of a graph.
 *
 * @throws UnsupportedError when ONNX Runtime refuses the graph; its message names the operation.
 */
export async function createSession(runtime: Runtime, graph: Graph): Promise<Session> {
  const { messageAtEnd } = runtime;
  const model = writeOnnx(graph, messageAtEnd === undefined ? {} : { end: END });
  const options: InferenceSession.SessionOptions = {
    executionProviders: [runtime.provider],
    graphOptimizationLevel: "all",
    logSeverityLevel: 3,
    ...(runtime.threads === undefined ? {} : { intraOpNumThreads: runtime.threads, interOpNumThreads: 1 }),
    ...(runtime.native ? { extra: { session: SPIN_WHILE_RUNNING } } : {}),
    ...(runtime.onDevice ? { preferredOutputLocation: locations(graph, model.outputs) } : {}),
  };
  let session: InferenceSession;
  try {
    session = await runtime.ort.InferenceSession.create(model.bytes, options);
  } catch (cause) {
    throw new UnsupportedError(
      `onnx: ONNX Runtime (${runtime.provider}) refused the step: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  const run: Session["run"] =
    messageAtEnd === undefined ? (feeds, fetches) => session.run(feeds, fetches) : withoutCopies(session, messageAtEnd);
  return {
    inputs: model.inputs,
    outputs: model.outputs,
    run: (feeds, fetches) =>
      run(feeds, fetches).catch((cause: Error) => {
        throw new UnsupportedError(`onnx: ONNX Runtime (${runtime.provider}) could not run: ${cause.message}`, {
          cause,
        });
      }),
    writesFetches: runtime.native,
    release: () => session.release(),
  };
}

/** Runs whose outputs are all given are ended before they are copied. */
function withoutCopies(session: InferenceSession, messageAtEnd: string): Session["run"] {
  return async (feeds, fetches) => {
    const given = Object.values(fetches).every((tensor) => tensor !== null);
    try {
      return await session.run(feeds, given ? { [END]: null, ...fetches } : fetches);
    } catch (error) {
      if (!given || (error as Error).message !== messageAtEnd) throw error;
      return fetches as Readonly<Record<string, OnnxTensor>>;
    }
  };
}

/** Weights and slots stay on the device, what is logged comes back. */
function locations(graph: Graph, names: readonly string[]): Record<string, "cpu" | "gpu-buffer"> {
  return Object.fromEntries(
    graph.outputs.map(({ target }, i) => [names[i]!, target.kind === "log" ? "cpu" : "gpu-buffer"]),
  );
}
