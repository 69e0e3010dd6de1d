import type * as tf from "@tensorflow/tfjs";

/** Where layers of the engine keep the layers that they are made of. */
interface Parts {
  readonly layers?: readonly tf.layers.Layer[];
  readonly layer?: tf.layers.Layer;
  readonly forwardLayer?: tf.layers.Layer;
  readonly backwardLayer?: tf.layers.Layer;
  readonly cell?: tf.layers.Layer;
  readonly cells?: readonly tf.layers.Layer[];
}

/** The layers that a network, a wrapper or a recurrent layer is made of. */
export function sublayers(layer: tf.layers.Layer): readonly tf.layers.Layer[] {
  const { layers, layer: wrapped, forwardLayer, backwardLayer, cell, cells } = layer as Parts;
  const all = [...(layers ?? []), wrapped, forwardLayer, backwardLayer, cell, ...(cells ?? [])];
  return all.filter((inner) => inner !== undefined && inner !== null);
}

/** Whether a layer is a network. */
export function isNetwork(layer: tf.layers.Layer): layer is tf.LayersModel {
  return Array.isArray((layer as Parts).layers);
}
