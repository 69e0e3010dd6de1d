import { type DataBatch, type Model, type Samples, saveModel } from "@latentkit/core";
import { files } from "@latentkit/core/files";
import {
  abortOnInterrupt,
  adam,
  jsonLines,
  progressBar,
  type TrainResult,
  train as trainModel,
} from "@latentkit/training";
import { sampleSheet, savePicture } from "@latentkit/viz";
import { backendOption, selectBackend } from "../backend-option.js";
import {
  type Command,
  integerOption,
  integersOption,
  numberOption,
  type Print,
  textOption,
  type Values,
} from "../command.js";
import { checkData, dataOptions, type OpenedData, openData } from "../data/open-data.js";
import { executorOptions, selectExecutor } from "../executor-option.js";
import { modelFlags, modelOptions } from "../models/flags.js";
import { factoryOf, makeModel, trainable } from "../models/make-model.js";

/** Channels of convolutions for pictures of several channels, or larger than these. */
const FILTERS = [32, 64];
const DENSE_VALUES = 32 * 32;

/** `latentkit train`: a model of any kind without writing a program. */
export const train: Command = {
  name: "train",
  summary:
    "Trains a model on digits, pictures, tables or points; `latentkit train vae --help` lists the options of a kind.",
  positionals: ["kind"],
  options: {
    ...dataOptions,
    epochs: { type: "string", value: "n", help: "Passes over the data; default 5 unless there are --steps" },
    steps: { type: "string", value: "n", help: "Updates to make, in place of --epochs" },
    "batch-size": { type: "string", value: "n", help: "Examples in a batch; default 128" },
    "learning-rate": { type: "string", value: "n", help: "Step size of Adam; default 0.001" },
    "clip-norm": { type: "string", value: "n", help: "Largest norm of gradients; none unless given" },
    ema: { type: "string", value: "n", help: "Decay of an average of the weights, such as 0.999; none unless given" },
    "hidden-units": { type: "string", value: "n,n", help: "Widths of dense layers; default 256" },
    filters: {
      type: "string",
      value: "n,n",
      help: "Channels of convolutions; default 32,64 for large or colour pictures",
    },
    "latent-dim": { type: "string", value: "n", help: "Size of the code or of the noise; default 16" },
    validation: { type: "string", value: "share", help: "Share of the data kept for validation; default 0" },
    seed: { type: "string", value: "n", help: "Seed of weights, batches and noise; default 0" },
    out: {
      type: "string",
      value: "where",
      help: "Folder for checkpoints, history, model and a sheet, or a .safetensors file; default runs/<kind>",
    },
    resume: { type: "boolean", help: "Go on from the newest checkpoint there" },
    ...executorOptions,
    backend: backendOption,
  },
  details: () => `Kinds: ${trainable().join(", ")}`,
  optionsOf: (kind) => modelFlags(factoryOf(kind)),
  async run([kind], values, print) {
    const factory = factoryOf(kind!);
    const seed = integerOption(values, "seed", 0);
    const out = textOption(values, "out", `runs/${kind}`);
    const folder = out.endsWith(".safetensors") ? undefined : out;
    const given = modelOptions(factory, values);
    const settings = trainSettings(values);
    const latentDim = integerOption(values, "latent-dim", 16, 1);
    const hiddenUnits = integersOption(values, "hidden-units") ?? [256];
    const asked = integersOption(values, "filters");
    await checkData(values);
    await selectBackend(values, print);
    const opened = await openData(values, seed);
    print(`Learning from ${opened.words}`);
    const model = makeModel(factory, opened, given, {
      latentDim,
      hiddenUnits,
      filters: asked ?? filtersFor(opened),
      seed,
    });
    try {
      const [data, validation] = parts(opened, numberOption(values, "validation") ?? 0);
      const executor = await selectExecutor(values, print);
      const result = await trainModel(model, data, {
        ...{ ...settings, seed, signal: abortOnInterrupt() },
        ...(validation && { validation: { data: validation } }),
        ...(executor && { executor }),
        callbacks: [progressBar(), ...(folder === undefined ? [] : [jsonLines(files.join(folder, "history.jsonl"))])],
        ...(folder !== undefined && { checkpoint: { folder, resume: values.resume === true } }),
      });
      print(summary(result));
      const path = folder === undefined ? out : files.join(folder, "model.safetensors");
      await saveModel(model, path);
      print(`Wrote ${path}`);
      if (folder !== undefined) await drawSheet(model, files.join(folder, "samples.png"), seed, print);
    } finally {
      model.dispose();
    }
  },
};

function trainSettings(values: Values) {
  const [clipNorm, ema] = [numberOption(values, "clip-norm"), numberOption(values, "ema")];
  const steps = values.steps === undefined ? undefined : integerOption(values, "steps", 0, 1);
  return {
    ...(steps === undefined ? { epochs: integerOption(values, "epochs", 5, 1) } : { steps }),
    batchSize: integerOption(values, "batch-size", 128, 1),
    optimizers: adam({ learningRate: numberOption(values, "learning-rate") ?? 1e-3 }),
    ...(clipNorm !== undefined && { clipNorm }),
    ...(ema !== undefined && { ema }),
  };
}

function filtersFor({ shape }: OpenedData): readonly number[] | undefined {
  const [height, width, channels] = shape;
  return shape.length === 3 && (channels! > 1 || height! * width! > DENSE_VALUES) ? FILTERS : undefined;
}

function parts({ data }: OpenedData, share: number): [OpenedData["data"], OpenedData["data"]?] {
  if (share === 0) return [data];
  const [training, held] = data.split([1 - share, share]);
  return [training!, held!];
}

function summary({ history, step, stopped }: TrainResult): string {
  const losses = Object.entries(history.at(-1) ?? {}).filter(([name]) => name.endsWith("/loss"));
  const words = losses.map(([name, value]) => `${name} ${value.toFixed(3)}`).join(", ");
  return `${stopped} after ${step} steps${words === "" ? "" : `: ${words}`}`;
}

/** A sheet of what the model draws, where that is pictures. */
async function drawSheet(model: Model<DataBatch>, path: string, seed: number, print: Print): Promise<void> {
  if (!("sample" in model) || model.fields.x?.shape.length !== 4) return;
  await savePicture(await sampleSheet(model as unknown as Samples, { count: 64, seed }), path);
  print(`Wrote ${path}`);
}
