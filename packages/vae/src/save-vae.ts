import {
  CheckpointError,
  decodeNetworks,
  disposeNetworks,
  encodeNetworks,
  type Json,
  type LoadedNetworks,
  loadNetworks,
  saveNetworks,
} from "@latentkit/core";
import { likelihoodFromJSON } from "@latentkit/losses";
import type { Vae } from "./types.js";
import { type VaeOptions, vae } from "./vae.js";

/** Options that a file does not hold, or that shall differ from it. */
export type LoadVaeOptions = Pick<VaeOptions, "beta" | "likelihood">;

/**
 * Writes a model, networks and options, into one safetensors file. A β that is a schedule is a function and is not written.
 *
 * @param path - File to write; missing folders are made.
 * @throws UnsupportedError in a browser: use {@link vaeToBytes}.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { loadVae, saveVae, vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * await saveVae(vae({ encoder, decoder }), "runs/vae.safetensors");
 * const model = await loadVae("runs/vae.safetensors");
 * ```
 */
export async function saveVae(model: Vae, path: string): Promise<void> {
  await saveNetworks(model.networks, path, fileConfig(model));
}

/**
 * Loads what {@link saveVae} wrote, ready to sample, encode or train further.
 *
 * @param pathOrUrl - A path in Node.js; an `http(s):`, `blob:` or `data:` address anywhere.
 * @param options - A likelihood of your own, or another β.
 * @throws CheckpointError when the file is damaged or holds no VAE; DataError when it cannot be read.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { loadVae, saveVae, vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * await saveVae(vae({ encoder, decoder }), "runs/loaded.safetensors");
 * const gentler = await loadVae("runs/loaded.safetensors", { beta: 0.5 });
 * ```
 */
export async function loadVae(pathOrUrl: string, options: LoadVaeOptions = {}): Promise<Vae> {
  return build(await loadNetworks(pathOrUrl), pathOrUrl, options);
}

/**
 * The bytes that {@link saveVae} writes, for a browser's download or database.
 *
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { vae, vaeFromBytes, vaeToBytes } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const copy = await vaeFromBytes(await vaeToBytes(vae({ encoder, decoder })));
 * ```
 */
export async function vaeToBytes(model: Vae): Promise<Uint8Array> {
  return encodeNetworks(model.networks, fileConfig(model));
}

/**
 * A model from the bytes of {@link vaeToBytes} or of a file that {@link saveVae} wrote.
 *
 * @param options - A likelihood of your own, or another β.
 * @throws CheckpointError when the bytes are damaged or hold no VAE.
 * @example
 * ```ts
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { vae, vaeFromBytes, vaeToBytes } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const copy = await vaeFromBytes(await vaeToBytes(vae({ encoder, decoder })), { beta: 2 });
 * ```
 */
export async function vaeFromBytes(bytes: Uint8Array, options: LoadVaeOptions = {}): Promise<Vae> {
  return build(await decodeNetworks(bytes, "vaeFromBytes"), "vaeFromBytes", options);
}

function fileConfig(model: Vae): Json {
  return { model: "vae", ...(model.config as Record<string, Json>) };
}

interface FileConfig {
  readonly model?: Json;
  readonly likelihood?: Json;
  readonly beta?: Json;
  readonly freeBits?: Json;
}

function build({ networks, config }: LoadedNetworks, source: string, options: LoadVaeOptions): Vae {
  const { model, likelihood, beta, freeBits } = (config ?? {}) as FileConfig;
  const { encoder, decoder } = networks;
  try {
    if (model !== "vae" || encoder === undefined || decoder === undefined) {
      throw new CheckpointError(
        `${source}: expected a VAE, received networks ${Object.keys(networks).join(", ")}; load them with loadNetworks.`,
      );
    }
    return vae({
      encoder,
      decoder,
      likelihood: options.likelihood ?? likelihoodFromJSON(likelihood ?? null),
      beta: options.beta ?? (typeof beta === "number" ? beta : undefined),
      freeBits: typeof freeBits === "number" ? freeBits : undefined,
    });
  } catch (error) {
    disposeNetworks(Object.values(networks));
    throw error;
  }
}
