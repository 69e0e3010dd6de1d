import type { Json } from "@latentkit/core";
import { likelihoodFromJSON, meanAbsoluteError, meanSquaredError } from "@latentkit/losses";
import type { Autoencoder, AutoencoderOptions } from "../types.js";
import { given } from "./saved-settings.js";

const LOSSES = { meanSquaredError, meanAbsoluteError } as const;

/** A loss for a file: a name, a likelihood's description, or null for a function of the user's own. */
export function lossToJSON(loss: Autoencoder["loss"]): Json {
  if (typeof loss !== "function") return loss.toJSON();
  return Object.entries(LOSSES).find(([, known]) => known === loss)?.[0] ?? null;
}

/** A loss from {@link lossToJSON}; a ConfigError for null. */
export function lossFromJSON(json: Json, source: string): AutoencoderOptions["loss"] {
  const saved = given<Json>(source, "loss", undefined, json);
  if (typeof saved === "string" && Object.hasOwn(LOSSES, saved)) return LOSSES[saved as keyof typeof LOSSES];
  return likelihoodFromJSON(saved);
}
