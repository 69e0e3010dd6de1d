import type { Decodes, Model } from "@latentkit/core";
import { savePicture, traversalSheet } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, textOption } from "../command.js";
import { openModel } from "../models/load.js";

/** `latentkit traverse`: what each dimension of a code means. */
export const traverse: Command = {
  name: "traverse",
  summary: "Draws a row for each dimension of a model's code, in which only that one changes.",
  positionals: ["model"],
  options: {
    out: { type: "string", value: "file.png", help: "File to write; default traversals.png" },
    backend: backendOption,
  },
  async run([path], values, print) {
    const out = textOption(values, "out", "traversals.png");
    await selectBackend(values, print);
    const model = await openModel<Model<never> & Decodes>("traverse", path!, ["decode"], "decodes");
    const middle = tf.zeros([1, model.latentDim]);
    try {
      await savePicture(await traversalSheet(model, middle), out);
    } finally {
      middle.dispose();
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
