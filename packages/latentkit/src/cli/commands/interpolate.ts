import type { Decodes, Encodes, Model } from "@latentkit/core";
import { interpolationSheet, savePicture } from "@latentkit/viz";
import * as tf from "@tensorflow/tfjs";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, choiceOption, integerOption, textOption } from "../command.js";
import { checkData, dataOptions, openData } from "../data/open-data.js";
import { openModel } from "../models/load.js";

/** `latentkit interpolate`: from one example to another through a model's codes. */
export const interpolate: Command = {
  name: "interpolate",
  summary: "Draws morphs between test images, through a model's codes.",
  positionals: ["model"],
  options: {
    ...dataOptions,
    pairs: { type: "string", value: "n", help: "How many; default 6" },
    steps: { type: "string", value: "n", help: "Images of a morph, both ends included; default 10" },
    path: { type: "string", value: "how", help: "linear or spherical; default linear" },
    out: { type: "string", value: "file.png", help: "File to write; default interpolations.png" },
    backend: backendOption,
  },
  async run([file], values, print) {
    const pairs = integerOption(values, "pairs", 6, 1);
    const steps = integerOption(values, "steps", 10, 2);
    const path = choiceOption(values, "path", ["linear", "spherical"], "linear");
    const out = textOption(values, "out", "interpolations.png");
    await checkData(values);
    await selectBackend(values, print);
    const model = await openModel<Model<never> & Encodes & Decodes>(
      ...(["interpolate", file!, ["encode", "decode"], "encodes and decodes"] as const),
    );
    const { data } = await openData(values, 0, "test");
    const [a, b] = [0, pairs].map((start) => data.gather(Array.from({ length: pairs }, (_, i) => start + i)));
    try {
      await savePicture(await interpolationSheet(model, a!.x!, b!.x!, { steps, path }), out);
    } finally {
      tf.dispose([a!, b!]);
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
