import {
  check,
  decodeNetworks,
  encodeNetworks,
  type Json,
  loadNetworks,
  type Samples,
  type Schedule,
  saveNetworks,
  UnsupportedError,
} from "@latentkit/core";
import type * as tf from "@tensorflow/tfjs";
import { rebuildAutoencoder } from "./internal/rebuild-autoencoder.js";
import { lossToJSON } from "./internal/saved-loss.js";
import type { Autoencoder, AutoencoderOptions } from "./types.js";

/** What a file does not hold, or what shall differ from it. */
export interface LoadAutoencoderOptions extends Pick<AutoencoderOptions, "loss"> {
  /** The penalty's weight, where it was a schedule: of a sparse, contractive, geometry or Wasserstein autoencoder. */
  readonly weight?: number | Schedule;
  /** What a denoising autoencoder damages its input with, where it was a layer that TensorFlow.js does not know by name. */
  readonly corruption?: tf.layers.Layer;
}

/** What files hold: an autoencoder, and `sample` where the model can draw (Wasserstein, adversarial). */
export type SavedAutoencoder = Autoencoder & Partial<Samples>;

/**
 * Writes an autoencoder into one safetensors file: its networks and what its factory was told, so that it loads as the same
 * kind of model, ready to be used and to be trained on. Functions are not written (a loss of your own, a schedule): give them
 * again to {@link loadAutoencoder}.
 *
 * @param path - File to write; missing folders are made.
 * @throws UnsupportedError for a model that no factory of this family with an encoder and a decoder made, such as a
 *   `recurrentAutoencoder`: keep its networks with `saveNetworks`; and in a browser: use {@link autoencoderToBytes}.
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
  await saveNetworks(model.networks, path, fileConfig("saveAutoencoder", model));
}

/**
 * Loads what {@link saveAutoencoder} wrote.
 *
 * @param pathOrUrl - A path in Node.js; an `http(s):`, `blob:` or `data:` address anywhere.
 * @throws CheckpointError when the file is damaged or holds no autoencoder; DataError when it cannot be read; ConfigError when
 *   it was trained with a function (a loss of your own, a schedule) and that is missing in `options`.
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
export async function loadAutoencoder(
  pathOrUrl: string,
  options: LoadAutoencoderOptions = {},
): Promise<SavedAutoencoder> {
  checkOptions("loadAutoencoder", options);
  return rebuildAutoencoder(await loadNetworks(pathOrUrl), pathOrUrl, options);
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
  return encodeNetworks(model.networks, fileConfig("autoencoderToBytes", model));
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
): Promise<SavedAutoencoder> {
  checkOptions("autoencoderFromBytes", options);
  return rebuildAutoencoder(await decodeNetworks(bytes, "autoencoderFromBytes"), "autoencoderFromBytes", options);
}

function checkOptions(owner: string, options: LoadAutoencoderOptions): void {
  check(owner).known(options, ["loss", "weight", "corruption"]);
}

function fileConfig(owner: string, { settings, loss }: Autoencoder): Json {
  if (settings === undefined) {
    throw new UnsupportedError(
      `${owner}: expected a model of one encoder and one decoder that a factory of this family made, received another; write \`model.networks\` with saveNetworks, and give them to the factory when they are loaded.`,
    );
  }
  return { ...settings, loss: lossToJSON(loss) };
}
