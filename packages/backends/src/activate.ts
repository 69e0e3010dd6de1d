import { UnsupportedError } from "@latentkit/core";
import { inNode } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { repairCumulative } from "./cumulative-axis.js";
import { watchDevice } from "./device/loss.js";
import { firstLine } from "./internal/optional.js";
import { silenceBanner } from "./internal/platform.js";
import { loadNative, NATIVE_BACKEND } from "./native/load.js";
import type { ConcreteBackend } from "./types.js";
import { loadWasm } from "./wasm/load.js";
import { loadWebGpu } from "./webgpu/load.js";

/** A backend that computes now. */
export interface Activated {
  /** The device in words, where the backend tells. */
  readonly device?: string;
  /** True when a graphics interface computes on the processor. */
  readonly software: boolean;
}

/**
 * Loads a backend, repairs it and makes it the one that computes.
 *
 * @throws UnsupportedError when it cannot run here.
 */
export async function activate(name: ConcreteBackend, wasmFolder?: string): Promise<Activated> {
  let found: Activated = { software: false };
  if (name === "wasm") await loadWasm(wasmFolder);
  else if (name === "webgpu") {
    const { description, software } = await loadWebGpu();
    found = { device: description, software };
  } else if (name === "node" || name === "node-gpu") await loadNative(name);
  else if (name === "webgl" && inNode()) {
    throw new UnsupportedError("useBackend: webgl exists in browsers only; in Node.js take wasm, or webgpu for a GPU.");
  }
  await select(name, wasmFolder);
  if (name === "webgl") found = webGlDevice();
  repairCumulative(tf.getBackend());
  watchDevice();
  return found;
}

async function select(name: ConcreteBackend, wasmFolder: string | undefined): Promise<void> {
  silenceBanner();
  const before = processListeners();
  let failure: unknown;
  const ready = await tf.setBackend(name === "node" || name === "node-gpu" ? NATIVE_BACKEND : name).catch((cause) => {
    failure = cause;
    return false;
  });
  removeAdded(before);
  if (ready) return;
  if (name === "wasm" && !inNode()) throw new UnsupportedError(wasmFailure(wasmFolder), { cause: failure });
  const why = failure === undefined ? "" : `: ${firstLine(failure)}`;
  throw new UnsupportedError(
    `useBackend: the backend '${name}' could not start here${why}; 'wasm' and 'cpu' need no device.`,
    { cause: failure },
  );
}

/** What to do when a page cannot load the WebAssembly. */
function wasmFailure(folder: string | undefined): string {
  const file = "tfjs-backend-wasm-simd.wasm";
  if (folder === undefined) {
    return `useBackend: the page may not load its own copy of ${file} (a content security policy without \`connect-src blob:\` forbids it). Serve node_modules/@tensorflow/tfjs-backend-wasm/dist/ and write \`await useBackend("wasm", { wasmFolder: "/address/of/that/folder/" })\`.`;
  }
  const address = new URL(`${folder}${file}`, globalThis.location?.href).href;
  return `useBackend: ${address} is not ${file}: serve the folder node_modules/@tensorflow/tfjs-backend-wasm/dist/ as \`wasmFolder\`, ending in a slash, or leave \`wasmFolder\` out to take the copy within the package.`;
}

const EVENTS = ["uncaughtException", "unhandledRejection"] as const;
type Listeners = ReadonlyMap<string, readonly unknown[]>;

function processListeners(): Listeners {
  return new Map(inNode() ? EVENTS.map((event) => [event, process.rawListeners(event)]) : []);
}

/**
 * Takes away the handlers that the WebAssembly module adds to the process: they turn every uncaught error into a page of
 * minified source, and every unhandled rejection into an uncaught error.
 */
function removeAdded(before: Listeners): void {
  for (const [event, known] of before) {
    for (const listener of process.rawListeners(event)) {
      if (!known.includes(listener)) process.removeListener(event, listener as () => void);
    }
  }
}

function webGlDevice(): Activated {
  const { gpgpu } = tf.backend() as unknown as { gpgpu?: { gl: WebGLRenderingContext } };
  const gl = gpgpu?.gl;
  const extension = gl?.getExtension("WEBGL_debug_renderer_info");
  const device = gl && extension ? String(gl.getParameter(extension.UNMASKED_RENDERER_WEBGL)) : "";
  return { device, software: /swiftshader|llvmpipe|software/i.test(device) };
}
