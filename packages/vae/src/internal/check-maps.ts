import { ConfigError, ShapeError } from "@latentkit/core";
import { checkShape, type ExpectedShape, outputShape, showShape } from "@latentkit/core/authoring";
import type { Likelihood, Quantizer } from "@latentkit/losses";
import type * as tf from "@tensorflow/tfjs";

/**
 * The shape of the map that a network gives to a quantiser, batch axis included.
 *
 * @throws ShapeError for vectors of another size, and for maps whose size is open.
 */
export function checkMap(owner: string, name: string, network: tf.LayersModel, quantizer: Quantizer): ExpectedShape {
  const shape = outputShape(owner, name, network);
  const fixed = shape.length >= 2 && shape.slice(1).every((size) => size !== null);
  if (!fixed || shape.at(-1) !== quantizer.dim) {
    throw new ShapeError(
      `${owner}: expected \`${name}\` to give a map [batch, …, ${quantizer.dim}] of vectors for the ${quantizer.name}, received ${showShape(shape)}.`,
    );
  }
  return shape;
}

/** Refuses a decoder that does not give the likelihood's parameters. */
export function checkParameters(
  owner: string,
  actual: ExpectedShape,
  dataShape: ExpectedShape,
  likelihood: Likelihood,
): void {
  const values = dataShape.at(-1)!;
  const expected = [...dataShape.slice(0, -1), Math.round(values * likelihood.parametersPerValue)];
  checkShape(
    owner,
    `decoder's output (${likelihood.name} likelihood of data ${showShape(dataShape)})`,
    actual,
    expected,
  );
}

/** Refuses a network with another number of inputs. */
export function checkInputs(owner: string, name: string, network: tf.LayersModel, inputs: readonly string[]): void {
  if (network.inputs.length === inputs.length) return;
  throw new ConfigError(
    `${owner}: expected \`${name}\` to have ${inputs.length} input${inputs.length > 1 ? "s" : ""} (${inputs.join(", ")}), received ${network.inputs.length}.`,
  );
}
