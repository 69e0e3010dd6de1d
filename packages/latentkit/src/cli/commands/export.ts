import { exportOnnx } from "@latentkit/compile";
import { loadModel } from "@latentkit/core";
import { KINDS } from "../../kinds.js";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, textOption, UsageError } from "../command.js";

/** `latentkit export`: a network of a model for other runtimes. */
export const exportCommand: Command = {
  name: "export",
  summary: "Writes a network of a model as an ONNX file.",
  positionals: ["model"],
  options: {
    network: { type: "string", value: "name", help: "Which one, such as decoder; may be left out when there is one" },
    out: { type: "string", value: "file.onnx", help: "File to write; default <network>.onnx" },
    backend: backendOption,
  },
  async run([path], values, print) {
    await selectBackend(values, print);
    const model = await loadModel(path!, KINDS);
    try {
      const names = Object.keys(model.networks);
      const name = typeof values.network === "string" || names.length > 1 ? values.network : names[0];
      const network = typeof name === "string" ? model.networks[name] : undefined;
      if (network === undefined) {
        throw new UsageError(
          `expected --network to be one of ${names.join(", ")}, received ${name === undefined ? "nothing" : `'${name}'`}`,
        );
      }
      const out = textOption(values, "out", `${name}.onnx`);
      await exportOnnx(network, out);
      print(`Wrote ${out}`);
    } finally {
      model.dispose();
    }
  },
};
