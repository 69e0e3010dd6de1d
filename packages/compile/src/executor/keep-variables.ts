import type { StepProgram } from "@latentkit/core";
import { fetchHeld } from "@latentkit/core/authoring";
import * as tf from "@tensorflow/tfjs";

/** Runs `body`, which may move the program's variables, and gives them their values back. */
export async function keepVariables<T>(program: StepProgram, body: () => Promise<T>): Promise<T> {
  await fetchHeld(program.variables);
  const held = program.variables.map((variable) => tf.keep(tf.clone(variable)));
  try {
    return await body();
  } finally {
    program.variables.forEach((variable, i) => {
      variable.assign(held[i]!);
    });
    tf.dispose(held);
  }
}
