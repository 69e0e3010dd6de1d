import { check, checkShape, flag, layer, type SpecificationOf } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import {
  type CallArguments,
  checkedLayer,
  type LayerOptions,
  registerLayer,
  single,
  singleShape,
} from "../internal/layer.js";
import { kernelOf, SharedKernelLayer } from "./shared-kernel.js";

/** Options of {@link tiedDense}. */
export interface TiedDenseOptions extends LayerOptions {
  /** The dense layer whose kernel is used transposed; it must have been applied to an input. */
  readonly layer: tf.layers.Layer;
  /** Whether to add an own bias. Default true. */
  readonly useBias?: boolean;
}

const SPECIFICATION = { layer: layer(), useBias: flag({ default: true }) } satisfies SpecificationOf<
  Omit<TiedDenseOptions, keyof LayerOptions>
>;

/** What a saved {@link TiedDense} is built from. */
export interface TiedDenseConfig extends LayerOptions {
  readonly linkedTo: string;
  readonly units: number;
  readonly inputUnits: number;
  readonly useBias: boolean;
}

/** The layer behind {@link tiedDense}; a class because tfjs serialises by class name. */
export class TiedDense extends SharedKernelLayer {
  /** Name in saved networks. */
  static readonly className: string = "LatentKitTiedDense";
  /** Size of the output: the other layer's input. */
  readonly units: number;
  /** Size of the input: the other layer's output. */
  readonly inputUnits: number;

  constructor(config: TiedDenseConfig) {
    super(config, config.linkedTo, config.useBias);
    this.units = config.units;
    this.inputUnits = config.inputUnits;
  }

  protected override get kernelShape(): readonly number[] {
    return [this.units, this.inputUnits];
  }

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = singleShape(inputShape);
    checkShape(this.name, "input", shape, [...shape.slice(0, -1), this.inputUnits]);
    this.buildBias(this.units);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], _kwargs?: CallArguments): tf.Tensor {
    return tf.tidy(() => {
      const x = single(inputs);
      const rows = tf.reshape(x, [x.size / this.inputUnits, this.inputUnits]); // [batch · …, inputUnits]
      const y = this.withBias(tf.matMul(rows, this.kernel(), false, true));
      return tf.reshape(y, [...x.shape.slice(0, -1), this.units]);
    });
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return [...singleShape(inputShape).slice(0, -1), this.units];
  }

  /** What a saved network needs to build this layer again. */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), units: this.units, inputUnits: this.inputUnits };
  }
}
registerLayer(TiedDense);

/**
 * The transposed of a dense layer: y = x·Wᵀ + b with the other layer's kernel W and an own bias b. With one for each
 * layer of an encoder, W(N−L+1) = W(L)ᵀ, a decoder has no kernels of its own.
 *
 * The kernel belongs to the other layer: it is counted, saved and frozen there, and its gradient is the sum of both uses.
 * Save and load both networks together, with `saveNetworks` and `loadNetworks`; after loading they are tied again.
 *
 * **Shapes** `[batch, …, units of the other]` → `[batch, …, inputs of the other]`.
 *
 * **Source** Vincent et al., "Stacked Denoising Autoencoders", 2010, section 3.
 *
 * @throws ConfigError when the other layer has no kernel of two axes.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { tiedDense } from "@latentkit/layers";
 * const dense = tf.layers.dense({ units: 2, inputShape: [5], name: "code" });
 * const encoder = tf.sequential({ layers: [dense] });
 * const decoder = tf.sequential({ layers: [tiedDense({ layer: dense })] });
 * ```
 */
export function tiedDense(options: TiedDenseOptions): TiedDense {
  const must = check("tiedDense");
  checkedLayer("tiedDense", SPECIFICATION, options);
  const { layer, useBias = true, name, inputShape } = options;
  const shape = kernelOf(layer)?.shape;
  must.that("layer", layer, shape?.length === 2, "a dense layer that has been applied to an input");
  const [units, inputUnits] = shape as [number, number];
  const tied = new TiedDense({
    name,
    inputShape: inputShape ?? [inputUnits],
    linkedTo: layer.name,
    units,
    inputUnits,
    useBias,
  });
  tied.link(layer);
  return tied;
}
