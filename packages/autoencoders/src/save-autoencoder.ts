import {
  CheckpointError,
  ConfigError,
  decodeNetworks,
  disposeNetworks,
  encodeNetworks,
  type Json,
  type LoadedNetworks,
  loadNetworks,
  saveNetworks,
} from "@latentkit/core";
import { likelihoodFromJSON, meanAbsoluteError, meanSquaredError } from "@latentkit/losses";
import { autoencoder } from "./autoencoder.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** What a file does not hold, or what shall differ from it: a loss function of your own. */
export type LoadAutoencoderOptions = Pick<AutoencoderOptions, "loss">;

const LOSSES = { meanSquaredError, meanAbsoluteError } as const;

/**
 * Writes an autoencoder, networks and loss, into one safetensors file. A loss function of your own is not written: give it
 * again to {@link loadAutoencoder}.
 *
 * @param path - File to write; missing folders are made.
 * @throws UnsupportedError in a browser: use {@link autoencoderToBytes}.
 * @example
 * ```ts
 * import { autoencoder, loadAutoencoder, saveAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * await saveAutoencoder(autoencoder({ encoder, decoder }), "runs/autoencoder.safetensors");
 * const model = await loadAutoencoder("runs/autoencoder.safetensors");
 * ```
 */
export async function saveAutoencoder(model: Autoencoder, path: string): Promise<void> {
  await saveNetworks(model.networks, path, fileConfig(model));
}

/**
 * Loads what {@link saveAutoencoder} wrote.
 *
 * @param pathOrUrl - A path in Node.js; an `http(s):`, `blob:` or `data:` address anywhere.
 * @throws CheckpointError when the file is damaged or holds no autoencoder; DataError when it cannot be read; ConfigError when
 *   it was trained with a loss of your own and `options.loss` is missing.
 * @example
 * ```ts
 * import { autoencoder, loadAutoencoder, saveAutoencoder } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * await saveAutoencoder(autoencoder({ encoder, decoder }), "runs/loaded-autoencoder.safetensors");
 * const model = await loadAutoencoder("runs/loaded-autoencoder.safetensors");
 * ```
 */
export async function loadAutoencoder(pathOrUrl: string, options: LoadAutoencoderOptions = {}): Promise<Autoencoder> {
  return build(await loadNetworks(pathOrUrl), pathOrUrl, options);
}

/**
 * The bytes that {@link saveAutoencoder} writes, for a browser's download or database.
 *
 * @example
 * ```ts
 * import { autoencoder, autoencoderFromBytes, autoencoderToBytes } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const copy = await autoencoderFromBytes(await autoencoderToBytes(autoencoder({ encoder, decoder })));
 * ```
 */
export async function autoencoderToBytes(model: Autoencoder): Promise<Uint8Array> {
  return encodeNetworks(model.networks, fileConfig(model));
}

/**
 * An autoencoder from the bytes of {@link autoencoderToBytes} or of a file that {@link saveAutoencoder} wrote.
 *
 * @throws As {@link loadAutoencoder}.
 * @example
 * ```ts
 * import { autoencoder, autoencoderFromBytes, autoencoderToBytes } from "@latentkit/autoencoders";
 * import { mlpDecoder, mlpEncoder } from "@latentkit/layers";
 * const encoder = mlpEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const copy = await autoencoderFromBytes(await autoencoderToBytes(autoencoder({ encoder, decoder })));
 * ```
 */
export async function autoencoderFromBytes(
  bytes: Uint8Array,
  options: LoadAutoencoderOptions = {},
): Promise<Autoencoder> {
  return build(await decodeNetworks(bytes, "autoencoderFromBytes"), "autoencoderFromBytes", options);
}

function fileConfig({ loss }: Autoencoder): Json {
  const named = Object.entries(LOSSES).find(([, known]) => known === loss)?.[0];
  return { model: "autoencoder", loss: typeof loss === "function" ? (named ?? null) : loss.toJSON() };
}

function build({ networks, config }: LoadedNetworks, source: string, options: LoadAutoencoderOptions): Autoencoder {
  const { model, loss } = (config ?? {}) as { readonly model?: Json; readonly loss?: Json };
  const { encoder, decoder } = networks;
  try {
    if (model !== "autoencoder" || encoder === undefined || decoder === undefined) {
      throw new CheckpointError(
        `${source}: expected an autoencoder, received networks ${Object.keys(networks).join(", ")}; load them with loadNetworks.`,
      );
    }
    return autoencoder({ encoder, decoder, loss: options.loss ?? lossFromJSON(loss ?? null, source) });
  } catch (error) {
    disposeNetworks(Object.values(networks));
    throw error;
  }
}

function lossFromJSON(json: Json, source: string): AutoencoderOptions["loss"] {
  if (json === null) {
    throw new ConfigError(
      `${source}: expected \`loss\`, the function that the autoencoder was trained with, received nothing: files hold no functions.`,
    );
  }
  if (typeof json === "string" && Object.hasOwn(LOSSES, json)) return LOSSES[json as keyof typeof LOSSES];
  return likelihoodFromJSON(json);
}
