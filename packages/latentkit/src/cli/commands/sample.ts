import { loadModel, type Samples, UnsupportedError } from "@latentkit/core";
import { sampleSheet, savePicture } from "@latentkit/viz";
import { KINDS } from "../../kinds.js";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, integerOption, textOption } from "../command.js";

/** `latentkit sample`: what a saved model draws. */
export const sample: Command = {
  name: "sample",
  summary: "Draws samples of a saved model into one PNG sheet.",
  positionals: ["model.safetensors"],
  options: {
    count: { type: "string", value: "n", help: "How many; default 64" },
    seed: { type: "string", value: "n", help: "Seed of the noise: the same seed draws the same sheet; default 0" },
    out: { type: "string", value: "file.png", help: "File to write; default samples.png" },
    backend: backendOption,
  },
  async run([path], values, print) {
    const count = integerOption(values, "count", 64, 1);
    const seed = integerOption(values, "seed", 0);
    const out = textOption(values, "out", "samples.png");
    await selectBackend(values, print);
    const model = await loadModel(path!, KINDS);
    try {
      if (!("sample" in model)) {
        throw new UnsupportedError(`sample: expected a model that draws, received a '${model.kind}', which does not.`);
      }
      await savePicture(await sampleSheet(model as Samples, { count, seed }), out);
    } finally {
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
