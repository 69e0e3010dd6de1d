import { type Batch, type Model, random, UnsupportedError } from "@latentkit/core";
import { check, flag, resolveOptions, withRandom } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";
import { firstLine } from "./internal/optional.js";

/** Options of {@link assertTrainable}. */
export interface TrainableOptions {
  /** Also try second derivatives, which gradient penalties need. Default false. */
  readonly secondDerivatives?: boolean;
}

const OPTIONS = { secondDerivatives: flag({ default: false }) };

/**
 * Tries each layer of a model on the backend that is set, forwards and backwards with a batch of two, so that what cannot
 * be trained says so before the first step.
 *
 * @throws UnsupportedError with the layer's name, its class and the missing kernel.
 * @example
 * ```ts
 * import { assertTrainable, useBackend } from "@latentkit/backends";
 * import * as tf from "@tensorflow/tfjs";
 * await useBackend("wasm");
 * assertTrainable(tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] }));
 * ```
 */
export function assertTrainable<B extends Batch>(
  model: Model<B> | tf.LayersModel,
  options: TrainableOptions = {},
): void {
  const { secondDerivatives } = resolveOptions("assertTrainable", OPTIONS, options);
  const given = model as Partial<Model<B> & tf.LayersModel> | null | undefined;
  const fits = Object.values(given?.networks ?? {}).length > 0 || Array.isArray(given?.layers);
  check("assertTrainable").that("model", model, fits, "a model such as vae() gives, or a network (a tf.LayersModel)");
  const networks = "networks" in model ? Object.values(model.networks) : [model];
  for (const layer of new Set(networks.flatMap(allLayers))) tryLayer(layer, secondDerivatives);
}

function allLayers(layer: tf.layers.Layer): tf.layers.Layer[] {
  const inner = (layer as Partial<tf.LayersModel>).layers;
  return inner === undefined ? [layer] : inner.flatMap(allLayers);
}

function tryLayer(layer: tf.layers.Layer, secondDerivatives: boolean): void {
  if (layer.getClassName() === "InputLayer") return;
  const shapes = (layer.inboundNodes[0]?.inputShapes ?? [layer.batchInputShape]) as (number | null)[][];
  const inputs = tf.tidy(() => shapes.map((shape) => tf.variable(tf.ones(shape.map((size) => size ?? 2)))));
  const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const output = (): tf.Scalar => {
    const y = layer.apply(inputs.length === 1 ? inputs[0]! : inputs, { training: true }) as tf.Tensor | tf.Tensor[];
    return tf.addN([y].flat().map((part) => tf.sum(tf.square(tf.cast(part, "float32"))))) as tf.Scalar;
  };
  const slope = (): tf.Scalar => {
    const { grads } = tf.variableGrads(output, inputs);
    return tf.addN(Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)))) as tf.Scalar;
  };
  try {
    tf.tidy(() => {
      withRandom(random(0), () => {
        tf.variableGrads(output, [...weights, ...inputs]);
        if (secondDerivatives) tf.variableGrads(slope, [...weights, ...inputs]);
      });
    });
  } catch (cause) {
    const order = secondDerivatives ? "first and second derivatives" : "gradients";
    throw new UnsupportedError(
      `assertTrainable: the layer '${layer.name}' (${layer.getClassName()}) has no ${order} on the backend '${tf.getBackend()}': ${firstLine(cause)}`,
      { cause },
    );
  } finally {
    tf.dispose(inputs);
  }
}
