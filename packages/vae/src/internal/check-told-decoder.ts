import { ConfigError, type Model, type Posterior } from "@latentkit/core";
import { checkShape } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** The name of the one condition that the decoder is told. */
export function codeName(owner: string, { given = {}, kind }: Pick<Model<never>, "given" | "kind">): string {
  const names = Object.keys(given);
  const [name] = names;
  if (name !== undefined && names.length === 1 && given[name]!.classes === undefined) return name;
  throw new ConfigError(
    `${owner}: expected \`decoder\` to be told one vector, the code, received a ${kind} that is told ${names.join(", ") || "nothing"}; build it with \`given: { z: { size } }\`.`,
  );
}

/** Refuses an encoder that gives no codes of the decoder's pictures. */
export function checkEncoder(
  owner: string,
  encoder: tf.LayersModel,
  posterior: Posterior,
  dataShape: readonly (number | null)[],
  latentDim: number,
): void {
  if (encoder.inputs.length !== 1 || encoder.outputs.length !== posterior.outputs.length) {
    throw new ConfigError(
      `${owner}: expected \`encoder\` to have 1 input and ${posterior.outputs.length} outputs (${posterior.outputs.join(", ")}), received ${encoder.inputs.length} and ${encoder.outputs.length}.`,
    );
  }
  checkShape(owner, "encoder's input", encoder.inputs[0]!.shape, dataShape);
  for (const [i, name] of posterior.outputs.entries()) {
    checkShape(owner, `encoder's ${name}`, encoder.outputs[i]!.shape, [null, posterior.widths?.[i] ?? latentDim]);
  }
}
