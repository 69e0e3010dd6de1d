import type { Model, Samples } from "@latentkit/core";
import { sampleSheet, savePicture } from "@latentkit/viz";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, integerOption, numberOption, textOption } from "../command.js";
import { openModel } from "../models/load.js";

/** `latentkit sample`: what a saved model draws. */
export const sample: Command = {
  name: "sample",
  summary: "Draws samples of a model into one PNG sheet.",
  positionals: ["model"],
  options: {
    count: { type: "string", value: "n", help: "How many; default 64" },
    class: {
      type: "string",
      value: "n",
      help: "Class to draw, of a model that is told classes; all in turn unless given",
    },
    temperature: { type: "string", value: "t", help: "Scale of the noise; default 1" },
    seed: { type: "string", value: "n", help: "Seed of the noise: the same seed draws the same sheet; default 0" },
    out: { type: "string", value: "file.png", help: "File to write; default samples.png" },
    backend: backendOption,
  },
  async run([path], values, print) {
    const count = integerOption(values, "count", 64, 1);
    const seed = integerOption(values, "seed", 0);
    const out = textOption(values, "out", "samples.png");
    const label = values.class === undefined ? undefined : integerOption(values, "class", 0);
    const temperature = numberOption(values, "temperature");
    await selectBackend(values, print);
    const model = await openModel<Model<never> & Samples>("sample", path!, ["sample"], "draws");
    try {
      const sheet = await sampleSheet(model, {
        ...{ count, seed },
        ...(label !== undefined && { given: { label } }),
        ...(temperature !== undefined && { temperature }),
      });
      await savePicture(sheet, out);
    } finally {
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
