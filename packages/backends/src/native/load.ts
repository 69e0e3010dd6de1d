import { UnsupportedError } from "@latentkit/core";
import { inNode } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { importOptional } from "../internal/optional.js";

/** The name under which tfjs-node registers itself. */
export const NATIVE_BACKEND = "tensorflow";

const PACKAGES = { node: "@tensorflow/tfjs-node", "node-gpu": "@tensorflow/tfjs-node-gpu" } as const;

/**
 * Loads the backend on TensorFlow's C library, which the application installs.
 *
 * @throws UnsupportedError in browsers, and when the package is absent, broken, or brings another copy of TensorFlow.js.
 */
export async function loadNative(name: keyof typeof PACKAGES): Promise<void> {
  if (!inNode()) {
    throw new UnsupportedError(
      `useBackend: the backend '${name}' exists in Node.js only; take 'webgpu' or 'webgl' here.`,
    );
  }
  restoreUtilities();
  await importOptional(PACKAGES[name], name);
  if (tf.findBackendFactory(NATIVE_BACKEND) === null) {
    throw new UnsupportedError(
      `useBackend: ${PACKAGES[name]} registered its backend with another copy of TensorFlow.js; install the version of @tensorflow/tfjs that it depends on (npm ls @tensorflow/tfjs), or take 'wasm'.`,
    );
  }
}

/** tfjs-node 4.22.0 calls functions of `node:util` that Node.js 23 removed. */
function restoreUtilities(): void {
  // Not an import, which bundlers for browsers would try to resolve.
  const util = process.getBuiltinModule("node:util") as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown): boolean => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
