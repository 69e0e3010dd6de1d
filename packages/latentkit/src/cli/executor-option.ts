import { onnx } from "@latentkit/compile";
import type { Executor } from "@latentkit/core";
import { choiceOption, integerOption, type OptionSpec, type Print, type Values } from "./command.js";

/** Options of commands that train. */
export const executorOptions: Readonly<Record<string, OptionSpec>> = {
  executor: {
    type: "string",
    value: "name",
    help: "onnx compiles training steps where onnxruntime-node is installed, eager does not; default onnx",
  },
  threads: { type: "string", value: "n", help: "Threads of compiled steps; ONNX Runtime decides unless given" },
};

/** Whether ONNX Runtime is there for compiled steps. */
export async function compiles(): Promise<boolean> {
  const name = "onnxruntime-node";
  return import(name).then(
    () => true,
    () => false,
  );
}

/** How steps run: compiled unless asked for otherwise or impossible, which is said. */
export async function selectExecutor(values: Values, print: Print): Promise<Executor | undefined> {
  const threads = values.threads === undefined ? undefined : integerOption(values, "threads", 0, 1);
  if (choiceOption(values, "executor", ["onnx", "eager"], "onnx") === "eager") return undefined;
  if (await compiles()) return onnx({ threads });
  print(
    "Steps run one kernel after the other; compiled ones take a half to a fifth of the time: npm install onnxruntime-node",
  );
  return undefined;
}
