import type * as tf from "@tensorflow/tfjs";
import { tensor } from "@tensorflow/tfjs";
import { CheckpointError } from "./errors.js";
import { printable } from "./printable.js";
import type { HostTensor } from "./safetensors/format.js";
import { orderedWeights } from "./topology/weight-order.js";

/**
 * The weights of named networks under names that do not depend on how many networks a process has built, nor on what is frozen:
 * `encoder.0.kernel` is the first weight of `encoder`, those that training moves when nothing is frozen before the others.
 */
export function namedWeights(networks: Readonly<Record<string, tf.LayersModel>>): Map<string, tf.Variable> {
  return named(networks, (network) => orderedWeights(network).map(({ weight }) => weight));
}

/** The names that the first version of files gave weights: in the order of `network.weights`, frozen ones behind the others. */
export function firstNames(networks: Readonly<Record<string, tf.LayersModel>>): Map<string, tf.Variable> {
  return named(networks, (network) => network.weights);
}

function named(
  networks: Readonly<Record<string, tf.LayersModel>>,
  order: (network: tf.LayersModel) => readonly tf.LayerVariable[],
): Map<string, tf.Variable> {
  const found = new Map<string, tf.Variable>();
  for (const [network, model] of Object.entries(networks)) {
    // `name` carries a count of the layers of that name which the process has built; `originalName` does not.
    order(model).forEach((weight, i) => {
      found.set(`${network}.${i}.${weight.originalName.split("/").at(-1)}`, weight.read() as tf.Variable);
    });
  }
  return found;
}

/** Reads variables to the host, in one batch of reads. */
export async function readVariables(variables: ReadonlyMap<string, tf.Variable>): Promise<Map<string, HostTensor>> {
  const values = await Promise.all(
    [...variables].map(async ([name, variable]): Promise<[string, HostTensor]> => {
      const data = (await variable.data()) as Float32Array | Int32Array | Uint8Array;
      return [name, { dtype: variable.dtype as HostTensor["dtype"], shape: variable.shape, data: data.slice() }];
    }),
  );
  return new Map(values);
}

/**
 * Gives variables the values of a file; nothing is changed unless all of them fit.
 *
 * @param source - What to call the file in messages.
 * @throws CheckpointError when a tensor is missing, left over, or of another shape or type.
 */
export function assignVariables(
  variables: ReadonlyMap<string, tf.Variable>,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): void {
  for (const [name, variable] of variables) {
    const found = tensors.get(name);
    if (found === undefined) {
      throw new CheckpointError(
        `${source}: expected a tensor '${name}', which is not there; it was made by another model.`,
      );
    }
    if (found.shape.join() !== variable.shape.join() || found.dtype !== variable.dtype) {
      throw new CheckpointError(
        `${source}: expected '${name}' to be ${variable.dtype} [${variable.shape.join(", ")}], received ${found.dtype} [${found.shape.join(", ").slice(0, 200)}]; build the model with the options it was saved with.`,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!variables.has(name)) {
      throw new CheckpointError(
        `${source}: the model has no place for tensor '${printable(name)}'; it was made by another model.`,
      );
    }
  }
  for (const [name, variable] of variables) {
    const { data, shape, dtype } = tensors.get(name)!;
    const value = tensor(data, [...shape], dtype as "float32");
    variable.assign(value);
    value.dispose();
  }
}
