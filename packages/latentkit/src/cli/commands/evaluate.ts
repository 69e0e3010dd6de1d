import type { BoundsLikelihood, HasLikelihood, Model, Reconstructs, Samples } from "@latentkit/core";
import { loadModel } from "@latentkit/core";
import { KINDS } from "../../kinds.js";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, integerOption } from "../command.js";
import { checkData, dataOptions, openData } from "../data/open-data.js";
import { likelihoods, type Measured, reconstructions, samples } from "../models/measure.js";

/** `latentkit evaluate`: what a model reaches on test data. */
export const evaluate: Command = {
  name: "evaluate",
  summary:
    "Measures a model on test data: likelihood or its bounds, reconstruction, Fréchet distance, precision and recall.",
  positionals: ["model"],
  options: {
    ...dataOptions,
    examples: { type: "string", value: "n", help: "Test examples to use at most; default 2000" },
    samples: { type: "string", value: "n", help: "Importance samples an example; default 100" },
    seed: { type: "string", value: "n", help: "Seed of all noise; default 0" },
    json: { type: "boolean", help: "Print one line of JSON" },
    backend: backendOption,
  },
  async run([path], values, print) {
    const [seed, importance] = [integerOption(values, "seed", 0), integerOption(values, "samples", 100, 1)];
    const most = integerOption(values, "examples", 2000, 1);
    await checkData(values);
    await selectBackend(values, values.json ? () => undefined : print);
    const model = await loadModel(path!, KINDS);
    try {
      const { data, shape } = await openData(values, seed, "test");
      const test = data.take(Math.min(most, data.size));
      const able = model as Model<never> & Partial<BoundsLikelihood & HasLikelihood & Reconstructs & Samples>;
      const found: Measured[] = [
        ...(await likelihoods(able, test, shape, { samples: importance, seed })),
        ...(await reconstructions(able, test, shape)),
        ...(await samples(able, test, shape, seed)),
      ];
      if (values.json)
        print(JSON.stringify({ kind: model.kind, examples: test.size, seed, ...Object.fromEntries(found) }));
      else for (const [name, value] of found) print(`${name.padEnd(34)} ${Number(value.toPrecision(5))}`);
    } finally {
      model.dispose();
    }
  },
};
