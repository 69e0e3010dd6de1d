import { ConfigError } from "@latentkit/core";
import { checkShape, type ExpectedShape, outputShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** What a recurrent encoder and decoder make of data. */
export interface SequenceNetworks {
  /** Shape of the data, batch axis included. */
  readonly dataShape: ExpectedShape;
  readonly latentDim: number;
  /** Whether the encoder takes a mask. */
  readonly masked: boolean;
  /** Whether the decoder takes a teacher. */
  readonly taught: boolean;
}

/** Checks that a recurrent encoder and decoder fit together. */
export function checkSequenceNetworks(
  owner: string,
  encoder: tf.LayersModel,
  decoder: tf.LayersModel,
): SequenceNetworks {
  expectInputs(owner, "encoder", encoder, [1, 2], "sequences, and a mask if it is `masked`");
  expectInputs(owner, "decoder", decoder, [1, 3], "codes, and teacher and forcing if it has a `teacher`");
  const dataShape = encoder.inputs[0]!.shape;
  const [, steps] = dataShape as [null, number];
  const code = outputShape(owner, "encoder", encoder);
  const latentDim = code.at(-1) as number;
  checkShape(owner, "encoder's code", code, [null, null]);
  checkShape(owner, "decoder's input (the code)", decoder.inputs[0]!.shape, [null, latentDim]);
  checkShape(owner, "decoder's output (the sequence)", outputShape(owner, "decoder", decoder), dataShape);
  if (encoder.inputs[1]) checkShape(owner, "encoder's mask", encoder.inputs[1].shape, [null, steps]);
  if (decoder.inputs[1]) checkShape(owner, "decoder's teacher", decoder.inputs[1].shape, dataShape);
  if (decoder.inputs[2]) checkShape(owner, "decoder's forcing", decoder.inputs[2].shape, [null, steps]);
  return { dataShape, latentDim, masked: encoder.inputs.length === 2, taught: decoder.inputs.length === 3 };
}

function expectInputs(owner: string, name: string, network: tf.LayersModel, counts: readonly number[], what: string) {
  const { length } = network.inputs;
  if (counts.includes(length)) return;
  throw new ConfigError(
    `${owner}: expected \`${name}\` to have ${counts.join(" or ")} inputs (${what}), received ${length}.`,
  );
}
