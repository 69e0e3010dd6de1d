import type { Batch, Callback, Dataset } from "@latentkit/core";
import { NAMED_OPTIMIZERS } from "./optimizers/named.js";
import type { FullOptions, TrainOptions } from "./options.js";

/** Writes out the shorter forms of options: `"adam"`, one callback, a dataset, a folder. What is none of them stays as it is. */
export function fullOptions<B extends Batch>(options: TrainOptions<B>): FullOptions<B> {
  if (typeof options !== "object" || options === null) return options;
  const { optimizers, validation, callbacks, checkpoint } = options;
  return {
    ...options,
    ...(optimizers !== undefined && { optimizers: written(optimizers) }),
    ...(isDataset(validation) && { validation: { data: validation } }),
    ...(typeof (callbacks as Callback | undefined)?.name === "string" && { callbacks: [callbacks as Callback] }),
    ...(typeof checkpoint === "string" && { checkpoint: { folder: checkpoint } }),
  } as FullOptions<B>;
}

function isDataset<B extends Batch>(given: TrainOptions<B>["validation"]): given is Dataset<B> {
  return typeof (given as Dataset<B> | null | undefined)?.batches === "function";
}

/** Optimisers in the place of their names, in a record of objectives too. */
function written(given: NonNullable<TrainOptions<Batch>["optimizers"]>): unknown {
  if (typeof given === "string") return Object.hasOwn(NAMED_OPTIMIZERS, given) ? NAMED_OPTIMIZERS[given]() : given;
  const isRecord = typeof given === "object" && given !== null && !Array.isArray(given) && !("update" in given);
  if (!isRecord) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, one]) => [name, typeof one === "string" ? written(one) : one]),
  );
}
