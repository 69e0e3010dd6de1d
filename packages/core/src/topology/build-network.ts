import * as tf from "@tensorflow/tfjs";
import { CheckpointError } from "../errors.js";
import { printable } from "../printable.js";
import { construct, type Described } from "./classes.js";

/** What building networks may use, and what it has made. */
export interface Allowance {
  /** Values that weights may still have: not more than a file holds. */
  values: number;
  /** Every weight that was made, with its layer. */
  readonly made: Map<tf.Variable, tf.layers.Layer>;
}

/** The method of layers that makes weights, whoever wrote the layer. */
interface Hooks {
  addWeight(name: string, shape: tf.Shape, dtype?: tf.DataType, ...rest: unknown[]): tf.LayerVariable;
}

/**
 * Builds a network whose description was checked, with weights of zeros, since a file's are about to take their place. Each
 * weight is counted before it is made, so that a short description cannot make long weights.
 *
 * @throws CheckpointError when it cannot be built; what was made of tensors is freed, weights are in `allowance.made`.
 */
export function buildNetwork(described: Described, where: string, allowance: Allowance): tf.LayersModel {
  const engine = tf.engine();
  engine.startScope("load");
  const scope = engine.state.activeScope;
  try {
    const network = counted(allowance, () => construct(described));
    if (!(network instanceof tf.LayersModel)) throw new Error("It is no network.");
    void network.weights; // asked for here, where an error is told as one of the file
    engine.endScope(scope.track.slice()); // layers may keep tensors
    return network;
  } catch (cause) {
    for (const tensor of scope.track) tensor.dispose();
    engine.endScope();
    throw new CheckpointError(
      `${where} cannot be built: ${printable((cause as Error).message, 400)} Import the package that its layers come from.`,
      { cause },
    );
  }
}

function counted<T>(allowance: Allowance, body: () => T): T {
  const hooks = tf.layers.Layer.prototype as unknown as Hooks;
  const { addWeight } = hooks;
  hooks.addWeight = function (
    this: tf.layers.Layer & Hooks,
    name,
    shape,
    dtype,
    ...[, regularizer, trainable, constraint]
  ) {
    const size = shape.reduce<number>((product, n) => product * (n ?? 1), 1);
    allowance.values -= size;
    if (!(size >= 0 && allowance.values >= 0)) {
      throw new CheckpointError(
        `A weight '${name}' of shape [${shape.join(", ").slice(0, 200)}] is more than the file holds.`,
      );
    }
    const zeros = tf.initializers.zeros();
    const weight = addWeight.call(this, name, shape, dtype, zeros, regularizer, trainable, constraint);
    allowance.made.set(weight.read() as tf.Variable, this);
    return weight;
  };
  try {
    return body();
  } finally {
    hooks.addWeight = addWeight;
  }
}
