import { saveModel } from "@latentkit/core";
import { fashionMnist, glyphs, mnist } from "@latentkit/data";
import { mlpDecoder, mlpGaussianEncoder } from "@latentkit/layers";
import { abortOnInterrupt, adam, progressBar, train as trainModel } from "@latentkit/training";
import { vae } from "@latentkit/vae";
import { backendOption, selectBackend } from "../backend-option.js";
import { type Command, choiceOption, integerOption, textOption, UsageError } from "../command.js";

const DATA = {
  glyphs: async (seed: number) => glyphs({ seed }),
  mnist: async () => mnist(),
  "fashion-mnist": async () => fashionMnist(),
} as const;
const NAMES = Object.keys(DATA) as (keyof typeof DATA)[];
const INPUT_SHAPE = [28, 28, 1];

/** `latentkit train`: a first model without writing a program. */
export const train: Command = {
  name: "train",
  summary: "Trains a model on images of digits or clothes; the model is vae, a variational autoencoder.",
  positionals: ["model"],
  options: {
    data: {
      type: "string",
      value: "name",
      help: `One of ${NAMES.join(", ")}; default glyphs, which needs no download`,
    },
    steps: { type: "string", value: "n", help: "Updates to make; default 1000" },
    "batch-size": { type: "string", value: "n", help: "Images in a batch; default 128" },
    "hidden-units": { type: "string", value: "n", help: "Units of the hidden layers; default 256" },
    "latent-dim": { type: "string", value: "n", help: "Size of the code; default 16" },
    seed: { type: "string", value: "n", help: "Seed of weights, batches and noise; default 0" },
    out: { type: "string", value: "file", help: "File to write; default vae.safetensors" },
    backend: backendOption,
  },
  async run([kind], values, print) {
    if (kind !== "vae") throw new UsageError(`train: expected the model to be vae, received '${kind}'`);
    const data = choiceOption(values, "data", NAMES, "glyphs");
    const steps = integerOption(values, "steps", 1000, 1);
    const batchSize = integerOption(values, "batch-size", 128, 1);
    const seed = integerOption(values, "seed", 0);
    const out = textOption(values, "out", "vae.safetensors");
    const network = {
      hiddenUnits: [integerOption(values, "hidden-units", 256, 1)],
      latentDim: integerOption(values, "latent-dim", 16, 1),
      seed,
    };
    await selectBackend(values, print);
    const images = await DATA[data](seed);
    const model = vae({
      encoder: mlpGaussianEncoder({ inputShape: INPUT_SHAPE, ...network }),
      decoder: mlpDecoder({ outputShape: INPUT_SHAPE, ...network }),
    });
    try {
      const { history, step, stopped } = await trainModel(model, images, {
        ...{ steps, batchSize, seed, signal: abortOnInterrupt(), callbacks: [progressBar()] },
        optimizers: adam({ learningRate: 1e-3 }),
      });
      await saveModel(model, out);
      const loss = history.at(-1)?.["vae/loss"];
      print(`${stopped} after ${step} steps${loss === undefined ? "" : `, ${loss.toFixed(2)} nats`}`);
    } finally {
      model.dispose();
    }
    print(`Wrote ${out}`);
  },
};
