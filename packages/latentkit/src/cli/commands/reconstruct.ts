import type { Model, Reconstructs } from "@latentkit/core";
import { reconstructionSheet, savePicture } from "@latentkit/viz";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, integerOption, textOption } from "../command.js";
import { checkData, dataOptions, openData } from "../data/open-data.js";
import { openModel } from "../models/load.js";

/** `latentkit reconstruct`: examples, and what a model makes of them. */
export const reconstruct: Command = {
  name: "reconstruct",
  summary: "Draws test images with a model's reconstruction below each.",
  positionals: ["model"],
  options: {
    ...dataOptions,
    count: { type: "string", value: "n", help: "How many; default 20" },
    out: { type: "string", value: "file.png", help: "File to write; default reconstructions.png" },
    backend: backendOption,
  },
  async run([path], values, print) {
    const count = integerOption(values, "count", 20, 1);
    const out = textOption(values, "out", "reconstructions.png");
    await checkData(values);
    await selectBackend(values, print);
    const model = await openModel<Model<never> & Reconstructs>("reconstruct", path!, ["reconstruct"], "reconstructs");
    try {
      const { data } = await openData(values, 0, "test");
      await savePicture(await reconstructionSheet(model, data.take(Math.min(count, data.size))), out);
    } finally {
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
