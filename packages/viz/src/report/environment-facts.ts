import * as tf from "@tensorflow/tfjs";
import type { ReportFacts } from "./types.js";

/**
 * What a run ran on: backend, TensorFlow.js and runtime with their versions, for a report's facts.
 *
 * @example
 * ```ts
 * import { environmentFacts } from "@latentkit/viz";
 * console.log(environmentFacts()); // { Backend: "cpu", "TensorFlow.js": "4.22.0", Runtime: "Node.js v20.20.2" }
 * ```
 */
export function environmentFacts(): ReportFacts {
  const node = globalThis.process?.versions?.node;
  return {
    Backend: tf.getBackend() || "none yet",
    "TensorFlow.js": tf.version["tfjs-core"] ?? "unknown",
    Runtime: node === undefined ? (globalThis.navigator?.userAgent ?? "unknown") : `Node.js ${node}`,
  };
}
