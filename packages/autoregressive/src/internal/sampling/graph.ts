import type * as tf from "@tensorflow/tfjs";

/** One application of a layer in a network. */
export interface GraphNode {
  readonly layer: tf.layers.Layer;
  readonly inputs: readonly GraphNode[];
  /** Shape of its output, batch axis included. */
  readonly shape: readonly (number | null)[];
}

/** The layers of a network with one output, each behind its inputs; the last one is the output. */
export function graphOf(network: tf.LayersModel): GraphNode[] {
  const order: GraphNode[] = [];
  const known = new Map<string, GraphNode>();
  const visit = (tensor: tf.SymbolicTensor): GraphNode => {
    const { sourceLayer: layer, nodeIndex } = tensor;
    const key = `${layer.id}/${nodeIndex}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    // An input layer names itself as its input.
    const before = layer.getClassName() === "InputLayer" ? [] : (layer.inboundNodes[nodeIndex]?.inputTensors ?? []);
    const inputs = before.map(visit);
    const node: GraphNode = { layer, inputs, shape: tensor.shape };
    known.set(key, node);
    order.push(node);
    return node;
  };
  visit(network.outputs[0]!);
  return order;
}
