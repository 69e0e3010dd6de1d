import type * as tf from "@tensorflow/tfjs";
import { checkShape, type ExpectedShape, outputShape, showShape } from "../check.js";
import { ConfigError } from "../errors.js";
import type { FieldSpecs } from "../types/fields.js";

/** What {@link checkEncoderDecoder} compares. */
export interface EncoderDecoderExpectations {
  /** Outputs of the encoder, each `[batch, latentDim]`, by what they are: `["mean", "log variance"]`. */
  readonly encoderOutputs: readonly string[];
  /** Widths of the encoder's outputs that are not `latentDim`. */
  readonly encoderWidths?: readonly (number | undefined)[] | undefined;
  /** Numbers that the decoder gives for each value of the data: a likelihood's `parametersPerValue`. */
  readonly parametersPerValue: number;
  /** Who asks for that many: `gaussian likelihood`. */
  readonly reason: string;
  /** What the decoder takes of a code of `latentDim` values, where it does not take the code itself: the shape for one code. */
  readonly entry?: { readonly latentDim: number; readonly shape: readonly number[] } | undefined;
  /** Conditions, which the decoder takes after the code and the encoder may take after the data. */
  readonly given?: FieldSpecs | undefined;
}

/**
 * Checks that an encoder and a decoder fit together and that the decoder's output fits the encoder's input.
 *
 * @param owner - The model that is made of them; the first word of each message.
 * @returns The shape of the data, batch axis included, and the size of the code.
 * @throws ConfigError for a wrong number of inputs or outputs; ShapeError that prints both shapes otherwise.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { checkEncoderDecoder } from "@latentkit/core/authoring";
 * const encoder = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [8] })] });
 * const decoder = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [2] })] });
 * const expectations = { encoderOutputs: ["code"], parametersPerValue: 1, reason: "mean squared error" };
 * const { latentDim } = checkEncoderDecoder("autoencoder", encoder, decoder, expectations); // 2
 * ```
 */
export function checkEncoderDecoder(
  owner: string,
  encoder: tf.LayersModel,
  decoder: tf.LayersModel,
  expectations: EncoderDecoderExpectations,
): { readonly dataShape: ExpectedShape; readonly latentDim: number } {
  const { encoderOutputs, parametersPerValue, reason, given = {}, entry } = expectations;
  // An encoder that is not told the conditions is right where they shall not shape the codes.
  if (encoder.inputs.length > 1) checkConditionInputs(owner, "encoder", encoder, given);
  checkConditionInputs(owner, "decoder", decoder, given);
  expectCount(
    owner,
    "encoder",
    encoder.outputs.length,
    encoderOutputs.length,
    `output${encoderOutputs.length > 1 ? "s" : ""} (${encoderOutputs.join(", ")})`,
  );

  const latentDim = entry?.latentDim ?? (encoder.outputs[0]!.shape.at(-1) as number);
  encoderOutputs.forEach((name, i) => {
    const width = expectations.encoderWidths?.[i] ?? latentDim;
    checkShape(owner, `encoder's ${name}`, encoder.outputs[i]!.shape, [null, i === 0 ? null : width]);
  });
  checkShape(owner, "decoder's input (the code)", decoder.inputs[0]!.shape, [null, ...(entry?.shape ?? [latentDim])]);

  const dataShape = encoder.inputs[0]!.shape;
  const lastAxis = dataShape.at(-1);
  const expected = [...dataShape.slice(0, -1), lastAxis == null ? null : Math.round(lastAxis * parametersPerValue)];
  const name = `decoder's output (${reason} of data ${showShape(dataShape)})`;
  checkShape(owner, name, outputShape(owner, "decoder", decoder), expected);
  return { dataShape, latentDim };
}

/**
 * Checks that a network takes the conditions after its first input, in their order.
 *
 * @throws ConfigError for a wrong number of inputs; ShapeError for one of another width.
 */
export function checkConditionInputs(owner: string, name: string, network: tf.LayersModel, given: FieldSpecs): void {
  const names = Object.keys(given);
  const told =
    names.length === 0 ? "" : ` (the first and ${names.join(", ")}; build it with \`classes\` or \`conditionDim\`)`;
  expectCount(owner, name, network.inputs.length, 1 + names.length, `input${names.length === 0 ? "" : "s"}${told}`);
  names.forEach((condition, i) => {
    const { classes, shape } = given[condition]!;
    checkShape(owner, `${name}'s input for '${condition}'`, network.inputs[i + 1]!.shape, [null, classes ?? shape[1]!]);
  });
}

function expectCount(owner: string, name: string, actual: number, expected: number, what: string): void {
  if (actual === expected) return;
  throw new ConfigError(`${owner}: expected \`${name}\` to have ${expected} ${what}, received ${actual}.`);
}
