import { files } from "@latentkit/core/files";
import { UnsupportedError } from "../errors.js";
import { checkPath } from "../files/check-path.js";
import { decodeNetworks, encodeNetworks } from "../model-file.js";
import { show } from "../options/show.js";
import type { Model } from "../types/model.js";
import type { AnyFactory, LoadOptionsOf, ModelOf } from "./factories.js";
import { rebuild } from "./rebuild.js";
import { savedNetworks } from "./saved-networks.js";

/**
 * Writes a model into one safetensors file: its kind, its options, its networks with their weights, its state. Nothing in it is
 * executed when it is loaded. Options that are functions of your own are not written: they are asked for on loading.
 *
 * @param path - File to write; missing folders are made.
 * @throws UnsupportedError in a browser: use {@link modelToBytes}.
 * @example
 * ```ts
 * import { loadModel, saveModel } from "@latentkit/core";
 * import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
 * import { iwae, vae } from "@latentkit/vae";
 * const encoder = mlpGaussianEncoder({ inputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * const decoder = mlpDecoder({ outputShape: [4], hiddenUnits: [8], latentDim: 2 });
 * await saveModel(iwae({ encoder, decoder, samples: 5 }), "runs/model.safetensors");
 * const model = await loadModel("runs/model.safetensors", [vae, iwae]);
 * console.log(model.kind); // iwae
 * ```
 */
export async function saveModel(model: Model<never>, path: string): Promise<void> {
  await files.writeBytes(path, await modelToBytes(model));
}

/**
 * Loads what {@link saveModel} wrote, or the newest whole checkpoint of a run, ready to be used or trained on. A
 * damaged checkpoint is passed over with a warning.
 *
 * @param pathOrUrl - A file, or a folder of checkpoints, in Node.js; an `http(s):`, `blob:` or `data:` address anywhere.
 * @param factories - The factory of the model, or those among which it may be.
 * @param options - Options in place of the file's, such as another β or a likelihood of your own.
 * @throws CheckpointError when the file is damaged or holds another kind of model; ConfigError when an option has to be given
 *   that is not; DataError when the file cannot be read.
 */
export async function loadModel<const F extends AnyFactory>(
  pathOrUrl: string,
  factories: F | readonly F[],
  options?: LoadOptionsOf<F>,
): Promise<ModelOf<F>> {
  checkPath("loadModel", pathOrUrl);
  const { loaded, source } = await savedNetworks(pathOrUrl, console.warn);
  return rebuild(loaded, source, factories, options);
}

/** The bytes that {@link saveModel} writes, for a browser's download or database. */
export async function modelToBytes(model: Model<never>): Promise<Uint8Array> {
  if (typeof model?.describe !== "function") {
    throw new UnsupportedError(
      `saveModel: expected a model that a factory made, received ${show(model)}; make the factory with defineModel, or keep networks with saveNetworks.`,
    );
  }
  return encodeNetworks(model.networks, { model: model.describe() }, model.state);
}

/**
 * A model from the bytes of {@link modelToBytes} or of a file that {@link saveModel} wrote.
 *
 * @throws CheckpointError and ConfigError as {@link loadModel} does.
 */
export async function modelFromBytes<const F extends AnyFactory>(
  bytes: Uint8Array,
  factories: F | readonly F[],
  options?: LoadOptionsOf<F>,
): Promise<ModelOf<F>> {
  return rebuild(await decodeNetworks(bytes, "modelFromBytes"), "modelFromBytes", factories, options);
}
