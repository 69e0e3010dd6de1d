import { BACKENDS, type BackendName, useBackend } from "@latentkit/backends";
import { choiceOption, type OptionSpec, type Print, type Values } from "./command.js";

/** The option of every command that computes. */
export const backendOption: OptionSpec = {
  type: "string",
  value: "name",
  help: `Where to compute: auto, ${BACKENDS.join(", ")}; default auto`,
};

/** Selects the backend that was asked for and says which it is. */
export async function selectBackend(values: Values, print: Print): Promise<void> {
  const names: readonly BackendName[] = ["auto", ...BACKENDS];
  const { name, reason } = await useBackend(choiceOption(values, "backend", names, "auto"));
  print(`Computing on ${name}: ${reason}`);
}
