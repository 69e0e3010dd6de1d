import type { Specification } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { configOf, type LayerOptions, layerArguments, layerOptions } from "./layer.js";

/** A layer whose configuration is its own options, complete but for those named in `A`, which may be absent. */
export abstract class OptionsLayer<O extends LayerOptions, A extends keyof O = never> extends tf.layers.Layer {
  /** The layer's own options. */
  protected readonly options: Required<Omit<O, keyof LayerOptions | A>> & Pick<O, A>;

  constructor(owner: string, specification: Specification, given: O) {
    super(layerArguments(given));
    this.options = layerOptions(owner, specification, given) as typeof this.options;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...configOf(this.options) };
  }
}
