import { ConfigError } from "@latentkit/core";
import type { LinkedLayer } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { type LayerOptions, layerArguments } from "../internal/layer.js";

/** A layer that computes with the kernel of another layer, which owns it: only the bias is its own. */
export abstract class SharedKernelLayer extends tf.layers.Layer implements LinkedLayer {
  readonly linkedTo: string;
  /** Whether an own bias is added. */
  readonly useBias: boolean;
  #source: tf.layers.Layer | undefined;
  #bias: tf.LayerVariable | undefined;

  constructor(options: LayerOptions, linkedTo: string, useBias: boolean) {
    super(layerArguments(options));
    this.linkedTo = linkedTo;
    this.useBias = useBias;
  }

  /** Shape that the source's kernel must have. */
  protected abstract get kernelShape(): readonly number[];

  link(layer: tf.layers.Layer): void {
    const kernel = kernelOf(layer);
    if (kernel === undefined || kernel.shape.join() !== this.kernelShape.join()) {
      throw new ConfigError(
        `${this.name}: expected '${layer.name}' to have a kernel of shape [${this.kernelShape.join(", ")}], received ${kernel === undefined ? "none" : `[${kernel.shape.join(", ")}]`}.`,
      );
    }
    this.#source = layer;
  }

  /** The source's kernel as it is now. */
  protected kernel(): tf.Tensor {
    if (this.#source === undefined) {
      throw new ConfigError(
        `${this.name}: expected the layer '${this.linkedTo}' whose kernel it uses; load both networks with loadNetworks, or call linkLayers([encoder, decoder]).`,
      );
    }
    return kernelOf(this.#source)!.read();
  }

  /** Adds the bias, where there is one. */
  protected withBias(y: tf.Tensor): tf.Tensor {
    return this.#bias === undefined ? y : tf.add(y, this.#bias.read());
  }

  /** Makes the bias of `units` values. */
  protected buildBias(units: number): void {
    if (this.useBias) this.#bias = this.addWeight("bias", [units], "float32", tf.initializers.zeros(), undefined, true);
    this.built = true;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), linkedTo: this.linkedTo, useBias: this.useBias };
  }
}

/** The kernel of a built dense or convolutional layer. */
export function kernelOf(layer: tf.layers.Layer): tf.LayerVariable | undefined {
  return layer.built ? layer.weights.find((weight) => weight.originalName.endsWith("/kernel")) : undefined;
}
