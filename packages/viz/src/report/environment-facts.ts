import * as tf from "@tensorflow/tfjs";
import type { ReportFacts } from "./types.js";

/** Set by the build; absent when the sources run as they are. */
declare const LATENTKIT_VERSION: string | undefined;

/**
 * What a run ran on: LatentKit, backend, TensorFlow.js and runtime with their versions, for a report's facts.
 *
 * @example
 * ```ts
 * import { environmentFacts } from "@latentkit/viz";
 * console.log(environmentFacts()); // { LatentKit: "1.0.0", Backend: "cpu", "TensorFlow.js": "4.22.0", Runtime: "Node.js v20.20.2" }
 * ```
 */
export function environmentFacts(): ReportFacts {
  const node = globalThis.process?.versions?.node;
  return {
    LatentKit: typeof LATENTKIT_VERSION === "string" ? LATENTKIT_VERSION : "from source",
    Backend: tf.getBackend() || "none yet",
    "TensorFlow.js": tf.version["tfjs-core"] ?? "unknown",
    Runtime: node === undefined ? (globalThis.navigator?.userAgent ?? "unknown") : `Node.js ${node}`,
  };
}
