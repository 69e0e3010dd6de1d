import { UnsupportedError } from "@latentkit/core";
import { check, flag, inNode, optional, resolveOptions, text } from "@latentkit/core/authoring";
import { type Activated, activate } from "./activate.js";
import { installGradients } from "./gradients/install.js";
import { firstLine } from "./internal/optional.js";
import { environment } from "./internal/platform.js";
import { selfTest } from "./self-test.js";
import { BACKENDS, type BackendName, type ConcreteBackend } from "./types.js";

/** Options of {@link useBackend}. */
export interface UseBackendOptions {
  /** Lets `auto` choose a graphics interface that computes on the processor. Default false. */
  readonly allowSoftware?: boolean;
  /**
   * Browsers only: the address of the folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm/dist`, ending in a
   * slash. Without it the copy within this package is taken, which needs no configuration.
   */
  readonly wasmFolder?: string;
}

/** A backend that `auto` looked at. */
export interface Candidate {
  readonly name: ConcreteBackend;
  /** Time of the self-test's step; absent when it was not timed. */
  readonly milliseconds?: number;
  /** Why it was not taken, or nothing. */
  readonly refused?: string;
}

/** What {@link useBackend} chose. */
export interface BackendChoice {
  /** The backend that computes now. */
  readonly name: ConcreteBackend;
  /** The device it computes on, where it tells. */
  readonly device?: string;
  /** Why it was chosen, in words. */
  readonly reason: string;
  /** What `auto` looked at, in its order. */
  readonly candidates: readonly Candidate[];
}

const OPTIONS = { allowSoftware: flag({ default: false }), wasmFolder: optional(text()) };

/**
 * Selects the backend that every tensor lives on from now, repaired so that every model of the library trains on it: missing
 * kernels are added, slow ones replaced, gradients can be differentiated ({@link installGradients}), and the loss of a device
 * becomes a DeviceLostError.
 *
 * `auto` takes the fastest backend that computes right in a self-test of 50 ms each. The environment variable
 * `LATENTKIT_BACKEND` overrides `name`. Call it once, before the first tensor is made.
 *
 * @param name - Default `auto`.
 * @throws ConfigError for an unknown name, UnsupportedError when the backend cannot run here; the message says why and what
 *   would.
 * @example
 * ```ts
 * import { useBackend } from "@latentkit/backends";
 * const { name, reason } = await useBackend("auto");
 * ```
 */
export async function useBackend(name: BackendName = "auto", options: UseBackendOptions = {}): Promise<BackendChoice> {
  const checks = check("useBackend");
  const resolved = resolveOptions("useBackend", OPTIONS, options);
  const forced = environment("LATENTKIT_BACKEND") as BackendName | undefined;
  const wanted = forced ?? name;
  checks.oneOf(forced ? "LATENTKIT_BACKEND" : "name", wanted, ["auto", ...BACKENDS]);
  installGradients();
  if (wanted === "auto") return choose(resolved);
  const { device } = await activate(wanted, resolved.wasmFolder);
  const reason = forced ? "LATENTKIT_BACKEND asks for it" : "it was asked for";
  return { name: wanted, device, reason, candidates: [] };
}

async function choose(options: UseBackendOptions): Promise<BackendChoice> {
  const names = BACKENDS.filter((name) => name !== "cpu" && (inNode() ? name !== "webgl" : !name.startsWith("node")));
  const candidates: Candidate[] = [];
  const devices = new Map<ConcreteBackend, string | undefined>();
  for (const name of names) {
    const { device, ...candidate } = await tryBackend(name, options);
    candidates.push(candidate);
    devices.set(name, device);
  }
  const timed = candidates.filter((candidate) => candidate.refused === undefined);
  const [best] = timed.sort((a, b) => a.milliseconds! - b.milliseconds!);
  const name = best?.name ?? "cpu";
  await activate(name, options.wasmFolder);
  return { name, device: devices.get(name), reason: explain(best, candidates), candidates };
}

async function tryBackend(
  name: ConcreteBackend,
  { allowSoftware = false, wasmFolder }: UseBackendOptions,
): Promise<Candidate & { device?: string }> {
  let found: Activated;
  try {
    found = await activate(name, wasmFolder);
    if (found.software && !allowSoftware) {
      return { name, device: found.device, refused: `computes on the processor (${found.device})` };
    }
    const result = await selfTest();
    if (!result.passed) return { name, device: found.device, refused: result.reason };
    return { name, device: found.device, milliseconds: result.milliseconds };
  } catch (cause) {
    const why = cause instanceof UnsupportedError ? cause.message.replace(/^useBackend: /, "") : firstLine(cause);
    return { name, refused: why };
  }
}

function explain(best: Candidate | undefined, candidates: readonly Candidate[]): string {
  if (best === undefined) return "no other backend passed its self-test";
  const others = candidates.filter(({ name }) => name !== best.name);
  const timed = others.filter(({ milliseconds }) => milliseconds !== undefined);
  const speed = `${best.milliseconds!.toFixed(1)} ms for the test step`;
  const rest = timed.map(({ name, milliseconds }) => `${name} ${milliseconds!.toFixed(1)} ms`).join(", ");
  return rest ? `it is the fastest: ${speed}, ${rest}` : `${speed}; no other backend but cpu is available here`;
}
