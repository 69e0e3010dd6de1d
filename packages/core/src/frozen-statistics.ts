import type * as tf from "@tensorflow/tfjs";

type Layer = tf.layers.Layer;

const held = new WeakSet<Layer>();

/**
 * Lets batch normalisation that is frozen run as in evaluation: with its moving statistics, which stay as they are. TensorFlow.js
 * moves them in every training call, so that a frozen network drifts; Keras has held them since TensorFlow 2.
 */
export function holdFrozenStatistics(network: Layer): void {
  for (const layer of innerLayers(network)) {
    holdFrozenStatistics(layer);
    if (layer.getClassName() !== "BatchNormalization" || held.has(layer)) continue;
    held.add(layer);
    const call = layer.call.bind(layer);
    layer.call = (inputs, kwargs) => call(inputs, isFrozen(layer) ? { ...kwargs, training: false } : kwargs);
  }
}

/** Layers of a network, or the one that a wrapper such as `timeDistributed` holds. */
function innerLayers(layer: Layer): readonly Layer[] {
  const { layers, layer: wrapped } = layer as { readonly layers?: readonly Layer[]; readonly layer?: Layer };
  return layers ?? (wrapped === undefined ? [] : [wrapped]);
}

/** Frozen itself, or with its network: that tells a layer by its weights, of which two are the statistics. */
function isFrozen(layer: Layer): boolean {
  return !layer.trainable || (layer.weights.length > 2 && layer.trainableWeights.length === 0);
}
