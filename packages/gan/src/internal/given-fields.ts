import { type Conditions, ConfigError, type FieldSpecs } from "@latentkit/core";
import { conditionFields } from "@latentkit/core/authoring";
import type * as tf from "@tensorflow/tfjs";

/** The fields that hold what a generator is told: those declared, or the class that its second input is made for. */
export function givenFields(owner: string, generator: tf.LayersModel, given: Conditions | undefined): FieldSpecs {
  if (given !== undefined) return conditionFields(given);
  const classes = generator.inputs[1]?.shape[1];
  if (generator.inputs.length === 2 && typeof classes === "number" && classes >= 2) {
    return conditionFields({ label: { classes } });
  }
  throw new ConfigError(
    `${owner}: expected \`generator\` to have a second input for the class, received a network with ${generator.inputs.length} input(s); build it with \`classes\`, or declare \`given\`.`,
  );
}
