import { CheckpointError, disposeNetworks, type Json, type LoadedNetworks } from "@latentkit/core";
import { adversarialAutoencoder } from "../adversarial-autoencoder.js";
import { autoencoder } from "../autoencoder.js";
import { contractiveAutoencoder } from "../contractive-autoencoder.js";
import { denoisingAutoencoder } from "../denoising-autoencoder.js";
import { geometryAutoencoder } from "../geometry-autoencoder.js";
import { kSparseAutoencoder } from "../k-sparse-autoencoder.js";
import type { LoadAutoencoderOptions, SavedAutoencoder } from "../save-autoencoder.js";
import { sparseAutoencoder } from "../sparse-autoencoder.js";
import type { AutoencoderOptions } from "../types.js";
import { wassersteinAutoencoder } from "../wasserstein-autoencoder.js";
import { lossFromJSON } from "./saved-loss.js";
import { given, layerFromJSON } from "./saved-settings.js";

/** What a file says beside its networks. */
interface FileConfig {
  readonly model?: string;
  readonly loss?: Json;
  readonly options?: Readonly<Record<string, Json>>;
}

/** Builds one kind of model from networks and loss, a file's options, and those that the caller gives in their place. */
type Builder = (
  shared: AutoencoderOptions,
  saved: Readonly<Record<string, never>>,
  file: LoadedNetworks["networks"],
  options: LoadAutoencoderOptions,
  source: string,
) => SavedAutoencoder;

const weighted =
  (factory: (options: AutoencoderOptions & { readonly weight: never }) => SavedAutoencoder): Builder =>
  (shared, saved, _, { weight }, source) =>
    factory({ ...saved, ...shared, weight: given(source, "weight", weight, saved.weight) as never });

const BUILDERS: Readonly<Record<string, Builder>> = {
  autoencoder: (shared) => autoencoder(shared),
  kSparseAutoencoder: (shared, saved) => kSparseAutoencoder({ ...(saved as { k: never }), ...shared }),
  sparseAutoencoder: weighted(sparseAutoencoder),
  contractiveAutoencoder: weighted(contractiveAutoencoder),
  geometryAutoencoder: weighted(geometryAutoencoder),
  wassersteinAutoencoder: weighted(wassersteinAutoencoder),
  denoisingAutoencoder: (shared, saved, _, { corruption }, source) =>
    denoisingAutoencoder({
      ...shared,
      corruption: given(source, "corruption", corruption, layerFromJSON(saved.corruption)),
    }),
  adversarialAutoencoder: (shared, _, { discriminator }) =>
    adversarialAutoencoder({ ...shared, discriminator: discriminator! }),
};

/** The model that a file was written from; frees the networks when they are none of this family. */
export function rebuildAutoencoder(
  { networks, config }: LoadedNetworks,
  source: string,
  options: LoadAutoencoderOptions,
): SavedAutoencoder {
  const { model = "", loss = null, options: saved = {} } = (config ?? {}) as FileConfig;
  const { encoder, decoder, discriminator } = networks;
  const build = Object.hasOwn(BUILDERS, model) ? BUILDERS[model] : undefined;
  try {
    const complete = encoder && decoder && (model !== "adversarialAutoencoder" || discriminator);
    if (build === undefined || !complete) {
      throw new CheckpointError(
        `${source}: expected an autoencoder, received networks ${Object.keys(networks).join(", ")}; load them with loadNetworks.`,
      );
    }
    const shared = { encoder, decoder, loss: options.loss ?? lossFromJSON(loss, source) };
    return build(shared, saved as Readonly<Record<string, never>>, networks, options, source);
  } catch (error) {
    disposeNetworks(Object.values(networks));
    throw error;
  }
}
