import { BACKENDS, useBackend } from "@latentkit/backends";
import * as tf from "@tensorflow/tfjs";
import type { Command } from "../command.js";
import { compiles } from "../executor-option.js";
import { version } from "../version.js";

/** `latentkit info`: what a bug report should begin with. */
export const info: Command = {
  name: "info",
  summary: "Shows versions, and which backends work on this machine.",
  positionals: [],
  options: {},
  async run(_positionals, _values, print) {
    print(`latentkit      ${version()}`);
    print(`TensorFlow.js  ${tf.version.tfjs}`);
    print(`Node.js        ${process.versions.node} on ${process.platform} ${process.arch}`);
    print("\nBackends:");
    for (const name of BACKENDS) print(`  ${name.padEnd(9)} ${await works(name)}`);
    const { name, reason } = await useBackend("auto");
    print(`\nauto takes ${name}: ${reason}`);
    print(
      (await compiles())
        ? "onnx() compiles training steps, two to five times as fast: onnxruntime-node is installed"
        : "onnx() would compile training steps, two to five times as fast: npm install onnxruntime-node",
    );
  },
};

async function works(name: (typeof BACKENDS)[number]): Promise<string> {
  try {
    await useBackend(name);
    return "works";
  } catch (error) {
    return `no: ${(error as Error).message.replace(/^useBackend: /, "")}`;
  }
}
