import { type InitializerKind, type SeededInitializer, seededInitializer } from "@latentkit/core";
import { integer, type Option, optional, text } from "@latentkit/core/authoring";
import type { LayerOptions } from "./layer.js";
import { OptionsLayer } from "./options-layer.js";

/** What layers of the library with weights of their own take. */
export interface SeededLayerOptions extends LayerOptions {
  /** Seed of the weights. Default 0. */
  readonly seed?: number;
  /** Random stream of the weights. Default the layer's name. */
  readonly stream?: string;
}

/** {@link SeededLayerOptions} beside those of every layer. */
export const SEEDED: {
  readonly seed: Option<number, "defaulted">;
  readonly stream: Option<string, "optional">;
} = { seed: integer({ min: 0, default: 0 }), stream: optional(text()) };

/** A layer whose weights follow from its options' seed and stream. */
export abstract class SeededLayer<O extends SeededLayerOptions> extends OptionsLayer<O, "stream"> {
  /** Initial values of a weight. */
  protected initial(weight: string, kind?: InitializerKind, scale?: number): SeededInitializer {
    const { seed, stream = this.name } = this.options as { readonly seed: number; readonly stream?: string };
    return seededInitializer({ kind, scale, seed, stream: `${stream}/${weight}` });
  }
}
