import { ConfigError, ShapeError } from "@latentkit/core";
import { showShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/**
 * Hands the weights of a network on to a larger one, layer by layer of one name; layers that only one of them has stay as they are.
 *
 * @param larger - Gets the weights.
 * @param smaller - Keeps its own.
 * @throws ConfigError when they have no layer with weights in common; ShapeError for weights of different shapes.
 * @example
 * ```ts
 * import { growNetwork, progressiveGenerator } from "@latentkit/layers";
 * const smaller = progressiveGenerator({ outputShape: [4, 4, 3], latentDim: 8, filters: [8] });
 * const larger = progressiveGenerator({ outputShape: [8, 8, 3], latentDim: 8, filters: [8, 4], fadeSteps: 100 });
 * growNetwork(larger, smaller);
 * ```
 */
export function growNetwork(larger: tf.LayersModel, smaller: tf.LayersModel): void {
  const own = new Map(larger.layers.map((layer) => [layer.name, layer]));
  const common = smaller.layers.filter((layer) => layer.weights.length > 0 && own.has(layer.name));
  if (common.length === 0) {
    throw new ConfigError(
      `growNetwork: expected networks with layers of one name, received ${larger.name} and ${smaller.name}.`,
    );
  }
  for (const layer of common) {
    const shapes = [layer, own.get(layer.name)!].map(({ weights }) =>
      weights.map(({ shape }) => showShape(shape)).join(),
    );
    if (shapes[0] !== shapes[1]) {
      throw new ShapeError(
        `growNetwork: expected ${layer.name} to have weights of one shape, received ${shapes[1]} and ${shapes[0]}.`,
      );
    }
  }
  for (const layer of common) own.get(layer.name)!.setWeights(layer.getWeights());
}
