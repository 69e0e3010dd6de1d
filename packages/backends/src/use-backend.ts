import { check, UnsupportedError } from "@latentkit/core";
import * as tf from "@tensorflow/tfjs";
import { installGradients } from "./gradients/install.js";
import { environment, inNode, silenceBanner } from "./internal/platform.js";
import { BACKENDS, type BackendName, type ConcreteBackend } from "./types.js";
import { loadWasm } from "./wasm/load.js";

/** What {@link useBackend} chose. */
export interface BackendChoice {
  /** The backend that computes now. */
  readonly name: ConcreteBackend;
  /** Why it was chosen, in one sentence. */
  readonly reason: string;
}

/**
 * Selects the backend that every tensor lives on from now, repaired so that every model of the library trains on it.
 *
 * The environment variable `LATENTKIT_BACKEND` overrides `name`. Call it once, before the first tensor is made.
 *
 * @param name - `auto` unless given: the fastest that works here.
 * @throws ConfigError for an unknown name, UnsupportedError when the backend cannot run here; the message says why.
 * @example
 * ```ts
 * import { useBackend } from "@latentkit/backends";
 * const { name } = await useBackend("wasm");
 * ```
 */
export async function useBackend(name: BackendName = "auto"): Promise<BackendChoice> {
  const forced = environment("LATENTKIT_BACKEND") as BackendName | undefined;
  const wanted = check("useBackend").oneOf(forced ? "LATENTKIT_BACKEND" : "name", forced ?? name, [
    "auto",
    ...BACKENDS,
  ]);
  silenceBanner();
  installGradients();
  if (wanted === "auto") {
    await activate("wasm");
    return { name: "wasm", reason: "wasm is the fastest backend that needs no graphics device." };
  }
  await activate(wanted);
  return { name: wanted, reason: forced ? `LATENTKIT_BACKEND asks for it.` : "It was asked for." };
}

async function activate(name: ConcreteBackend): Promise<void> {
  if (name === "wasm") await loadWasm();
  if (name === "webgl" && inNode()) {
    throw new UnsupportedError("useBackend: webgl exists in browsers only; in Node.js take wasm, or webgpu for a GPU.");
  }
  let failure: unknown;
  const ready = await tf.setBackend(name).catch((cause: unknown) => {
    failure = cause;
    return false;
  });
  if (!ready) {
    throw new UnsupportedError(
      `useBackend: the backend '${name}' could not start here; 'wasm' and 'cpu' always work.`,
      {
        cause: failure,
      },
    );
  }
}
