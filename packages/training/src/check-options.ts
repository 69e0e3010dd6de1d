import { type Batch, type Callback, ConfigError, type Dataset, type Executor, type Model } from "@latentkit/core";
import {
  abortSignal,
  check,
  choice,
  flag,
  instance,
  integer,
  listOf,
  number,
  type Option,
  optional,
  resolveOptions,
  text,
  trainableVariables,
} from "@latentkit/core/authoring";
import type { CheckpointStore } from "./checkpoints/store.js";
import type { FullOptions } from "./options.js";
import { ALLOWED } from "./run/identity.js";
import type { ValidationOptions } from "./run/validate.js";

const isDataset = (value: unknown): boolean => typeof (value as Dataset | null)?.batches === "function";
const A_DATASET = "a dataset (await it when it is loaded, as `await mnist()`)";

/** What validations are told. */
const VALIDATION = {
  data: instance<Dataset>(A_DATASET, isDataset),
  every: optional(integer({ min: 1 })),
  batchSize: optional(integer({ min: 1 })),
  batches: optional(integer({ min: 1 })),
};

/** What checkpoints are told. */
const CHECKPOINT = {
  folder: optional(text()),
  store: optional(
    instance<CheckpointStore>("a store such as memoryStore()", (value) =>
      (["list", "read", "write", "remove"] as const).every(
        (name) => typeof (value as CheckpointStore | null)?.[name] === "function",
      ),
    ),
  ),
  every: optional(integer({ min: 1 })),
  keep: optional(integer({ min: 1 })),
  resume: optional(flag()),
  allow: optional(listOf(choice(ALLOWED))),
};

const OPTIONS = {
  steps: optional(integer({ min: 1, max: 2 ** 32 - 1 })),
  epochs: optional(integer({ min: 1 })),
  batchSize: optional(integer({ min: 1 })),
  seed: optional(integer({ min: 0 })),
  optimizers: optional(
    instance<object>(
      "an optimiser such as adam(), the name of one, or one by objective's name",
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
    ),
  ),
  clipNorm: optional(number({ above: 0 })),
  ema: optional(number({ above: 0, below: 1 })),
  validation: optional(part("a dataset, or an object such as { data }")),
  callbacks: optional(
    listOf(
      instance<Callback>(
        "a callback, an object with a name",
        (value) => typeof (value as Callback | null)?.name === "string",
      ),
    ),
  ),
  checkpoint: optional(part("a folder, or an object such as { folder }")),
  executor: optional(
    instance<Executor>(
      "an executor such as onnx()",
      (value) => typeof (value as Executor | null)?.prepare === "function",
    ),
  ),
  signal: abortSignal(),
  logEvery: optional(integer({ min: 1 })),
  warn: optional(instance<(message: string) => void>("a function of messages", (value) => typeof value === "function")),
};

/** An object whose own options are looked at after. */
function part(expected: string): Option<object, "required"> {
  return instance<object>(expected, (value) => typeof value === "object" && value !== null && !Array.isArray(value));
}

/** Refuses options that several runs share, for what each of them says: misspelt ones and values of another type. */
export function checkSharedOptions(owner: string, options: object): void {
  resolveOptions(owner, OPTIONS, options);
}

/** Refuses options that cannot work, before anything is built. */
export function checkTrainOptions<B extends Batch>(
  model: Model<B>,
  dataset: Dataset<B>,
  options: FullOptions<B>,
): void {
  const checks = check("train");
  const isModel = Array.isArray(model?.objectives) && typeof model.checkBatch === "function";
  checks.that("model", model, isModel, "a model such as vae() gives");
  checks.that("dataset", dataset, isDataset(dataset), A_DATASET);
  const { steps, epochs, validation, checkpoint, callbacks = [] } = (options ?? {}) as FullOptions<B>;
  resolveOptions("train", OPTIONS, options);
  if ((steps === undefined) === (epochs === undefined)) {
    throw new ConfigError("train: expected either `steps` or `epochs`, received both or neither.");
  }
  if (validation !== undefined) checkValidation(validation);
  if (checkpoint !== undefined) {
    resolveOptions("train: checkpoint", CHECKPOINT, checkpoint);
    if ((checkpoint.folder === undefined) === (checkpoint.store === undefined)) {
      throw new ConfigError(
        "train: expected either `checkpoint.folder` or `checkpoint.store`, received both or neither.",
      );
    }
  }
  checks.that("model.objectives", model.objectives, model.objectives.length > 0, "at least one objective");
  for (const { name, updates } of model.objectives) {
    if (trainableVariables(updates).length > 0) continue;
    throw new ConfigError(
      `train: expected the objective '${name}' of ${model.kind} to have weights to train, received none: its networks (${updates.map((network) => network.name).join(", ")}) are frozen or without weights; set \`trainable = true\` on them.`,
    );
  }
  const names = callbacks.map((callback) => callback.name);
  checks.that("callbacks", names, new Set(names).size === names.length, "callbacks with distinct names");
}

function checkValidation<B extends Batch>(validation: ValidationOptions<B>): void {
  const { data, batches } = resolveOptions("train: validation", VALIDATION, validation);
  if (data.size === Number.POSITIVE_INFINITY && batches === undefined) {
    throw new ConfigError(
      "train: expected validation data that end, received a dataset of size Infinity; set `validation.batches`.",
    );
  }
}
